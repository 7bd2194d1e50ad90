"""« Nouveaux entrants »: who waits, how many slots are left, inviting them in one batch."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emploi.foundation.audit.writing import acting
from emploi.foundation.messaging.models import Message, SmsStop
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Invitation, InvitationBatch
from emploi.pathway.beneficiaries.actions import close_entries, reopen_entry
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks import actions as clocks
from emploi.pathway.orientation.models import Decision, Modality
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from emploi.territory.organizations.models import Organization
from tests.pathway.appointments.test_before_entry import claimant
from tests.pathway.appointments.world import MONDAY, TESTS, World, agent, at
from tests.portal.desk.conftest import page, text


def orient(entry: Entry, world: World) -> Decision:
    """An orientation in force, however it was decided."""
    with acting(TESTS):
        voie, _ = Modality.objects.get_or_create(
            slug="voie", defaults={"name": "Voie", "description": "…", "legal_path": "social"}
        )
        decision = Decision.objects.create(
            entry=entry, person=entry.person, modality=voie, legal_path="social", basis="by_default",
            responsible_organization=Organization.objects.get(slug="pole"), decided_on=MONDAY, decided_by=world.officer,
            recorded_at=at(MONDAY), delegation="Par délégation", agreed_with_person=False, regime_code="R2b",
        )  # fmt: skip
    clocks.follow_orientations(entry_ids=[entry.pk], by=TESTS, at=at(MONDAY))
    return decision


def names(client: Client, query: str = "") -> list[str]:
    found = page(client.get(f"/entrants/{query}"))
    return [row.th.a.get_text().split()[-1] for row in found.select("tbody tr")]


def test_the_most_urgent_come_first_with_their_day_out_of_fifteen(world: World, office: Client) -> None:
    world.entry("Nadia")
    world.entry("Ilyes", opened_on=MONDAY - timedelta(days=17))
    found = page(office.get("/entrants/"))
    first, second = found.select("tbody tr")
    assert "J 17/15" in text(first)
    assert "dépassé de 2 jours" in text(first)
    assert "J 0/15" in text(second)


def test_whoever_comes_back_too_late_for_her_first_date_is_still_to_meet(world: World, office: Client) -> None:
    """Gone before the fifteenth day, back after it: only the six weeks run, and she is in the list (Return)."""
    entry = world.entry("Nadia", opened_on=MONDAY - timedelta(days=30))
    left = MONDAY - timedelta(days=25)
    close_entries(entry_ids=[entry.pk], reason="right_ended", on=left, by=TESTS, at=at(left))
    assert names(office) == []
    reopen_entry(entry_id=entry.pk, on=MONDAY, by=TESTS, at=at(MONDAY, 7))
    assert len(names(office)) == 1
    assert "J 0/42" in text(page(office.get("/entrants/")))


def test_tabs_count_what_their_lists_hold(world: World, office: Client) -> None:
    world.opening()
    world.entry("Nadia")
    invited, booked = world.entry("Ilyes"), world.entry("Zoé")
    world.entry("Hugo", opened_on=MONDAY - timedelta(days=20))
    actions.invite_entries(entry_ids=[invited.pk], by=world.by, at=at(MONDAY, 8))
    slot = world.slot(MONDAY + timedelta(days=1), 9)
    actions.book(slot_id=slot.pk, entry_id=booked.pk, via=BookedVia.AGENT, by=world.by, at=at(MONDAY, 8))
    expected = {
        "waiting": {"Nadia", "Ilyes", "Hugo"},
        "to_invite": {"Nadia", "Hugo"},
        "invited": {"Ilyes"},
        "booked": {"Zoé"},
        "late": {"Hugo"},
        "a_faire": set(),
        "convocables": set(),
        "everybody": {"Nadia", "Ilyes", "Zoé", "Hugo"},
    }
    for tab, people in expected.items():
        assert set(names(office, f"?etat={tab}")) == people, tab
    *tabs, claimants = page(office.get("/entrants/")).select(".tabs a")
    assert claimants.select_one(".panel-count").text == "0"
    assert [int(tab.select_one(".panel-count").text) for tab in tabs] == [len(people) for people in expected.values()]


def test_those_nobody_can_write_to_are_said_so(world: World, office: Client) -> None:
    world.entry("Nadia", mobile="", address=False)
    world.entry("Ilyes", mobile="")
    world.entry("Zoé")
    assert names(office, "?joignable=none") == ["Nadia"]
    assert names(office, "?joignable=letter") == ["Ilyes"]
    assert names(office, "?joignable=digital") == ["Zoé"]
    assert "aucun moyen" in text(page(office.get("/entrants/?joignable=none")).tbody)


def stop(number: str) -> None:
    """The holder of this number answered STOP."""
    with acting(TESTS):
        SmsStop.objects.create(number=number, stopped_at=at(MONDAY))


def test_who_answered_stop_is_not_reached_by_sms(world: World, office: Client) -> None:
    world.entry("Nadia", mobile="+33639980001")
    world.entry("Ilyes", mobile="+33639980002", email="ilyes@exemple.invalid")
    world.entry("Zoé", mobile="+33639980003", address=False)
    for number in ("+33639980001", "+33639980002", "+33639980003"):
        stop(number)
    assert names(office, "?joignable=digital") == ["Ilyes"]
    assert names(office, "?joignable=letter") == ["Nadia"]
    assert names(office, "?joignable=none") == ["Zoé"]
    with acting(TESTS):
        SmsStop.objects.filter(number="+33639980001").update(lifted_at=at(MONDAY, 10))
    assert set(names(office, "?joignable=digital")) == {"Nadia", "Ilyes"}


def test_the_slots_left_are_set_against_the_people_waiting(world: World, office: Client) -> None:
    for n in range(3):
        world.entry(f"Prénom{n}")
    before = text(page(office.get("/entrants/")).select_one(".supply"))
    assert "0 pour 3 personnes" in before
    assert "il en manque 3" in before
    world.opening()
    assert "il en manque" not in text(page(office.get("/entrants/")))


def test_whoever_was_oriented_by_default_is_no_longer_a_newcomer(world: World, office: Client) -> None:
    entry = world.entry("Nadia", opened_on=MONDAY - timedelta(days=40))
    assert names(office, "?etat=everybody") == ["Nadia"]
    orient(entry, world)
    assert page(office.get("/entrants/?etat=everybody")).select("tbody tr") == []


def test_names_are_found_without_accents_in_any_order(world: World, office: Client) -> None:
    world.entry("Zoé", search_text="zoe de almeida", last_name="DE ALMEIDA")
    assert len(names(office, "?nom=ALMÉIDA+zoe")) == 1
    assert names(office, "?nom=personne") == []


def test_the_same_number_of_queries_for_three_people_and_for_twenty(world: World, office: Client) -> None:
    counts = []
    for size in (3, 17):
        for n in range(size):
            world.entry(f"Prénom{n}")
        office.get("/entrants/")  # what the process keeps is kept
        with CaptureQueriesContext(connection) as queries:
            office.get("/entrants/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30


class TestInviting:
    def post(self, client: Client, **data: object) -> object:
        return client.post("/entrants/inviter/", data)

    def test_nothing_leaves_before_the_confirmation(self, world: World, office: Client) -> None:
        world.opening()
        entry = world.entry("Nadia")
        found = page(self.post(office, entry=[entry.pk]))
        assert "Inviter 1 personne au premier rendez-vous ?" in text(found.h1)
        assert not Invitation.objects.exists()
        assert not Message.objects.exists()

    def test_the_page_says_how_many_people_by_which_means_and_who_is_left_out(
        self, world: World, office: Client
    ) -> None:
        sms, letter, nobody = (
            world.entry("Nadia"),
            world.entry("Ilyes", mobile=""),
            world.entry("Zoé", mobile="", address=False),
        )
        found = text(page(self.post(office, entry=[sms.pk, letter.pk, nobody.pk])))
        assert "Inviter 2 personnes" in found
        assert "1 SMS" in found
        assert "1 Courrier" in found
        assert "Ni mobile, ni e-mail, ni adresse postale" in found
        assert "Il manque 2 créneaux" in found

    def test_confirming_invites_in_one_batch(self, world: World, office: Client) -> None:
        world.opening()
        ids = [world.entry(f"Prénom{n}").pk for n in range(3)]
        answer = self.post(office, entry=ids, confirm="1", means="best")
        assert answer.status_code == 302  # type: ignore[attr-defined]
        assert InvitationBatch.objects.get().count == 3
        assert Message.objects.filter(channel="sms").count() == 3

    def test_the_whole_filtered_list_is_invited_not_the_page_alone(self, world: World, office: Client) -> None:
        world.opening()
        for n in range(30):
            world.entry(f"Prénom{n}")
        world.entry("Autre", opened_on=MONDAY - timedelta(days=20))
        found = page(self.post(office, whole_list="1", query="echeance=later"))
        assert "Inviter 30 personnes" in text(found.h1)

    def test_twice_the_same_batch_invites_nobody_and_says_why(self, world: World, office: Client) -> None:
        entry = world.entry("Nadia")
        self.post(office, entry=[entry.pk], confirm="1", means="best")
        found = page(self.post(office, entry=[entry.pk], confirm="1", means="best"))
        assert "invitée il y a trop peu de temps" in text(found).lower()
        assert InvitationBatch.objects.count() == 1

    def test_a_wrong_means_is_refused_and_nothing_leaves(self, world: World, office: Client) -> None:
        entry = world.entry("Nadia")
        found = page(self.post(office, entry=[entry.pk], confirm="1", means="pigeon"))
        assert found.select_one(".error-summary")
        assert not Invitation.objects.exists()

    def test_an_entry_one_may_not_see_is_not_invited(self, world: World, as_agent: Callable[[Agent], Client]) -> None:
        entry = world.entry("Nadia")
        partner = Organization.objects.create(slug="partenaire", name="Partenaire", kind="provider")
        stranger = agent("Nina", "Costa", Role.ORIENTATION_OFFICER, partner)
        found = page(self.post(as_agent(stranger), entry=[entry.pk], confirm="1", means="best"))
        assert "Choisissez au moins une personne" in text(found)
        assert not Invitation.objects.exists()


class TestExport:
    def test_the_file_holds_the_filtered_list_and_no_formula(self, world: World, office: Client) -> None:
        world.entry("Nadia", last_name="=HYPERLINK(1)")
        world.entry("Ilyes", mobile="")
        answer = office.get("/entrants/export/?joignable=digital")
        content = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert content.count("\r\n") == 2
        assert "'=HYPERLINK(1);Nadia" in content
        assert ";=HYPERLINK" not in content

    def test_without_the_export_right_there_is_neither_button_nor_file(
        self, world: World, as_agent: Callable[[Agent], Client]
    ) -> None:
        officer = as_agent(world.officer)
        assert "Export" not in text(page(officer.get("/entrants/")))
        assert officer.get("/entrants/export/").status_code == 403


@pytest.mark.parametrize(
    "path", ["/entrants/", "/entrants/export/", "/personnes/", "/recherche/", "/telephone/", "/ma-journee/"]
)
def test_nobody_sees_anything_before_signing_in(db: None, client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/compte/login/")


class TestClaimants:
    """« Demandeurs (droit en attente) »: invited from their own tab, no clock beside them."""

    def test_they_are_a_tab_of_their_own_and_never_among_the_entrants(self, world: World, office: Client) -> None:
        claimant(world)
        world.entry("Nadia")
        found = page(office.get("/entrants/"))
        assert "Demandeurs (droit en attente) 1" in text(found)
        assert "Attente" not in text(found.find("table"))
        shown = page(office.get("/entrants/demandeurs/"))
        assert "Attente Inès" in text(shown.find("table"))
        assert "J 0/15" not in text(shown)

    def test_who_answered_stop_is_not_reached_by_sms(self, world: World, office: Client) -> None:
        claimant(world)
        where = "/entrants/demandeurs/?joignable="
        assert "Attente Inès" in text(page(office.get(f"{where}digital")))
        stop("+33639980901")
        assert "Attente Inès" not in text(page(office.get(f"{where}digital")))
        assert "Attente Inès" in text(page(office.get(f"{where}none")))

    def test_the_whole_list_is_invited_and_one_may_be_booked_on_the_phone(self, world: World, office: Client) -> None:
        world.opening()
        person = claimant(world)
        asked = {"list": "claimants", "whole_list": "1", "query": ""}
        assert "Droit en attente" in text(page(office.post("/entrants/inviter/", asked)))
        office.post("/entrants/inviter/", {"list": "claimants", "person": person.pk, "confirm": "1", "means": "best"})
        assert Invitation.objects.get().person_id == person.pk
        assert "aucun délai ne court" in text(page(office.get(f"/telephone/{person.pk}/")))
        slot = world.slot(MONDAY + timedelta(days=1), 9)
        booked = office.post(f"/telephone/{person.pk}/", {"slot": slot.pk, "modality": "physical"})
        assert booked.status_code == 302
        assert "Rendez-vous pris ou tenu" in text(page(office.get("/entrants/demandeurs/?etape=booked")))
        assert "Venir au rendez-vous" in text(page(office.get(f"/personnes/{person.pk}/")))

    def test_its_queries_do_not_grow_with_the_list(self, world: World, office: Client) -> None:
        claimant(world)
        office.get("/entrants/demandeurs/")
        with CaptureQueriesContext(connection) as one:
            office.get("/entrants/demandeurs/")
        for n in range(4):
            claimant(world, number=n + 2)
        with CaptureQueriesContext(connection) as many:
            office.get("/entrants/demandeurs/")
        assert len(many) == len(one)


class TestConfidentialAddress:
    """A letter to a confidential address leaves only when the agent chose it."""

    def test_nobody_is_written_to_by_letter_unless_chosen(self, world: World, office: Client) -> None:
        entry = world.entry(mobile="", confidential_address=True)
        other = world.entry("Ilyes", mobile="")
        ids = [entry.pk, other.pk]
        asked = text(page(office.post("/entrants/inviter/", {"entry": ids})))
        assert "1 personne a une adresse confidentielle" in asked
        office.post("/entrants/inviter/", {"entry": ids, "confirm": "1", "means": "best"})
        assert [m.person_id for m in Message.objects.all()] == [other.person_id]
        chosen = {"entry": [entry.pk], "confirm": "1", "means": "best", "confidential": "on"}
        office.post("/entrants/inviter/", chosen)
        assert Message.objects.filter(person_id=entry.person_id, channel="letter").count() == 1

    def test_the_list_says_it(self, world: World, office: Client) -> None:
        world.entry(confidential_address=True)
        assert "adresse confidentielle" in text(page(office.get("/entrants/")))
