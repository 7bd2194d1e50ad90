"""The people absent at their first interview: « Ma journée » opens their list, an invitation ends it (TR-05)."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from emploi.foundation import clock
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from tests.pathway.appointments.world import MONDAY, World, at

LIST = "/rendez-vous/a-faire/absents/"


@pytest.fixture
def secretary(world: World) -> Client:
    client = Client()
    client.force_login(world.secretary, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def shown(client: Client, address: str, **headers: str) -> BeautifulSoup:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def test_the_number_of_my_day_opens_the_list_and_the_list_the_person(world: World, secretary: Client) -> None:
    world.opening()
    entry = world.entry("Nadia")
    slot = world.slot(MONDAY, 10)
    visit = actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())
    assert "Personne pour l’instant" in shown(secretary, LIST).text
    with clock.frozen(at(MONDAY, 14)):
        actions.mark_absent(appointment_id=visit.pk, by=world.by, at=at(MONDAY, 11))
        block = shown(secretary, "/rendez-vous/blocs/relances/", **{"HX-Request": "true"})
        line = next(row for row in block.select("li") if "pas encore réinvités" in row.text)
        assert line.select_one(".strong").text == "1"
        assert line.a["href"] == LIST
        page = shown(secretary, LIST)
        row = page.select_one("tbody tr")
        assert row.a["href"] == f"/personnes/{entry.person_id}/"
        assert "lundi 23 novembre à 10 h" in row.text
        assert row.select_one(f"a[href='/entrants/inviter/{entry.person_id}/']")
        assert shown(secretary, f"/entrants/inviter/{entry.person_id}/").h1
        actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=at(MONDAY, 14))
        assert not shown(secretary, LIST).select("tbody tr")
