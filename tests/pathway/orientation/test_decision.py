"""Proposal and decision: with the person, explained, under a delegation, once."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments.models import Invitation, Kind
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Decision, Modality, Proposal
from emploi.pathway.orientation.rules.bases import SOCIAL_BY_DEFAULT
from emploi.territory.agents.models import Membership
from emploi.territory.agents.roles import Role
from emploi.territory.rulebook import queries as rulebook
from tests.pathway.orientation.cast import (
    MORNING,
    SYSTEM,
    World,
    appointment,
    decided,
    entrant,
    interview,
    ready_to_orient,
    told,
)


def closed(world: World, row: Modality) -> Modality:
    return actions.close_modality(modality_id=row.pk, reason="Essai", by=world.officer.as_actor(), at=MORNING)


class TestProposal:
    def test_it_keeps_its_rules_reasons_and_silences(self, world: World) -> None:
        held = ready_to_orient(world)
        proposal = actions.compute_proposal(
            entry_id=held.entry_id, interview_id=held.pk, by=world.officer.as_actor(), at=MORNING
        )
        assert proposal.ruleset == "demo.orientation 2026-01"
        assert [row["modality"] for row in proposal.ranked] == ["emploi_direct", "pas_a_pas"]
        assert proposal.ranked[0]["reasons"][0]["facts"][0]["source"] == "dit par la personne, le 23 novembre 2026"
        assert "sante_empeche" in [row["rule"] for row in proposal.not_applied]

    def test_the_same_facts_give_back_the_same_proposal(self, world: World) -> None:
        held = ready_to_orient(world)
        ask = {"entry_id": held.entry_id, "by": world.officer.as_actor(), "at": MORNING}
        first = actions.compute_proposal(**ask)
        assert actions.compute_proposal(**ask).pk == first.pk
        told(world, held, ready="later")
        assert actions.compute_proposal(**ask).pk != first.pk

    def test_a_closed_pathway_is_not_proposed_and_somebody_always_is(self, world: World) -> None:
        held = ready_to_orient(world)
        for row in Modality.objects.exclude(slug="appui_social"):
            closed(world, row)
        proposal = actions.compute_proposal(entry_id=held.entry_id, by=world.officer.as_actor(), at=MORNING)
        assert [row["modality"] for row in proposal.ranked] == ["appui_social"]
        assert proposal.ranked[0]["reasons"]

    def test_the_last_open_pathway_cannot_be_closed(self, world: World) -> None:
        for row in Modality.objects.exclude(slug="appui_social"):
            closed(world, row)
        with pytest.raises(DomainError, match="au moins une voie"):
            closed(world, world.modality("appui_social"))

    def test_the_pathway_proposed_first_closes_meanwhile_and_the_next_one_is_proposed(self, world: World) -> None:
        held = ready_to_orient(world)
        ask = {"entry_id": held.entry_id, "by": world.officer.as_actor(), "at": MORNING}
        first = actions.compute_proposal(**ask)
        closed(world, world.modality(first.ranked[0]["modality"]))
        second = actions.compute_proposal(**ask)
        assert (first.ranked[0]["modality"], second.pk) == ("emploi_direct", first.pk + 1)
        assert second.ranked[0]["modality"] != "emploi_direct"
        decision = decided(world, held, second.ranked[0]["modality"], proposal_id=second.pk)
        assert decision.override_reason == "", "nothing to explain: it is the first one proposed now"


class TestDecision:
    def test_it_meets_the_clocks_and_keeps_everything(self, world: World) -> None:
        held = ready_to_orient(world)
        decision = decided(world, held, opinion="agrees", person_opinion="Ça me va", referent_id=world.colleague.pk)
        met = {row.kind: row.met_on for row in Deadline.objects.filter(entry=held.entry_id)}
        assert met["orientation_month"] == met["orientation_six_weeks"] == date(2026, 11, 23)
        assert decision.legal_path == "professionnel"
        assert decision.regime_code == "R2c"
        assert decision.ruleset == "demo.orientation 2026-01"
        assert decision.reasons[0]["rule"] == "pret_a_travailler"
        assert "par délégation" in decision.delegation
        assert "Claire Martin" in decision.delegation
        assert decision.to_transmit
        assert queries.step_states(held.pk)["orientation"] == "done"

    def test_another_pathway_than_the_first_needs_a_written_reason(self, world: World) -> None:
        held = ready_to_orient(world)
        with pytest.raises(DomainError) as caught:
            decided(world, held, "appui_social")
        assert caught.value.field == "override_reason"
        decision = decided(world, held, "appui_social", override_reason="Elle préfère régler son logement")
        assert decision.modality.slug == "appui_social"

    def test_the_first_two_steps_come_before(self, world: World) -> None:
        held = interview(world)
        with pytest.raises(DomainError, match="Terminez d’abord"):
            decided(world, held, "pas_a_pas")
        assert not Decision.objects.exists()

    def test_a_body_that_does_not_lead_this_pathway_is_refused(self, world: World) -> None:
        held = ready_to_orient(world)
        with pytest.raises(DomainError) as caught:
            decided(world, held, organization=world.provider)
        assert caught.value.field == "responsible_organization"

    def test_a_referent_from_elsewhere_is_refused(self, world: World) -> None:
        held = ready_to_orient(world)
        with pytest.raises(DomainError) as caught:
            decided(world, held, referent_id=world.provider_agent.pk)
        assert caught.value.field == "referent"

    def test_facts_that_moved_since_the_proposal_was_read_stop_the_decision(self, world: World) -> None:
        held = ready_to_orient(world)
        read = actions.compute_proposal(entry_id=held.entry_id, by=world.officer.as_actor(), at=MORNING)
        actions.save_answers(
            interview_id=held.pk, answers={"first_wish": "settle"}, by=world.colleague.as_actor(), at=MORNING
        )
        with pytest.raises(DomainError, match="Relisez la nouvelle proposition"):
            decided(world, held, proposal_id=read.pk)

    def test_a_second_agent_is_told_who_decided_meanwhile(self, world: World) -> None:
        held = ready_to_orient(world)
        decided(world, held)
        with pytest.raises(DomainError, match="Claire Martin vient de décider"):
            decided(world, held)
        assert Decision.objects.count() == 1

    def test_the_database_keeps_one_current_decision_an_entry(self, world: World) -> None:
        """RG-16: several pathways, one active at a time."""
        decision = decided(world, ready_to_orient(world))
        decision.pk, decision.previous = None, None
        with pytest.raises(IntegrityError), transaction.atomic(), acting(SYSTEM):
            decision.save(force_insert=True)

    @pytest.mark.parametrize(
        ("decided_on", "words"), [(date(2026, 11, 24), "futur"), (date(2026, 11, 1), "antérieure")]
    )
    def test_a_date_out_of_the_entry_is_refused(self, world: World, decided_on: date, words: str) -> None:
        with pytest.raises(DomainError, match=words):
            decided(world, ready_to_orient(world), decided_on=decided_on)

    def test_reorienting_keeps_the_former_decision(self, world: World) -> None:
        held = ready_to_orient(world)
        first = decided(world, held)
        second = decided(world, held, "pas_a_pas", previous_id=first.pk, override_reason="Le travail s’est arrêté")
        first.refresh_from_db()
        assert (first.is_current, second.is_current, second.previous_id) == (False, True, first.pk)
        assert [row.pk for row in queries.history_of(held.person_id)] == [second.pk, first.pk]
        assert queries.current_decision(held.entry_id) == second

    def test_beyond_six_weeks_france_travail_decides_the_first_orientation(self, world: World) -> None:
        """D262-65-2: the Département is told, and may record France Travail's own decision."""
        held = ready_to_orient(world, entrant(opened_on=date(2026, 9, 1)))
        with pytest.raises(DomainError) as caught:
            decided(world, held)
        assert caught.value.field == "knows_it_is_late"
        assert "13 octobre 2026" in caught.value.message
        theirs = {"decider": "france_travail", "organization": world.france_travail, "basis": "by_default"}
        with pytest.raises(DomainError) as caught:
            decided(world, held, **theirs)
        assert caught.value.field == "decided_on"
        recorded = decided(world, held, **theirs, decided_on=date(2026, 11, 18))
        assert not recorded.to_transmit
        assert (recorded.basis, recorded.decided_on) == ("", date(2026, 11, 18))
        assert recorded.ground == "par France Travail"
        assert "Président" not in recorded.delegation
        entry = JournalEntry.objects.get(event="orientation.OrientationDecided")
        assert sentence_of(entry).endswith("18 novembre 2026 : parcours professionnel, par France Travail")
        late = Deadline.objects.get(entry=held.entry_id, kind="orientation_six_weeks")
        assert late.met_late

    def test_without_an_interview_what_france_travail_decided_is_recorded_from_the_screen(
        self, world: World, client: Client
    ) -> None:
        entry = entrant(opened_on=date(2026, 9, 1))
        client.force_login(world.officer)
        typed = {
            "voie": "emploi_direct",
            "decider": "france_travail",
            "responsible_organization": world.france_travail.pk,
            "opinion": "no_opinion",
        }
        with clock.frozen(MORNING):
            address = reverse("orientation:decide_for", args=[entry.pk])
            assert "Indiquez le jour où France Travail a décidé" in client.post(address, typed).content.decode()
            assert client.post(address, {**typed, "decided_on": "2026-11-17"}).status_code == 302
            fresh = entrant("Zoé", "Noël")
            early = client.get(reverse("orientation:decide_for", args=[fresh.pk]), {"voie": "emploi_direct"})
        assert 'name="decided_on"' not in early.content.decode(), "only once the six weeks are over"
        assert Decision.objects.get().decided_on == date(2026, 11, 17)

    def test_the_department_may_decide_late_knowing_it(self, world: World) -> None:
        held = ready_to_orient(world, entrant(opened_on=date(2026, 9, 1)))
        assert decided(world, held, knows_it_is_late=True).to_transmit

    def test_a_referent_may_come_later_from_the_body(self, world: World) -> None:
        decision = decided(world, ready_to_orient(world))
        actions.name_referent(
            decision_id=decision.pk, referent_id=world.colleague.pk, by=world.officer.as_actor(), at=MORNING
        )
        decision.refresh_from_db()
        assert decision.referent == world.colleague
        with pytest.raises(DomainError, match="ne travaille pas"):
            actions.name_referent(
                decision_id=decision.pk, referent_id=world.provider_agent.pk, by=world.officer.as_actor(), at=MORNING
            )

    def test_the_office_is_nobodys_referent(self, world: World) -> None:
        """AMB-09: a referent accompanies; the RSA office works in the same house and does not."""
        names = {agent.last_name for agent in queries.referents_of(world.department.pk, MORNING.date())}
        assert names == {"Martin", "Petit", "Leroy"}

    def test_an_agent_back_in_the_service_is_a_possible_referent(self, world: World) -> None:
        """A membership that ended says nothing of the one that runs; the one that runs must be in this body."""
        with acting(SYSTEM):
            for agent, home in ((world.colleague, world.provider), (world.colleague, world.department)):
                Membership.objects.create(
                    agent=agent,
                    organization=home,
                    role=Role.COUNSELLOR,
                    started_on=date(2024, 1, 1),
                    ended_on=date(2025, 1, 1),
                )
            world.social_worker.memberships.update(ended_on=MORNING.date() - timedelta(days=1))
        names = {agent.last_name for agent in queries.referents_of(world.department.pk, MORNING.date())}
        assert names == {"Martin", "Petit"}
        assert world.colleague not in queries.referents_of(world.provider.pk, MORNING.date())

    def test_before_2025_the_shipped_law_sends_by_default_to_the_social_path(self, world: World) -> None:
        shipped = rulebook.value("default_orientation", date(2024, 6, 1))
        assert shipped == SOCIAL_BY_DEFAULT
        assert rulebook.value("default_orientation", MORNING.date()) != SOCIAL_BY_DEFAULT

    def test_a_reopened_entry_keeps_its_orientation_and_nothing_restarts(self, world: World) -> None:
        from emploi.foundation.events import publish
        from emploi.pathway.beneficiaries.events import EntryReopened

        decision = decided(world, ready_to_orient(world))
        with acting(SYSTEM):
            event = EntryReopened(
                person_id=decision.person_id, entry_id=decision.entry_id, reopened_on=date(2027, 1, 4)
            )
            publish(event, by=SYSTEM, at=MORNING)
        again = Deadline.objects.filter(entry=decision.entry_id, kind="orientation_six_weeks").latest("sequence")
        assert (again.sequence, again.met_on, again.met_late) == (1, decision.decided_on, False)


