"""One guard for every free text: a number is never shown, health only to who may see it."""

from typing import Any

import pytest
from django.urls import reverse

from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.documents.models import Document
from emploi.foundation.errors import DomainError
from emploi.foundation.texts.guard import HIDDEN_NUMBER, RESERVED, shown_to
from emploi.pathway.orientation import actions, permissions
from emploi.pathway.orientation.models import Decision, EngagementContract, Step
from tests.pathway.orientation.cast import MORNING, SYSTEM, World, decided, interview, ready_to_orient, told
from tests.pathway.orientation.test_access import without_health
from tests.pathway.orientation.test_journey import at, page, signed_in
from tests.pathway.orientation.test_papers import text_of

pytestmark = pytest.mark.django_db
__all__ = ["without_health"]
SECRET = "Suivie à la clinique des Lilas"


@pytest.mark.parametrize(
    ("text", "sees", "about", "expected"),
    [
        ("Elle préfère le matin", False, False, "Elle préfère le matin"),
        ("Elle préfère le matin", False, True, RESERVED),
        (SECRET, False, False, RESERVED),
        (SECRET, True, True, SECRET),
        ("Dossier 2 90 05 26 123 456 12", True, False, f"Dossier {HIDDEN_NUMBER}"),
        ("  ", False, True, "  "),
    ],
)
def test_the_guard(text: str, sees: bool, about: bool, expected: str) -> None:
    assert shown_to(text, sees_health=sees, is_health=about) == expected


def left_open(world: World, held: Any, reason: str = SECRET, step: str = "rights_and_duties") -> Step:
    return actions.leave_step_open(
        interview_id=held.pk,
        step=step,
        reason=reason,
        owner_id=world.officer.pk,
        keeps_health_words=True,
        by=world.officer.as_actor(),
        at=MORNING,
    )


class TestReaders:
    @pytest.mark.usefixtures("without_health")
    def test_the_reason_of_a_step_left_open(self, world: World) -> None:
        held = interview(world)
        left_open(world, held)
        client = signed_in(world.officer)
        for shown in (
            page(client, at(held, "rights")).text,
            page(client, reverse("orientation:to_finish")).text,
        ):
            assert "clinique" not in shown
            assert RESERVED in shown
        assert not JournalEntry.objects.filter(reason__icontains="clinique").exists()

    def test_with_the_right_the_reason_is_read(self, world: World) -> None:
        held = interview(world)
        left_open(world, held)
        assert SECRET in page(signed_in(world.officer), at(held, "rights")).text

    @pytest.mark.usefixtures("without_health")
    def test_the_decision_already_taken_read_in_the_interview(self, world: World) -> None:
        held = ready_to_orient(world, health_work="yes")
        decided(world, held, "sante", person_opinion="Je veux d’abord me reposer")
        client = signed_in(world.officer)
        for name in ("orientation", "engagement", "summary"):
            text = page(client, at(held, name)).text
            assert "me reposer" not in text
            assert world.modality("sante").name not in text
        assert permissions.RESERVED in page(client, at(held, "orientation")).text

    @pytest.mark.usefixtures("without_health")
    def test_notes_of_difficulties_and_typed_answers(self, world: World) -> None:
        held = interview(world)
        actions.add_brake(
            interview_id=held.pk, kind="mobility", severity=2, note=SECRET, by=world.officer.as_actor(), at=MORNING
        )
        told(world, held, trade="Aide-soignante après mon traitement médical")
        client = signed_in(world.officer)
        card = reverse("orientation:diagnosis_card", args=[held.person_id])
        for text in (page(client, at(held, "section", "brakes")).text, page(client, card).text):
            assert "clinique" not in text
            assert "traitement" not in text

    @pytest.mark.usefixtures("without_health")
    def test_nobody_agrees_to_a_line_she_cannot_read(self, world: World) -> None:
        held = ready_to_orient(world)
        contract = written(world, held, SECRET, keeps=True)
        client = signed_in(world.officer)
        text = page(client, f"{at(held, 'engagement')}?modifier=1").text
        assert "clinique" not in text
        assert "Je suis d’accord" not in text
        assert "Un professionnel qui peut voir la santé" in text
        client.post(at(held, "engagement"), {"ligne-TOTAL_FORMS": "1", "ligne-INITIAL_FORMS": "0", "ligne-0-text": "A"})
        contract.refresh_from_db()
        assert contract.objectives[0]["text"] == SECRET


