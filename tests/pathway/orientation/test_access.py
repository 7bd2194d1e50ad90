"""Who sees what: health, partners, lists; query counts that do not move."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emploi.foundation.audit.models import Consultation
from emploi.foundation.audit.writing import acting
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.orientation import actions, permissions
from emploi.pathway.orientation.models import Decision
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import ROLE_PERMISSIONS, Permission, Role
from tests.pathway.orientation.cast import MORNING, SYSTEM, World, decided, entrant, interview, ready_to_orient, told
from tests.pathway.orientation.test_journey import HTMX, at, page, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_health(monkeypatch: pytest.MonkeyPatch) -> None:
    """An orientation officer to whom the Département does not open health data."""
    held = ROLE_PERMISSIONS[Role.ORIENTATION_OFFICER] - {Permission.SEE_HEALTH}
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.ORIENTATION_OFFICER, held)


class TestHealth:
    def prepared(self, world: World) -> object:
        held = ready_to_orient(world, health_work="yes", ready="now")
        actions.add_brake(
            interview_id=held.pk,
            kind="health",
            subtype="psychic",
            severity=3,
            by=world.officer.as_actor(),
            at=MORNING,
        )
        actions.compute_proposal(entry_id=held.entry_id, by=world.officer.as_actor(), at=MORNING)
        return held

    @pytest.mark.usefixtures("without_health")
    def test_without_the_right_health_is_nowhere(self, world: World) -> None:
        held = self.prepared(world)
        client = signed_in(world.officer)
        for name, args in (("section", ["brakes"]), ("orientation", []), ("summary", [])):
            text = page(client, at(held, name, *args)).text
            assert "psychique" not in text
            assert "empêche de travailler" not in text
            assert "Oui, en ce moment" not in text
        card = page(client, reverse("orientation:diagnosis_card", args=[held.person_id])).text
        assert "psychique" not in card
        assert "réservée aux professionnels" in card

    @pytest.mark.usefixtures("without_health")
    def test_without_the_right_health_is_not_written_either(self, world: World) -> None:
        held = interview(world)
        client = signed_in(world.officer)
        assert client.post(at(held, "add_brake"), {"kind": "health", "severity": "3"}).status_code == 404
        client.post(at(held, "section", "brakes"), {"health_work": "yes"})
        assert not held.person.answers.filter(question="health_work").exists()

    def test_with_the_right_it_is_said_plainly(self, world: World) -> None:
        held = self.prepared(world)
        client = signed_in(world.officer)
        assert "Santé psychique" in page(client, at(held, "section", "brakes")).text
        assert "empêche de travailler" in page(client, at(held, "orientation")).text

    def test_the_office_sees_a_reserved_pathway_and_cannot_open_its_letter(self, world: World) -> None:
        held = self.prepared(world)
        decision = decided(world, held, "sante")
        told_on = actions.ask_notification(
            decision_id=decision.pk, means="handed", by=world.officer.as_actor(), at=MORNING
        )
        client = signed_in(world.office)
        listed = page(client, reverse("orientation:list")).text
        assert "Voie réservée" in listed
        assert "Accompagnement santé" not in listed
        shown = page(client, reverse("orientation:decision", args=[decision.pk])).text
        assert "empêche de travailler" not in shown
        assert "Accompagnement santé" not in shown
        address = reverse("documents:download", args=[told_on.notification.uuid])
        assert client.get(address).status_code in (403, 404)
        assert signed_in(world.officer).get(address).status_code == 200

    def test_what_was_written_freely_about_a_health_decision_is_reserved(self, world: World) -> None:
        held = self.prepared(world)
        free = {
            "person_opinion": "Je sors de clinique",
            "override_reason": "Soins en cours",
            "keeps_health_words": True,
        }
        decision = decided(world, held, "sante", **free)
        address = reverse("orientation:decision", args=[decision.pk])
        shown = page(signed_in(world.office), address).text
        assert "clinique" not in shown
        assert "Soins" not in shown
        assert "texte réservé" in shown
        plain = page(signed_in(world.officer), address).text
        assert "clinique" in plain
        assert "Soins en cours" in plain

    def test_a_word_of_health_in_a_text_many_read_is_warned_of_then_kept_knowingly(self, world: World) -> None:
        held = interview(world)
        client = signed_in(world.officer)
        address = reverse("orientation:leave", args=[held.pk, "rights_and_duties"])
        assert not page(client, address).select("[name=keeps_health_words]")
        typed = {"reason": "Hospitalisée demain", "owner": world.officer.pk}
        warned = client.post(address, typed).content.decode()
        assert "« Hospitalisée » parle peut-être de santé" in warned
        assert "keeps_health_words" in warned
        assert client.post(address, {**typed, "keeps_health_words": "on"}).status_code == 302
        assert held.steps.get(step="rights_and_duties").reason == "Hospitalisée demain"

    @pytest.mark.parametrize("name", ["card", "diagnosis_card", "decide_for"])
    def test_looking_at_a_person_leaves_a_trace(self, world: World, name: str) -> None:
        entry = entrant()
        number = entry.pk if name == "decide_for" else entry.person_id
        page(signed_in(world.officer), reverse(f"orientation:{name}", args=[number]))
        seen = Consultation.objects.get(person_id=entry.person_id)
        assert seen.agent_id == world.officer.pk

    def test_a_health_word_never_reaches_the_journal(self, world: World) -> None:
        from emploi.foundation.audit.models import JournalEntry

        held = self.prepared(world)
        kept = " ".join(str(row.payload) for row in JournalEntry.objects.filter(person_id=held.person_id))
        assert "psychic" not in kept
        assert "health" not in kept


class TestPartners:
    def test_a_provider_sees_only_the_people_entrusted_to_it(self, world: World) -> None:
        mine = ready_to_orient(world, first_wish="step")
        decided(world, mine, "pas_a_pas", organization=world.provider)
        other = ready_to_orient(world, entrant("Marc", "Roux"))
        decided(world, other)
        seen = set(visible_to(world.provider_agent).values_list("pk", flat=True))
        assert seen == {mine.person_id}
        assert [row.person_id for row in permissions.visible_to(world.provider_agent)] == [mine.person_id]

    def test_it_no_longer_sees_who_went_elsewhere(self, world: World) -> None:
        held = ready_to_orient(world, first_wish="step")
        first = decided(world, held, "pas_a_pas", organization=world.provider)
        assert visible_to(world.provider_agent).exists()
        decided(world, held, "appui_social", previous_id=first.pk, override_reason="Logement d’abord")
        assert not visible_to(world.provider_agent).exists()

    def test_a_provider_cannot_open_an_interview(self, world: World) -> None:
        held = ready_to_orient(world, first_wish="step")
        decided(world, held, "pas_a_pas", organization=world.provider)
        assert signed_in(world.provider_agent).get(at(held, "rights")).status_code == 403

    def test_an_outside_officer_does_not_hold_the_departments_interviews(self, world: World) -> None:
        """The right to hold interviews without the person being entrusted opens nothing."""
        held = interview(world)
        with acting(SYSTEM):
            outsider = Agent.objects.create(email="o@essai.fr", first_name="Odile", last_name="Ext")
            Membership.objects.create(
                agent=outsider, organization=world.provider, role=Role.ORIENTATION_OFFICER, started_on=date(2026, 1, 1)
            )
        client = signed_in(outsider)
        assert client.get(at(held, "rights")).status_code == 404
        assert client.post(reverse("orientation:start"), {"entry": held.entry_id}).status_code == 403
        assert client.get(reverse("orientation:decide_for", args=[held.entry_id])).status_code == 403


class TestWithoutInterviewScreen:
    def test_on_file_says_what_is_missing_then_decides(self, world: World) -> None:
        entry = entrant()
        client = signed_in(world.officer)
        address = reverse("orientation:decide_for", args=[entry.pk])
        assert "Orienter Amina Benali sans entretien" in page(client, address).text
        choice = {
            "voie": "pas_a_pas",
            "basis": "on_file",
            "responsible_organization": world.provider.pk,
            "opinion": "no_opinion",
            "reason": "Ne peut pas se déplacer",
        }
        answer = client.post(address, choice)
        assert "la date et le moyen" in answer.content.decode()
        assert "Ne peut pas se déplacer" in answer.content.decode()
        done = client.post(address, {**choice, "exchange_on": "2026-11-20", "exchange_how": "Téléphone"})
        decision = Decision.objects.get()
        assert done["Location"] == reverse("orientation:decision", args=[decision.pk])

    def test_reorienting_from_the_decision_page(self, world: World) -> None:
        first = decided(world, ready_to_orient(world))
        client = signed_in(world.officer)
        assert "Réorienter" in page(client, reverse("orientation:decision", args=[first.pk])).text
        address = reverse("orientation:decide_for", args=[first.entry_id])
        form = page(client, address + "?voie=appui_social")
        client.post(
            address,
            {
                "voie": "appui_social",
                "basis": "on_file",
                "exchange_on": "2026-11-20",
                "exchange_how": "Téléphone",
                "reason": "Le logement est perdu",
                "previous": form.select_one("input[name=previous]")["value"],
                "responsible_organization": world.department.pk,
                "opinion": "agrees",
                "override_reason": "Logement perdu",
            },
        )
        current = Decision.objects.current().get()
        assert (current.modality.slug, current.previous_id) == ("appui_social", first.pk)


class TestTransmissionScreen:
    def test_list_file_and_date(self, world: World) -> None:
        decision = decided(world, ready_to_orient(world))
        client = signed_in(world.office)
        address = reverse("orientation:transmission")
        assert "Benali Amina" in page(client, address).text
        content = b"".join(client.get(reverse("orientation:transmission_export")).streaming_content).decode("utf-8-sig")
        assert "Parcours professionnel" in content
        assert "Emploi direct" not in content, "the Département's own pathway may say the health of the person"
        assert Consultation.objects.filter(person_id=decision.person_id, page="Export France Travail").count() == 1
        client.post(address, {"on": "2026-11-23", "decision": [decision.pk]})
        decision.refresh_from_db()
        assert decision.transmitted_on == date(2026, 11, 23)
        assert "Tout est transmis" in page(client, address).text

    def test_nothing_chosen_is_said(self, world: World) -> None:
        decided(world, ready_to_orient(world))
        answer = signed_in(world.office).post(reverse("orientation:transmission"), {"on": "2026-11-23"})
        assert "Cochez au moins une décision" in answer.content.decode()


class TestLists:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["Benali", "Roux"]),
            ("?modality=emploi_direct", ["Benali"]),
            ("?legal_path=socio_professionnel", ["Roux"]),
            ("?todo=to_notify", ["Benali", "Roux"]),
            ("?since=2026-11-24", []),
            ("?basis=by_default", []),
            ("?modality=unknown&since=yesterday", ["Benali", "Roux"]),
        ],
    )
    def test_filters_live_in_the_address(self, world: World, query: str, found: list[str]) -> None:
        decided(world, ready_to_orient(world))
        decided(
            world,
            ready_to_orient(world, entrant("Marc", "Roux"), first_wish="step"),
            "pas_a_pas",
            organization=world.provider,
        )
        shown = page(signed_in(world.officer), reverse("orientation:list") + query)
        names = sorted(row.a.text.split()[0] for row in shown.select("tbody th"))
        assert names == found

    def test_a_replaced_orientation_is_shown_on_demand(self, world: World) -> None:
        held = ready_to_orient(world)
        first = decided(world, held)
        decided(world, held, "pas_a_pas", previous_id=first.pk, override_reason="Le travail s’est arrêté")
        client = signed_in(world.officer)
        assert len(page(client, reverse("orientation:list")).select("tbody tr")) == 1
        assert len(page(client, reverse("orientation:list") + "?past=on").select("tbody tr")) == 2


def count_queries(do: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        do()
    return len(captured)


class TestQueryCounts:
    """What a page asks of the database does not grow with what it shows."""

    @pytest.mark.parametrize("name", ["list", "transmission"])
    def test_lists(self, world: World, name: str) -> None:
        agent = world.office if name == "transmission" else world.officer
        client = signed_in(agent)
        address = reverse(f"orientation:{name}")
        decided(world, ready_to_orient(world))
        client.get(address)
        one = count_queries(lambda: client.get(address))
        for number in range(4):
            decided(world, ready_to_orient(world, entrant("Marc", f"Roux{number}")))
        assert count_queries(lambda: client.get(address)) == one
        assert one <= 15

    def test_the_interview_page(self, world: World) -> None:
        held = interview(world)
        client = signed_in(world.officer)
        address = at(held, "section", "brakes")
        client.get(address)
        few = count_queries(lambda: client.get(address))
        told(world, held, ready="now", first_wish="job", trade="Cariste", hours="full", immersion="yes")
        for kind in ("housing", "money", "mobility", "family"):
            actions.add_brake(interview_id=held.pk, kind=kind, severity=2, by=world.officer.as_actor(), at=MORNING)
        assert count_queries(lambda: client.get(address)) == few
        assert few <= 16

    def test_the_block_of_the_day(self, world: World) -> None:
        interview(world)
        client = signed_in(world.officer)
        address = reverse("orientation:to_finish")
        client.get(address, **HTMX)
        one = count_queries(lambda: client.get(address, **HTMX))
        for number in range(3):
            interview(world, entrant("Marc", f"Roux{number}"))
        assert count_queries(lambda: client.get(address, **HTMX)) == one