class TestWithoutInterview:
    def draft(self, world: World, basis: str, **details: str) -> actions.Draft:
        return actions.Draft(
            modality_id=world.modality("pas_a_pas").pk,
            responsible_organization_id=world.department.pk,
            basis=basis,
            basis_details=details,
        )

    def decide(self, world: World, entry: Entry, draft: actions.Draft) -> Decision:
        return actions.decide_orientation(entry_id=entry.pk, draft=draft, by=world.officer.as_actor(), at=MORNING)

    def convoked(self, world: World, entry: Entry) -> None:
        kind = Kind.objects.get(is_first_interview=True)
        with acting(SYSTEM):
            Invitation.objects.create(
                entry=entry,
                person_id=entry.person_id,
                kind=kind,
                act="convocation",
                token="t",
                code="c",
                sent_at=MORNING - timedelta(days=6),
                sent_on=date(2026, 11, 17),
                expires_on=date(2026, 11, 30),
            )

    def test_on_file_when_the_person_cannot_come_and_was_heard_otherwise(self, world: World) -> None:
        entry = entrant()
        draft = self.draft(
            world, "on_file", reason="Sans transport", exchange_on="2026-11-20", exchange_how="Téléphone"
        )
        decision = self.decide(world, entry, draft)
        assert (decision.basis, decision.interview) == ("on_file", None)
        assert decision.basis_details["exchange_how"] == "Téléphone"
        first = Deadline.objects.get(entry=entry, kind="first_interview")
        assert first.met_on is None, "nobody met her"
        assert first.let_go_on is not None, "and nobody has to: her referent will"

    def test_on_file_without_having_heard_her_is_refused(self, world: World) -> None:
        with pytest.raises(DomainError, match="la date et le moyen"):
            self.decide(world, entrant(), self.draft(world, "on_file", reason="Ne peut pas se déplacer"))

    def test_by_default_needs_a_missed_convocation(self, world: World) -> None:
        entry = entrant()
        draft = self.draft(world, "by_default", reason="Aucune réponse, pas de motif connu")
        with pytest.raises(DomainError, match="une invitation ne suffit pas"):
            self.decide(world, entry, draft)
        self.convoked(world, entry)
        with pytest.raises(DomainError, match="attendez ce rendez-vous"):
            self.decide(world, entry, draft)
        appointment(world, entry, starts_at=MORNING - timedelta(days=1), status="absent", marked_at=MORNING)
        decision = self.decide(world, entry, draft)
        assert decision.basis == "by_default"
        assert decision.basis_details["convocation_missed_on"] == "2026-11-22"

    def test_by_default_goes_to_the_department(self, world: World) -> None:
        entry = entrant()
        self.convoked(world, entry)
        appointment(world, entry, starts_at=MORNING - timedelta(days=1), status="absent", marked_at=MORNING)
        draft = actions.Draft(
            modality_id=world.modality("pas_a_pas").pk,
            responsible_organization_id=world.provider.pk,
            basis="by_default",
            basis_details={"reason": "Aucune réponse"},
        )
        with pytest.raises(DomainError, match="l’organisme est le Département"):
            self.decide(world, entry, draft)

    def test_who_was_met_is_not_oriented_without_the_interview(self, world: World) -> None:
        held = interview(world)
        draft = self.draft(world, "on_file", reason="Absente", exchange_on="2026-11-20", exchange_how="Téléphone")
        with pytest.raises(DomainError, match="Un entretien a eu lieu"):
            self.decide(world, held.entry, draft)
        assert not Proposal.objects.filter(entry=held.entry, decisions__isnull=False).exists()
