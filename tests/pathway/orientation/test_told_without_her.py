"""Decided without the person: the letter says the true reason, the true facts, and no rule that was not read."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation import actions
from emploi.pathway.orientation.models import Decision, OrientationBatch
from tests.pathway.orientation.cast import MORNING, World, appointment, entrant
from tests.pathway.orientation.test_batches import LATER, batch_of, spoken
from tests.pathway.orientation.test_by_default import absent, convoked, missed
from tests.pathway.orientation.test_journey import page, signed_in
from tests.pathway.orientation.test_papers import text_of

pytestmark = pytest.mark.django_db
ILL = "Hospitalisée depuis octobre"
CANNOT_COME = "Vous ne pouvez pas vous déplacer en ce moment."


def without_her(world: World, entry: Entry, basis: str, slug: str = "pas_a_pas", **details: str) -> Decision:
    draft = actions.Draft(
        modality_id=world.modality(slug).pk,
        responsible_organization_id=world.department.pk,
        basis=basis,
        override_reason="" if basis == "by_default" else "C’est ce qu’elle demande",
        keeps_health_words=True,
        basis_details={
            "reason": "Aucun motif connu",
            "exchange_on": "2026-11-20",
            "exchange_how": "téléphone",
            **details,
        },
    )
    return actions.decide_orientation(entry_id=entry.pk, draft=draft, by=world.officer.as_actor(), at=MORNING)


def letter_of(world: World, decision: Decision) -> str:
    by = world.officer.as_actor()
    asked = actions.ask_notification(decision_id=decision.pk, means="handed", by=by, at=MORNING)
    return text_of(asked.notification)


class TestPrintedReason:
    def test_on_file_a_reason_of_health_asks_for_other_words_and_these_are_printed(self, world: World) -> None:
        entry = entrant()
        with pytest.raises(DomainError, match="Écrivez la raison imprimée dans la lettre") as refused:
            without_her(world, entry, "on_file", reason=ILL)
        assert refused.value.field == "letter_reason"
        assert not Decision.objects.exists()
        decision = without_her(world, entry, "on_file", reason=ILL, letter_reason=CANNOT_COME)
        words = letter_of(world, decision)
        assert decision.basis_details["reason"] == ILL
        assert CANNOT_COME in words
        assert "Nous avons échangé avec vous le 20 novembre 2026" in words
        assert "Hospitalisée" not in words
        assert "pendant l’entretien" not in words

    def test_a_health_pathway_on_file_asks_for_the_words_of_the_letter(self, world: World) -> None:
        entry = entrant()
        with pytest.raises(DomainError, match="Écrivez la raison imprimée"):
            without_her(world, entry, "on_file", "sante")
        assert CANNOT_COME in letter_of(world, without_her(world, entry, "on_file", "sante", letter_reason=CANNOT_COME))

    def test_a_choice_explained_by_health_is_kept_back_without_an_interview_being_invented(self, world: World) -> None:
        draft = actions.Draft(
            modality_id=world.modality("pas_a_pas").pk,
            responsible_organization_id=world.department.pk,
            basis="on_file",
            override_reason=ILL,
            keeps_health_words=True,
            basis_details={"reason": CANNOT_COME, "exchange_on": "2026-11-20", "exchange_how": "téléphone"},
        )
        by = world.officer.as_actor()
        words = letter_of(world, actions.decide_orientation(entry_id=entrant().pk, draft=draft, by=by, at=MORNING))
        assert "Des raisons personnelles, écrites dans votre dossier" in words
        assert "pendant l’entretien" not in words

    def test_the_page_keeps_what_was_typed_and_shows_the_field(self, world: World) -> None:
        entry = entrant()
        address = reverse("orientation:decide_for", args=[entry.pk]) + "?voie=pas_a_pas"
        typed = {
            "voie": "pas_a_pas",
            "basis": "on_file",
            "reason": ILL,
            "exchange_on": "2026-11-20",
            "exchange_how": "téléphone",
            "responsible_organization": world.department.pk,
            "opinion": "no_opinion",
            "keeps_health_words": "on",
        }
        client = signed_in(world.officer)
        with clock.frozen(MORNING):
            shown = client.post(address, typed).text
            assert "Écrivez la raison imprimée dans la lettre" in shown and ILL in shown
            done = client.post(address, {**typed, "letter_reason": CANNOT_COME}, follow=True).text
        assert CANNOT_COME in done

    def test_the_reason_of_a_batch_never_speaks_of_health(self, world: World, client: Client) -> None:
        entry = spoken(entrant())
        with pytest.raises(DomainError, match="n’y parlez pas de santé"):
            batch_of(world, entry, reason=ILL)
        client.force_login(world.officer)
        typed = {"fondement": "on_file", "reason": ILL, "entry": [entry.pk], "reason__garder": "on"}
        with clock.frozen(LATER):
            shown = client.post(reverse("orientation:batch_prepare"), typed).text
        assert "n’y parlez pas de santé" in shown and ILL in shown
        assert not OrientationBatch.objects.exists()

    def test_the_letters_of_a_batch_print_the_reason_they_share_whatever_the_pathway(self, world: World) -> None:
        batch = batch_of(world, spoken(entrant()))
        actions.run_orientation_batch(batch.pk, now=lambda: LATER)
        decision = Decision.objects.get()
        assert batch.reason in text_of(decision.notification)
        assert "à partir de votre dossier" in text_of(decision.notification)


class TestByDefault:
    def test_no_rule_is_said_to_have_been_read_and_the_facts_are_told(self, world: World) -> None:
        decision = without_her(world, absent(world), "by_default", "emploi_direct")
        assert (decision.ruleset, decision.proposal, decision.reasons) == ("", None, [])
        words = letter_of(world, decision)
        assert "Un programme a proposé" not in words
        assert "Le rendez-vous du 22 novembre 2026 a été manqué" in words
        assert "R. 262-65-3" in words
        assert "Aucun motif connu" in words
        with clock.frozen(MORNING):
            shown = page(signed_in(world.officer), f"/orientations/{decision.pk}/").text
        assert "la loi dit vers qui l’orienter" in shown
        assert "Les règles ne proposaient pas cette voie" not in shown

    @pytest.mark.parametrize("basis", ["by_default", "on_file"])
    def test_who_was_received_and_marked_present_is_not_decided_without_her(self, world: World, basis: str) -> None:
        entry = entrant()
        convoked(entry)
        missed(world, entry)
        appointment(world, entry, starts_at=MORNING, status="held", marked_at=MORNING)
        situation = actions.situation_of(entry, {}, MORNING.date())
        assert situation.interview_held_on == date(2026, 11, 23)
        with pytest.raises(DomainError, match="Un entretien a eu lieu"):
            without_her(world, entry, basis, "emploi_direct")
