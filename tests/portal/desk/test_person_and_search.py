"""The file of a person, the list, the search: found fast, seen by those who may, and it is known who looked."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emploi.foundation.audit.models import Consultation
from emploi.foundation.audit.writing import acting
from emploi.foundation.ui import cards
from emploi.pathway.appointments import actions
from emploi.pathway.beneficiaries.models import Household
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from emploi.territory.organizations.models import Organization
from tests.pathway.appointments.world import MONDAY, TESTS, World, agent, at
from tests.portal.desk.conftest import page, text


@pytest.fixture
def stranger(world: World) -> Agent:
    """A partner to whom nobody is entrusted."""
    partner = Organization.objects.create(slug="partenaire", name="Partenaire", kind="provider")
    return agent("Nina", "Costa", Role.PROVIDER, partner)


class TestFile:
    def test_the_head_says_everything_at_once(self, world: World, office: Client) -> None:
        entry = world.entry(
            "Nadia", last_name="BENALI", france_travail_number="1234567890", local_number="IODAS-77",
            interpreter_language="arabe", under_guardianship=True, mobile="+33612345678",
        )  # fmt: skip
        found = text(page(office.get(f"/personnes/{entry.person_id}/")).select_one(".person-head"))
        for expected in (
            "Madame Nadia Benali", "38 ans", "06 12 34 56 78", "France Travail : 1234567890", "IODAS-77",
            "RSA ouvert", "Soumis aux droits et devoirs", "interprète : arabe", "tutelle ou curatelle",
            "Premier entretien", "J 0/15", "due par : Le Département", "Inviter la personne",
        ):  # fmt: skip
            assert expected in found, expected

    def test_a_state_of_the_right_nobody_knows_is_shown_as_received(self, world: World, office: Client) -> None:
        entry = world.entry("Nadia")
        with acting(TESTS):
            Household.objects.filter(pk=entry.household_id).update(state="9")
        found = text(page(office.get(f"/personnes/{entry.person_id}/")).select_one(".person-head"))
        assert "code 9 (inconnu)" in found

    def test_opening_a_file_leaves_a_trace(self, world: World, office: Client) -> None:
        entry = world.entry("Nadia")
        office.get(f"/personnes/{entry.person_id}/")
        seen = Consultation.objects.get(page="Fiche")
        assert (seen.agent_id, seen.person_id) == (world.secretary.pk, entry.person_id)

    def test_each_card_is_a_link_to_its_own_page(self, world: World, office: Client) -> None:
        entry = world.entry("Nadia")
        found = page(office.get(f"/personnes/{entry.person_id}/"))
        shown = found.select(".loader")
        assert len(shown) == len(cards.cards_for(world.secretary)) > 0
        for loader in shown:
            assert loader.a["href"] == loader["hx-get"]
            assert f"/{entry.person_id}/" in loader["hx-get"]

    def test_a_stranger_finds_no_file_no_history_and_leaves_no_trace(
        self, world: World, stranger: Agent, as_agent: Callable[[Agent], Client]
    ) -> None:
        entry = world.entry("Nadia")
        client = as_agent(stranger)
        assert client.get(f"/personnes/{entry.person_id}/").status_code == 404
        assert client.get(f"/personnes/{entry.person_id}/historique/").status_code == 403
        assert not Consultation.objects.exists()

    def test_a_merged_record_leads_to_the_one_kept(self, world: World, office: Client) -> None:
        kept, double = world.entry("Nadia").person, world.entry("Nadia").person
        with acting(TESTS):
            double.merged_into = kept
            double.save()
        assert office.get(f"/personnes/{double.pk}/")["Location"] == f"/personnes/{kept.pk}/"

    def test_nobody_there_is_a_404(self, world: World, office: Client) -> None:
        assert office.get("/personnes/999999/").status_code == 404

    def test_few_queries_whatever_the_file(self, world: World, office: Client) -> None:
        world.opening()
        entry = world.entry("Nadia")
        actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=at(MONDAY, 8))
        slot = world.slot(MONDAY + timedelta(days=1), 9)
        actions.book(slot_id=slot.pk, entry_id=entry.pk, via="phone", by=world.by, at=at(MONDAY, 8))
        office.get(f"/personnes/{entry.person_id}/")
        with CaptureQueriesContext(connection) as queries:
            office.get(f"/personnes/{entry.person_id}/")
        assert len(queries) <= 25

    def test_the_history_tells_who_did_what(self, world: World, office: Client) -> None:
        entry = world.entry("Nadia")
        actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=at(MONDAY, 8))
        card = page(office.get(f"/personnes/{entry.person_id}/historique/", headers={"HX-Request": "true"}))
        assert not card.html
        assert "par Claire Martin" in text(card)
        whole = page(office.get(f"/personnes/{entry.person_id}/historique/"))
        assert whole.select_one("main h1")
        assert whole.select_one(f"a.back[href='/personnes/{entry.person_id}/']")

    def test_a_very_long_name_is_escaped_and_shown_whole(self, world: World, office: Client) -> None:
        name = "<b>DE LA ROCHEFOUCAULD-MONTMORENCY-VANDENBROUCKE</b> D’AUVERGNE"
        entry = world.entry("Marie-Antoinette-Françoise", last_name=name)
        found = page(office.get(f"/personnes/{entry.person_id}/"))
        assert name in found.h1.text
        assert not found.h1.find("b")


class TestList:
    def test_everybody_in_the_pathway_has_a_next_step_and_an_owner(self, world: World, office: Client) -> None:
        for n in range(5):
            world.entry(f"Prénom{n}")
        rows = page(office.get("/personnes/")).select("tbody tr")
        assert len(rows) == 5
        for row in rows:
            step, owner = row.find_all("td")[-2:]
            assert text(step)
            assert text(owner)

    def test_the_list_narrows_by_name_entry_and_orientation(self, world: World, office: Client) -> None:
        world.entry("Nadia")
        world.entry("Ilyes", opened_on=date(2026, 1, 5))
        assert len(page(office.get("/personnes/?nom=NADIA")).select("tbody tr")) == 1
        assert len(page(office.get("/personnes/?depuis=2026-11-01")).select("tbody tr")) == 1
        assert len(page(office.get("/personnes/?orientation=non")).select("tbody tr")) == 2
        assert "Personne dans cette liste" in text(page(office.get("/personnes/?orientation=oui")))

    def test_a_stranger_sees_an_empty_list_and_no_name(
        self, world: World, stranger: Agent, as_agent: Callable[[Agent], Client]
    ) -> None:
        world.entry("Nadia")
        assert "Nadia" not in text(page(as_agent(stranger).get("/personnes/")))

    def test_the_export_streams_every_line_in_batches(
        self, world: World, office: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("emploi.portal.desk.web.persons_shown.BATCH", 2)
        for n in range(5):
            world.entry(f"Prénom{n}")
        content = b"".join(office.get("/personnes/export/").streaming_content).decode("utf-8-sig")
        lines = content.strip().split("\r\n")
        assert len(lines) == 6
        assert all("Inviter la personne" in line for line in lines[1:])
        taken = Consultation.objects.filter(page="Export des personnes", agent_id=world.secretary.pk)
        assert set(taken.values_list("person_id", flat=True)) == {entry.person_id for entry in world.people}

    def test_the_same_number_of_queries_for_three_people_and_for_twenty(self, world: World, office: Client) -> None:
        counts = []
        for size in (3, 17):
            for n in range(size):
                world.entry(f"Prénom{n}")
            office.get("/personnes/")
            with CaptureQueriesContext(connection) as queries:
                office.get("/personnes/")
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 25


class TestSearch:
    def test_words_in_any_order_without_accents(self, world: World, office: Client) -> None:
        entry = world.entry("Zoé", last_name="DE ALMEÏDA", search_text="zoe de almeida dealmeida")
        for typed in ("almeida zoé", "ZOE ALM", "dealmeida"):
            found = page(office.get("/recherche/", {"q": typed}))
            assert found.select_one(f"a[href='/personnes/{entry.person_id}/']"), typed

    def test_a_telephone_leads_to_the_person(self, world: World, office: Client) -> None:
        entry = world.entry("Nadia", mobile="+33612345678")
        found = page(office.get("/recherche/", {"q": "06 12 34 56 78"}))
        assert found.select_one(f"a[href='/personnes/{entry.person_id}/']")

    def test_under_the_field_only_a_panel_comes_back(self, world: World, office: Client) -> None:
        world.entry("Nadia")
        answer = office.get("/recherche/", {"q": "nadia"}, headers={"HX-Request": "true"})
        assert b"<html" not in answer.content
        assert "HX-Request" in answer["Vary"]
        assert page(answer).select_one("ul.found a")

    @pytest.mark.parametrize("typed", ["", "a", "%%", "'; DROP TABLE", "\x00", "0", "é" * 200, "<script>"])
    def test_anything_typed_gets_a_calm_answer(self, world: World, office: Client, typed: str) -> None:
        world.entry("Nadia")
        found = page(office.get("/recherche/", {"q": typed}))
        assert not found.main.find("script")

    def test_a_stranger_finds_nobody(self, world: World, stranger: Agent, as_agent: Callable[[Agent], Client]) -> None:
        world.entry("Nadia")
        found = page(as_agent(stranger).get("/recherche/", {"q": "nadia"}))
        assert not found.main.select("a[href^='/personnes/']")


def test_a_long_list_ends_with_an_advice_and_keeps_its_count(
    world: World, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page 2,000 does not exist: the last page says how to reach the others; the other sort starts from the end."""
    monkeypatch.setattr("emploi.portal.desk.web.views.persons.DEEPEST", 50)
    for n in range(60):
        world.entry(f"Personne{n:02d}")
    last = page(office.get("/personnes/?page=2000"))
    assert "26 à 50 sur 60" in text(last)
    assert "précisez votre recherche" in text(last)
    assert "précisez votre recherche" not in text(page(office.get("/personnes/")))
    backwards = text(page(office.get("/personnes/?sort=-nom")))
    assert "Personne59" in backwards
