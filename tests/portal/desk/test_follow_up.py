"""The follow-up status in the lists: column, filter in the address, counts that are doors, and what one does."""

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
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation
from emploi.pathway.appointments.queries.standing import Standing
from emploi.pathway.beneficiaries.models import Entry, HouseholdRole, Person
from emploi.portal.desk.web.standing import SHOWN
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from emploi.territory.organizations.models import Organization
from tests.pathway.appointments.world import MONDAY, TESTS, World, agent, at
from tests.portal.desk.conftest import page, text

LATER = MONDAY + timedelta(days=2)


@pytest.fixture
def cast(world: World) -> dict[str, Entry]:
    """One person at each status one may act upon, on Wednesday."""
    world.opening(last_on=MONDAY + timedelta(days=27))
    names = ("Neuve", "Invitée", "Prise", "Muette", "Absente", "Venue")
    found = {name: world.entry(name) for name in names}
    actions.invite_entries(entry_ids=[found["Invitée"].pk], by=world.by, at=at(MONDAY, 8))
    hours = {"Muette": (1, 9), "Absente": (1, 10), "Venue": (1, 11), "Prise": (3, 9)}
    booked = {
        name: actions.book(
            slot_id=world.slot(MONDAY + timedelta(days=day), hour).pk,
            entry_id=found[name].pk, via=BookedVia.AGENT, by=world.by, at=at(MONDAY, 8),
        )
        for name, (day, hour) in hours.items()
    }  # fmt: skip
    evening = at(MONDAY + timedelta(days=1), 18)
    actions.mark_absent(appointment_id=booked["Absente"].pk, by=world.by, at=evening)
    actions.mark_present(appointment_id=booked["Venue"].pk, by=world.by, at=evening)
    return found


def shown(client: Client, where: str) -> dict[str, str]:
    """The status of each person of a list, by first name."""
    with clock.frozen(at(LATER, 9)):
        rows = page(client.get(where)).select("table tbody tr")
    return {row.th.a.get_text().split()[-1]: text(row.select_one(".cell-standing")) for row in rows}


EVERYBODY = {
    "Neuve": "Pas encore invité",
    "Invitée": "Invitation en attente",
    "Prise": "Rendez-vous pris",
    "Muette": "Présence à noter",
    "Absente": "Absent",
    "Venue": "Venu",
}


def test_every_status_has_its_words() -> None:
    assert set(SHOWN) == set(Standing)
    assert len({label for label, _, _ in SHOWN.values()}) == len(SHOWN)


@pytest.mark.usefixtures("cast")
class TestLists:
    def test_each_person_has_one_status(self, office: Client) -> None:
        assert shown(office, "/personnes/") == EVERYBODY
        waiting = {name: status for name, status in EVERYBODY.items() if name != "Venue"}
        assert shown(office, "/entrants/?etat=everybody") == waiting

    @pytest.mark.parametrize("where", ["/personnes/?suivi={}", "/entrants/?etat=everybody&suivi={}"])
    def test_the_filter_keeps_one_status_or_a_list(self, office: Client, where: str) -> None:
        assert set(shown(office, where.format("to_mark"))) == {"Muette"}
        assert set(shown(office, where.format("pending"))) == {"Invitée"}
        assert set(shown(office, where.format("a_faire"))) == {"Muette", "Absente"}
        assert set(shown(office, where.format("convocables"))) == {"Absente"}

    def test_counts_are_doors_to_what_they_count(self, office: Client) -> None:
        for where in ("/personnes/", "/entrants/"):
            with clock.frozen(at(LATER, 9)):
                tabs = page(office.get(where)).select(".tabs a:has(.panel-count)")
            for tab in tabs:
                if "demandeurs" not in tab["href"]:
                    count = int(tab.select_one(".panel-count").text)
                    assert count == len(shown(office, f"{where}{tab['href']}")), tab["href"]
            labels = {" ".join(tab.get_text().split()) for tab in tabs}
            assert {"À faire 2", "Convocables 1"} <= labels

    def test_another_kind_of_appointment_has_its_own_follow_up(self, office: Client) -> None:
        assert set(shown(office, "/personnes/?pour=inconnu&suivi=came")) == {"Venue"}

    def test_the_export_says_the_status(self, office: Client) -> None:
        with clock.frozen(at(LATER, 9)):
            lines = exported(office, "/personnes/export/?suivi=a_faire")
        assert {line["Prénom"]: line["Suivi"] for line in lines} == {"Muette": "Présence à noter", "Absente": "Absent"}

    @pytest.mark.parametrize("where", ["/personnes/", "/entrants/?etat=a_faire"])
    def test_as_many_queries_for_many_people(self, world: World, office: Client, where: str) -> None:
        counted = []
        for more in (1, 6):
            for _ in range(more):
                world.entry()
            office.get(where)
            with CaptureQueriesContext(connection) as queries:
                office.get(where)
            counted.append(len(queries))
        assert counted[0] == counted[1]


def exported(client: Client, where: str) -> list[dict[str, str]]:
    answer = b"".join(client.get(where).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(answer), delimiter=";"))


