"""The list of appointments: filters in the address, sort, pages, and the files one downloads."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emploi.foundation import clock
from emploi.foundation.audit.models import Consultation
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from emploi.territory.organizations.models import Organization
from tests.pathway.appointments.world import MONDAY, TESTS, World, agent, at
from tests.portal.desk.conftest import page, text

NOW = at(MONDAY + timedelta(days=2), 9)
WHERE = "/rendez-vous/liste/"


def book(world: World, entry: Entry, days: int, hour: int = 9, **values: object) -> Appointment:
    slot = world.slot(MONDAY + timedelta(days=days), hour)
    return actions.book(
        slot_id=slot.pk, entry_id=entry.pk, by=world.by, at=at(MONDAY, 8), **{"via": BookedVia.AGENT, **values}
    )


@pytest.fixture
def four(world: World) -> dict[str, Appointment]:
    """One past and held, one past nobody marked, one coming from an invitation, one moved: seen on Wednesday."""
    world.opening()
    people = {name: world.entry(name) for name in ("Ana", "Basile", "Chloé", "Dina")}
    found = {"Ana": book(world, people["Ana"], 0, 10), "Basile": book(world, people["Basile"], 1)}
    actions.mark_present(appointment_id=found["Ana"].pk, by=world.by, at=at(MONDAY, 11))
    batch = actions.invite_entries(entry_ids=[people["Chloé"].pk], by=world.by, at=at(MONDAY, 8))
    found["Chloé"] = book(world, people["Chloé"], 3, invitation_id=batch.invitations.get().pk, via=BookedVia.PERSON)
    before = book(world, people["Dina"], 4)
    found["Dina"] = actions.move_appointment(
        appointment_id=before.pk,
        slot_id=world.slot(MONDAY + timedelta(days=4), 10).pk,
        reason="Réunion",
        by=world.by,
        at=at(MONDAY, 8),
    )
    return found


def names(client: Client, query: str = "") -> list[str]:
    with clock.frozen(NOW):
        rows = page(client.get(f"{WHERE}{query}")).select("tbody tr")
    return [row.th.a.get_text().split()[-1] for row in rows]


@pytest.mark.usefixtures("four")
class TestList:
    def test_what_comes_is_shown_first_and_a_moved_one_once(self, office: Client) -> None:
        assert names(office) == ["Chloé", "Dina"]
        assert names(office, "?quand=tous&sort=-nom") == ["Dina", "Chloé", "Basile", "Ana"]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("?quand=passes", ["Ana", "Basile"]),
            ("?du=2026-11-24&au=2026-11-26", ["Basile", "Chloé"]),
            ("?etat=unmarked", ["Basile"]),
            ("?quand=tous&etat=held", ["Ana"]),
            ("?quand=tous&acte=invitation", ["Chloé"]),
            ("?quand=tous&acte=aucun", ["Ana", "Basile", "Dina"]),
            ("?quand=tous&premier=non", []),
            ("?quand=tous&modalite=phone", []),
            ("?nom=dina", ["Dina"]),
        ],
    )
    def test_each_filter_is_in_the_address(self, office: Client, query: str, expected: list[str]) -> None:
        assert names(office, query) == expected

    def test_by_place_agent_and_kind(self, world: World, office: Client) -> None:
        assert names(office, f"?lieu={world.town.pk}&agent={world.officer.pk}&type={world.kind.pk}") == [
            "Chloé",
            "Dina",
        ]
        assert names(office, f"?agent={world.colleague.pk}&quand=tous") == ["Ana", "Basile", "Chloé", "Dina"]

    def test_what_nobody_marked_is_said_so(self, office: Client) -> None:
        with clock.frozen(NOW):
            found = page(office.get(f"{WHERE}?quand=passes"))
        assert "Présence à noter" in text(found.select("tbody tr")[1])
        assert "Premier rendez-vous" in text(found.tbody)

    def test_as_many_queries_for_many(self, world: World, office: Client) -> None:
        counted = []
        office.get(f"{WHERE}?quand=tous")  # what the process keeps is kept
        for more in range(2):
            with CaptureQueriesContext(connection) as queries:
                office.get(f"{WHERE}?quand=tous")
            counted.append(len(queries))
            book(world, world.entry(), 7, 9 + more)
        assert counted[0] == counted[1]

    def test_a_provider_sees_neither_the_people_nor_the_agenda_of_others(
        self, as_agent: Callable[[Agent], Client]
    ) -> None:
        other = agent("Ada", "Noël", Role.PROVIDER, Organization.objects.get(slug="pole"))
        assert not page(as_agent(other).get(f"{WHERE}?quand=tous")).select("tbody tr")


class TestExport:
    def read(self, client: Client, query: str) -> list[dict[str, str]]:
        with clock.frozen(NOW):
            answer = b"".join(client.get(f"{WHERE}export/{query}").streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(answer), delimiter=";"))

    def test_the_file_holds_the_list_as_filtered_and_leaves_a_trace(
        self, office: Client, four: dict[str, Appointment]
    ) -> None:
        lines = self.read(office, "?quand=passes")
        assert [(line["Prénom"], line["État"], line["Premier rendez-vous"]) for line in lines] == [
            ("Ana", "Présent", "oui"),
            ("Basile", "Prévu", "oui"),
        ]
        assert lines[0]["Début"] == "23/11/2026 10:00"
        traced = Consultation.objects.filter(page="Export des rendez-vous").values_list("person_id", flat=True)
        assert set(traced) == {four["Ana"].person_id, four["Basile"].person_id}

    def test_no_cell_runs_as_a_formula_and_nobody_is_found_by_it(
        self, office: Client, four: dict[str, Appointment]
    ) -> None:
        with acting(TESTS):
            Person.objects.filter(pk=four["Ana"].person_id).update(last_name="=1+1", confidential_address=True)
        line = self.read(office, "?quand=passes")[0]
        assert line["Nom"] == "'=1+1"
        assert line["Commune"] == "confidentiel"

    def test_excel_too_and_only_with_the_right(
        self, world: World, office: Client, as_agent: Callable[[Agent], Client], four: dict[str, Appointment]
    ) -> None:
        with clock.frozen(NOW):
            assert office.get(f"{WHERE}export/?format=xlsx").content[:2] == b"PK"
            assert as_agent(world.officer).get(f"{WHERE}export/").status_code in (403, 404)
            assert "Export CSV" not in text(page(as_agent(world.officer).get(WHERE)))
