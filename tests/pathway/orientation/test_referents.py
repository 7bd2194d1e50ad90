"""One référent unique, clearly named (RG-57): changed with a reason, told, kept in the history, replaced if gone."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments.models import Kind
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.models import Decision, FormerReferent
from emploi.pathway.orientation.queries.decisions import referents_by_entry
from emploi.territory.agents.actions import close_account, reopen_account
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from tests.pathway.orientation.cast import (
    MORNING,
    SYSTEM,
    World,
    agent,
    appointment,
    decided,
    entrant,
    ready_to_orient,
    told,
)
from tests.pathway.orientation.test_access import HTMX, count_queries
from tests.pathway.orientation.test_journey import page, signed_in

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(days=30)
WHY = "La personne a déménagé."


def oriented(world: World, name: str = "Benali", *, body: Any = None, referent: Agent | None = None) -> Decision:
    """Somebody oriented, who has the decision in her hands."""
    slug = "pas_a_pas" if body == world.provider else "emploi_direct"
    wish = {"first_wish": "step"} if body == world.provider else {"first_wish": "job", "ready": "now"}
    held = ready_to_orient(world, entrant("Amina", name), **wish)
    decision = decided(
        world, held, slug, organization=body or world.department, referent_id=referent.pk if referent else None
    )
    by = world.officer.as_actor()
    actions.ask_notification(decision_id=decision.pk, means="handed", on=MORNING.date(), by=by, at=MORNING)
    decision.refresh_from_db()
    return decision


def name(world: World, decision: Decision, referent: Agent, *, at: Any = MORNING, **values: Any) -> Decision:
    return actions.name_referent(
        decision_id=decision.pk, referent_id=referent.pk, by=world.officer.as_actor(), at=at, **values
    )


def url(decision: Decision) -> str:
    return reverse("orientation:referent", args=[decision.pk])


class TestChanging:
    def test_another_referent_takes_over_with_a_reason_and_the_former_is_kept_with_her_dates(
        self, world: World
    ) -> None:
        decision = oriented(world, referent=world.social_worker)
        with pytest.raises(DomainError, match="Inès Leroy est déjà le référent") as refused:
            name(world, decision, world.colleague, at=LATER)
        assert refused.value.field == "reason"
        name(world, decision, world.colleague, at=LATER, reason=WHY)
        present, former = queries.referent_periods(decision.person_id)
        assert (present.name, present.since, present.until) == ("Hugo Petit", LATER.date(), None)
        assert (former.name, former.since, former.until, former.reason) == (
            "Inès Leroy", MORNING.date(), LATER.date(), WHY,
        )  # fmt: skip
        told_in = sentence_of(JournalEntry.objects.filter(event="orientation.ReferentNamed").latest("pk"))
        assert told_in == "Référent changé : Hugo Petit remplace Inès Leroy"

    def test_the_person_is_told_who_accompanies_her_once_she_has_the_decision(self, world: World) -> None:
        decision = oriented(world)
        before = Message.objects.count()
        name(world, decision, world.social_worker)
        message = Message.objects.latest("pk")
        assert Message.objects.count() == before + 1
        assert (message.channel, message.person_id) == ("sms", decision.person_id)
        assert "Inès Leroy" in message.body
        assert "Emploi direct" not in message.body

    def test_before_that_the_paper_of_the_decision_says_it(self, world: World) -> None:
        decision = decided(world, ready_to_orient(world))
        before = Message.objects.count()
        name(world, decision, world.social_worker)
        assert Message.objects.count() == before

    def test_nobody_is_told_twice_the_same_thing(self, world: World) -> None:
        decision = oriented(world, referent=world.social_worker)
        before = Message.objects.count(), JournalEntry.objects.count()
        name(world, decision, world.social_worker)
        assert (Message.objects.count(), JournalEntry.objects.count()) == before
        assert not FormerReferent.objects.exists()

    def test_a_following_orientation_ends_the_period_of_the_referent(self, world: World) -> None:
        decision = oriented(world, referent=world.social_worker)
        draft = actions.Draft(
            modality_id=world.modality("pas_a_pas").pk, responsible_organization_id=world.department.pk,
            interview_id=decision.interview_id, previous_id=decision.pk, override_reason="Par étapes.",
            referent_id=world.colleague.pk,
        )  # fmt: skip
        actions.decide_orientation(entry_id=decision.entry_id, draft=draft, by=world.officer.as_actor(), at=LATER)
        found = [(one.name, one.since, one.until) for one in queries.referent_periods(decision.person_id)]
        assert found == [("Hugo Petit", LATER.date(), None), ("Inès Leroy", MORNING.date(), LATER.date())]

    def test_a_professional_of_another_body_is_refused(self, world: World) -> None:
        with pytest.raises(DomainError, match="ne travaille pas dans l’organisme référent"):
            name(world, oriented(world), world.provider_agent)

    def test_a_reason_that_says_health_is_warned_about(self, world: World) -> None:
        decision = oriented(world, referent=world.social_worker)
        with pytest.raises(DomainError) as warned:
            name(world, decision, world.colleague, reason="Suivie à l’hôpital pour sa maladie.")
        assert warned.value.field == "keeps_health_words"


class TestScreen:
    def test_the_officer_changes_the_referent_and_reads_who_it_was(self, world: World) -> None:
        decision = oriented(world, referent=world.social_worker)
        client = signed_in(world.officer)
        with clock.frozen(LATER):
            shown = page(client, url(decision))
            assert "Changer le référent" in shown.text
            refused = client.post(url(decision), {"referent": world.colleague.pk})
            assert "Écrivez pourquoi vous changez de référent." in refused.content.decode()
            assert f'value="{world.colleague.pk}" selected' in refused.content.decode(), "nothing typed is lost"
            answer = client.post(url(decision), {"referent": world.colleague.pk, "reason": WHY}, follow=True)
            text = answer.content.decode()
            card = client.get(reverse("orientation:card", args=[decision.person_id]), **HTMX).content.decode()
        for shown_text in (text, card):
            assert "Inès Leroy" in shown_text
            assert "jusqu’au 23 décembre 2026" in shown_text
            assert WHY in shown_text

    def test_the_appointments_still_planned_with_the_former_are_shown_before_naming(self, world: World) -> None:
        decision = oriented(world, referent=world.social_worker)
        kind = Kind.objects.get(slug="rendez-vous-conseiller")
        at = MORNING + timedelta(days=2)
        row = appointment(world, decision.entry, starts_at=at, kind=kind, agent=world.social_worker)
        with clock.frozen(MORNING):
            shown = str(page(signed_in(world.officer), url(decision)))
        assert reverse("appointments:appointment", args=[row.pk]) in shown

    def test_the_body_names_among_its_own_agents_for_its_own_people_only(self, world: World) -> None:
        """definitions.md: the named referent may come later, from that body."""
        mine = oriented(world, "Roux", body=world.provider)
        other = oriented(world)
        newcomer = agent("Zoé", "Blanc", Role.PROVIDER, world.provider)
        client = signed_in(world.provider_agent)
        with clock.frozen(MORNING):
            offered = [option.text for option in page(client, url(mine)).select("#id_referent option")]
            assert offered == ["Choisir", "Zoé Blanc", "Paul Duval"]
            assert client.post(url(mine), {"referent": newcomer.pk}).status_code == 302
            assert client.get(url(other)).status_code == 404
            assert client.post(url(other), {"referent": world.social_worker.pk}).status_code == 404
        mine.refresh_from_db()
        other.refresh_from_db()
        assert (mine.referent, other.referent) == (newcomer, None)

    def test_a_social_worker_of_the_departement_names_for_her_body_and_no_other(self, world: World) -> None:
        """She sees everybody: seeing is not naming."""
        mine, other = oriented(world), oriented(world, "Roux", body=world.provider)
        assert list(permissions.to_name_by(world.social_worker)) == [mine]
        assert set(permissions.to_name_by(world.officer)) == {mine, other}
        assert not permissions.to_name_by(world.office).exists()
        client = signed_in(world.social_worker)
        card = client.get(reverse("orientation:card", args=[other.person_id]), **HTMX).content.decode()
        assert url(other) not in card
        assert signed_in(world.office).get(url(mine)).status_code == 403

    def test_the_next_step_leads_only_those_who_can_act(self, world: World) -> None:
        decision = oriented(world)
        with clock.frozen(MORNING), acting(SYSTEM):
            decision.entry.interviews.get().steps.filter(step="engagement").update(state="done", done_at=MORNING)
            decision.entry.interviews.update(closed_at=MORNING)
            pages = {
                who: str(page(signed_in(who), reverse("desk:person", args=[decision.person_id])))
                for who in (world.officer, world.social_worker, world.office)
            }
        assert url(decision) in pages[world.officer]
        assert url(decision) in pages[world.social_worker]
        assert url(decision) not in pages[world.office]
        assert "Nommer le référent unique." in pages[world.office]


class TestDeparture:
    def test_closing_an_account_says_how_many_people_it_leaves(self, world: World) -> None:
        for last_name in ("Benali", "Roux"):
            oriented(world, last_name, referent=world.social_worker)
        administrator = agent("Ada", "Min", Role.ADMINISTRATOR, world.department)
        shown = page(signed_in(administrator), reverse("agents:close", args=[world.social_worker.pk]))
        assert "2 personnes suivies perdront leur référent" in shown.text
        quiet = page(signed_in(administrator), reverse("agents:close", args=[world.colleague.pk]))
        assert "perdr" not in quiet.text

    def test_the_people_whose_referent_left_are_listed_and_found_by_the_filter(self, world: World) -> None:
        gone, kept = oriented(world, "Roux", referent=world.social_worker), oriented(world, referent=world.colleague)
        assert not queries.referents_to_name(MORNING.date()).exists()
        assert referents_by_entry([gone.entry_id]) == {gone.entry_id: world.social_worker.pk}
        close_account(agent_id=world.social_worker.pk, reason="Mutation", by=SYSTEM, at=MORNING)
        assert list(queries.referents_to_name(MORNING.date())) == [gone]
        assert referents_by_entry([gone.entry_id]) == {}, "no slot nor call waits for who has left"
        client = signed_in(world.officer)
        with clock.frozen(MORNING):
            listed = page(client, reverse("orientation:list") + "?todo=referent_left")
            assert [row.a.text.split()[0] for row in listed.select("tbody th")] == ["Roux"]
            block = client.get(reverse("orientation:referents_block"), **HTMX).content.decode()
        assert "1 personne dont le référent est parti" in block
        assert kept.referent == world.colleague
        reopen_account(agent_id=world.social_worker.pk, by=SYSTEM, at=MORNING)
        assert not queries.referents_to_name(MORNING.date()).exists()

    def test_who_replaces_her_needs_no_reason_and_the_history_says_she_left(self, world: World) -> None:
        decision = oriented(world, referent=world.social_worker)
        close_account(agent_id=world.social_worker.pk, reason="Mutation", by=SYSTEM, at=MORNING)
        name(world, decision, world.colleague, at=LATER)
        assert [one.reason for one in queries.referent_periods(decision.person_id)] == [
            "", "Ne travaille plus pour cet organisme",
        ]  # fmt: skip


class TestSeveral:
    address = "/orientations/referents/"

    def test_one_referent_for_all_those_ticked_and_the_others_said_in_french(self, world: World) -> None:
        mine = [oriented(world, f"Roux{rank}") for rank in range(3)]
        elsewhere = oriented(world, "Noir", body=world.provider)
        client = signed_in(world.officer)
        with clock.frozen(MORNING):
            assert len(page(client, self.address).select("tbody tr")) == 4
            nothing = client.post(self.address, {"referent": world.colleague.pk})
            assert "Cochez au moins une personne." in nothing.content.decode()
            ticked = [mine[0].pk, mine[1].pk, elsewhere.pk]
            said = client.post(self.address, {"referent": world.colleague.pk, "decision": ticked}, follow=True)
        text = said.content.decode()
        assert "Hugo Petit est maintenant le référent de 2 personnes" in text
        assert "Amina Noir : Ce professionnel ne travaille pas dans l’organisme référent." in text
        assert [Decision.objects.get(pk=one.pk).referent for one in (*mine, elsewhere)] == [
            world.colleague, world.colleague, None, None,
        ]  # fmt: skip

    def test_a_provider_sees_and_names_for_its_own_people_only(self, world: World) -> None:
        mine, other = oriented(world, "Noir", body=world.provider), oriented(world)
        client = signed_in(world.provider_agent)
        with clock.frozen(MORNING):
            shown = page(client, self.address)
            assert [row.a.text.split()[0] for row in shown.select("tbody th")] == ["Noir"]
            asked = {"referent": world.provider_agent.pk, "decision": [mine.pk, other.pk]}
            client.post(self.address, asked)
        mine.refresh_from_db()
        other.refresh_from_db()
        assert (mine.referent, other.referent) == (world.provider_agent, None)

    def test_filters(self, world: World) -> None:
        oriented(world, "Roux", referent=world.social_worker)
        oriented(world, "Noir", body=world.provider)
        close_account(agent_id=world.social_worker.pk, reason="Mutation", by=SYSTEM, at=MORNING)
        client = signed_in(world.officer)

        def found(query: str) -> list[str]:
            with clock.frozen(MORNING):
                return sorted(row.a.text.split()[0] for row in page(client, self.address + query).select("tbody th"))

        assert found("") == ["Noir", "Roux"]
        assert found("?why=parti") == ["Roux"]
        assert found("?why=aucun") == ["Noir"]
        assert found(f"?organization={world.provider.pk}") == ["Noir"]

    def test_the_database_is_asked_as_much_for_one_as_for_four(self, world: World) -> None:
        oriented(world)
        client = signed_in(world.officer)
        with clock.frozen(MORNING):
            client.get(self.address)
            one = count_queries(lambda: client.get(self.address))
            for rank in range(3):
                oriented(world, f"Roux{rank}")
            assert count_queries(lambda: client.get(self.address)) == one
        assert one <= 15


class TestWhatAPartnerReads:
    """DIS-005: asked once, reused by every actor; its own people only, and never their health."""

    def theirs(self, world: World) -> Decision:
        held = ready_to_orient(world, entrant("Lina", "Noir"), first_wish="step", trade="Cariste", health_work="yes")
        actions.add_brake(interview_id=held.pk, kind="mobility", severity=2, by=world.officer.as_actor(), at=MORNING)
        actions.add_brake(interview_id=held.pk, kind="health", severity=3, by=world.officer.as_actor(), at=MORNING)
        return decided(
            world, held, "pas_a_pas", organization=world.provider, override_reason="Suivie à l’hôpital pour sa maladie",
            keeps_health_words=True,
        )  # fmt: skip

    def test_the_diagnosis_without_health(self, world: World) -> None:
        decision = self.theirs(world)
        client: Client = signed_in(world.provider_agent)
        with clock.frozen(MORNING):
            shown = client.get(reverse("orientation:diagnosis_card", args=[decision.person_id])).content.decode()
            whole = signed_in(world.officer).get(reverse("orientation:diagnosis_card", args=[decision.person_id]))
        assert "Mobilité" in shown
        assert "Santé" in whole.content.decode()
        assert "Santé" not in shown

    def test_the_orientation_its_reasons_of_health_kept_back(self, world: World) -> None:
        decision = self.theirs(world)
        client = signed_in(world.provider_agent)
        with clock.frozen(MORNING):
            for address in (
                reverse("orientation:decision", args=[decision.pk]),
                reverse("orientation:card", args=[decision.person_id]),
            ):
                shown = client.get(address)
                assert shown.status_code == 200
                assert "hôpital" not in shown.content.decode()
                assert "Les Ateliers du Modèle" in shown.content.decode()

    @pytest.mark.parametrize("where", ["list", "contracts_due", "untold", "france_travail", "referents"])
    def test_no_list_shows_anybody_else(self, world: World, where: str) -> None:
        self.theirs(world)
        oriented(world)
        with clock.frozen(MORNING):
            shown = page(signed_in(world.provider_agent), reverse(f"orientation:{where}"))
        assert "Benali" not in shown.text

    @pytest.mark.parametrize("where", ["card", "diagnosis_card"])
    def test_the_card_of_somebody_else_is_not_found(self, world: World, where: str) -> None:
        other = oriented(world)
        told(world, other.interview, trade="Cariste")
        client = signed_in(world.provider_agent)
        assert client.get(reverse(f"orientation:{where}", args=[other.person_id])).status_code == 404
        assert client.get(reverse("orientation:decision", args=[other.pk])).status_code == 404

    def test_once_she_is_oriented_elsewhere_the_partner_reads_nothing_more(self, world: World) -> None:
        decision = self.theirs(world)
        draft = actions.Draft(
            modality_id=world.modality("pas_a_pas").pk, responsible_organization_id=world.department.pk,
            interview_id=decision.interview_id, previous_id=decision.pk, override_reason="Par étapes.",
        )  # fmt: skip
        actions.decide_orientation(entry_id=decision.entry_id, draft=draft, by=world.officer.as_actor(), at=LATER)
        client = signed_in(world.provider_agent)
        assert client.get(reverse("orientation:decision", args=[decision.pk])).status_code == 404
        assert date(2026, 11, 23) == decision.decided_on