@pytest.mark.parametrize("where", ["/personnes/export/", "/entrants/export/?etat=everybody"])
def test_a_file_never_says_where_somebody_hides(world: World, office: Client, where: str) -> None:
    hidden, seen = world.entry("Cachée"), world.entry("Visible")
    spouse = world.entry("Conjoint")
    with acting(TESTS):
        Person.objects.filter(pk=hidden.person_id).update(confidential_address=True)
        HouseholdRole.objects.filter(person=spouse.person).update(household=hidden.household)
        Entry.objects.filter(pk=spouse.pk).update(household=hidden.household)
    lines = {line["Prénom"]: line for line in exported(office, where)}
    assert lines["Cachée"]["Commune"] == lines["Conjoint"]["Commune"] == "confidentiel"
    assert lines["Cachée"]["Territoire"] == "confidentiel"
    assert lines["Visible"]["Commune"] == seen.commune.name
    assert Consultation.objects.filter(person_id=hidden.person_id).exists()


class TestFromPersons:
    def test_invite_from_the_list_of_persons(self, world: World, office: Client, cast: dict[str, Entry]) -> None:
        with clock.frozen(at(LATER, 9)):
            asked = {"list": "persons", "entry": [cast["Neuve"].pk, cast["Venue"].pk]}
            found = page(office.post("/entrants/inviter/", asked))
            assert "Inviter 1 personne" in text(found.h1)
            assert "Le premier rendez-vous a déjà eu lieu" in text(found)
            office.post("/entrants/inviter/", {**asked, "confirm": "1", "means": "best"})
        assert Invitation.objects.filter(entry=cast["Neuve"]).count() == 1

    def test_convene_gives_each_a_date_far_enough_and_no_seat_twice(
        self, world: World, office: Client, cast: dict[str, Entry]
    ) -> None:
        with clock.frozen(at(LATER, 9)):
            asked = {
                "act": "convene",
                "list": "persons",
                "query": "suivi=absent",
                "entry": [cast["Absente"].pk, cast["Neuve"].pk],
            }
            found = page(office.post("/entrants/inviter/", asked))
            assert "Convoquer 2 personnes" in text(found.h1)
            assert not Invitation.objects.filter(act="convocation").exists()
            slots = {field["name"]: field["value"] for field in found.select("input[name^=slot-]")}
            assert len(set(slots.values())) == 2
            answer = office.post("/entrants/inviter/", {**asked, **slots, "confirm": "1"})
            assert answer["Location"] == "/personnes/?suivi=absent"
        dates = Appointment.objects.filter(entry__in=[cast["Absente"], cast["Neuve"]], status="planned")
        assert {one.starts_at.date() >= LATER + timedelta(days=7) for one in dates} == {True}
        assert dates.count() == Invitation.objects.filter(act="convocation").count() == 2
        assert Message.objects.filter(channel="letter", entry_id=cast["Neuve"].pk).exists()

    def test_who_has_no_postal_address_is_shown_without_a_letter_and_unticked(
        self, world: World, office: Client, cast: dict[str, Entry]
    ) -> None:
        with clock.frozen(at(LATER, 9)):
            asked = {"act": "convene", "list": "persons"}
            nowhere = world.entry("Sansadresse", address=False)
            found = page(office.post("/entrants/inviter/", {**asked, "entry": [cast["Neuve"].pk, nowhere.pk]}))
        lines = {box["value"]: box.find_parent("tr") for box in found.select("input[name=entry]")}
        ticked = {box["value"] for box in found.select("input[name=entry][checked]")}
        assert ticked == {str(cast["Neuve"].pk)}
        assert "Sans lettre" in text(lines[str(nowhere.pk)])
        assert "Sans lettre" not in text(lines[str(cast["Neuve"].pk)])

    def test_who_hides_is_convened_from_her_page_and_one_taken_meanwhile_holds_nobody_back(
        self, world: World, office: Client, cast: dict[str, Entry]
    ) -> None:
        with acting(TESTS):
            Person.objects.filter(pk=cast["Neuve"].person_id).update(confidential_address=True)
        with clock.frozen(at(LATER, 9)):
            asked = {
                "act": "convene",
                "list": "persons",
                "entry": [cast[name].pk for name in ("Absente", "Neuve", "Prise", "Invitée")],
            }
            found = page(office.post("/entrants/inviter/", asked))
            assert "Adresse confidentielle : convoquez depuis sa fiche" in text(found)
            assert "A déjà un rendez-vous" in text(found)
            slots = {field["name"]: field["value"] for field in found.select("input[name^=slot-]")}
            assert set(slots) == {f"slot-{cast['Absente'].pk}", f"slot-{cast['Invitée'].pk}"}
            slots[f"slot-{cast['Invitée'].pk}"] = slots[f"slot-{cast['Absente'].pk}"]
            said = text(page(office.post("/entrants/inviter/", {**asked, **slots, "confirm": "1"}, follow=True)))
        assert "1 personne convoquée" in said
        assert "vient d’être pris" in said
        assert Invitation.objects.filter(act="convocation").count() == 1

    def test_who_does_not_invite_neither_chooses_nor_convenes(
        self, world: World, as_agent: Callable[[Agent], Client], cast: dict[str, Entry]
    ) -> None:
        client = as_agent(agent("Ada", "Noël", Role.DPO, Organization.objects.get(slug="pole")))
        assert not page(client.get("/personnes/")).select("input[name=entry]")
        assert client.post("/entrants/inviter/", {"act": "convene", "entry": [cast["Neuve"].pk]}).status_code in (
            403,
            404,
        )