def written(world: World, held: Any, text: str, *, keeps: bool = False) -> EngagementContract:
    return actions.write_objectives(
        decision_id=decided(world, held).pk,
        interview_id=held.pk,
        objectives=[{"who": "person", "text": text, "by": ""}],
        keeps_health_words=keeps,
        by=world.officer.as_actor(),
        at=MORNING,
    )


class TestPapers:
    def test_the_letter_prints_no_health_written_freely(self, world: World) -> None:
        decision = decided(
            world, ready_to_orient(world), person_opinion=f"{SECRET}, je veux bien", keeps_health_words=True
        )
        told_on = actions.ask_notification(
            decision_id=decision.pk, means="handed", by=world.officer.as_actor(), at=MORNING
        )
        words = text_of(told_on.notification)
        assert "clinique" not in words
        assert "Des raisons personnelles, dites pendant l’entretien" in words

    def test_a_contract_warns_before_health_is_written_and_reserves_its_paper(self, world: World) -> None:
        held = ready_to_orient(world)
        with pytest.raises(DomainError, match="parle peut-être de santé"):
            written(world, held, SECRET)
        contract = written_again(world, held)
        for party in ("person", "officer"):
            contract = actions.agree_engagement(
                contract_id=contract.pk,
                party=party,
                read=actions.version_of(contract),
                by=world.officer.as_actor(),
                at=MORNING,
            )
        paper = Document.objects.get(pk=contract.document_id)
        url = reverse("documents:download", args=[paper.uuid])
        assert signed_in(world.officer).get(url).status_code == 200
        assert signed_in(world.office).get(url).status_code in (403, 404)

    def test_the_form_warns_then_keeps_what_is_ticked(self, world: World) -> None:
        held = ready_to_orient(world)
        decided(world, held)
        client = signed_in(world.officer)
        lines = {"ligne-TOTAL_FORMS": "1", "ligne-INITIAL_FORMS": "0", "ligne-0-text": SECRET, "ligne-0-who": "person"}
        warned = client.post(at(held, "engagement"), lines).content.decode()
        assert "parle peut-être de santé" in warned
        assert SECRET in warned, "nothing typed is lost"
        assert client.post(at(held, "engagement"), {**lines, "keeps_health_words": "on"}).status_code == 302


def written_again(world: World, held: Any) -> EngagementContract:
    return actions.write_objectives(
        decision_id=Decision.objects.get().pk,
        interview_id=held.pk,
        objectives=[{"who": "person", "text": SECRET, "by": ""}],
        keeps_health_words=True,
        by=world.officer.as_actor(),
        at=MORNING,
    )


class TestAgreement:
    def test_an_agreement_is_given_to_the_text_that_was_read(self, world: World) -> None:
        held = ready_to_orient(world)
        contract = written(world, held, "Refaire mon CV")
        read = actions.version_of(contract)
        client = signed_in(world.officer)
        actions.write_objectives(
            decision_id=contract.decision_id,
            interview_id=held.pk,
            objectives=[{"who": "person", "text": "Passer le permis", "by": ""}],
            by=world.colleague.as_actor(),
            at=MORNING,
        )
        answer = client.post(at(held, "agree"), {"party": "person", "read": read}, follow=True).content.decode()
        assert "Ce contrat a changé depuis que vous l’avez lu" in answer
        assert "Passer le permis" in answer
        contract.refresh_from_db()
        assert contract.person_agreed_at is None

    def test_a_referent_named_meanwhile_is_read_again_too(self, world: World) -> None:
        held = ready_to_orient(world)
        contract = written(world, held, "Refaire mon CV")
        read = actions.version_of(contract)
        with acting(SYSTEM):
            Decision.objects.update(referent=world.social_worker)
        with pytest.raises(DomainError, match="a changé depuis"):
            actions.agree_engagement(
                contract_id=contract.pk, party="person", read=read, by=world.officer.as_actor(), at=MORNING
            )

    def test_without_saying_what_was_read_nothing_is_recorded(self, world: World) -> None:
        held = ready_to_orient(world)
        written(world, held, "Refaire mon CV")
        signed_in(world.officer).post(at(held, "agree"), {"party": "person"})
        assert EngagementContract.objects.get().person_agreed_at is None
