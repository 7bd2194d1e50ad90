"""What leaves the interview: the decision told on a certain date, the contract, the next appointment, the list."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from emploi.foundation import clock, department
from emploi.foundation.audit.writing import acting
from emploi.foundation.documents import queries as documents
from emploi.foundation.documents.models import Document
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.printing import print_letters
from emploi.pathway.appointments.models import Appointment, Kind
from emploi.pathway.beneficiaries.models import Address
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Decision, EngagementContract, Interview
from emploi.territory.rulebook.actions import set_local_value
from tests.pathway.orientation.cast import (
    J0,
    MORNING,
    SYSTEM,
    World,
    decided,
    entrant,
    free_slot,
    ready_to_orient,
)


def text_of(document: Document | None) -> str:
    assert document is not None
    pages = PdfReader(BytesIO(documents.content_of(document))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


TABLES = ("orientation_interview", "orientation_engagementcontract")


def agreements(page: str) -> str:
    """The two agreements of the page of the contract."""
    return page.split('class="agreements"')[1].split("</section>")[0]


class TestNotification:
    def notify(self, world: World, decision: Decision, means: str = "handed") -> Decision:
        return actions.ask_notification(decision_id=decision.pk, means=means, by=world.officer.as_actor(), at=MORNING)

    def test_handed_over_the_letter_says_why_who_and_how_to_contest(self, world: World) -> None:
        decision = decided(world, ready_to_orient(world), person_opinion="Je veux vite travailler")
        told = self.notify(world, decision)
        words = text_of(told.notification)
        assert told.notified_on == MORNING.date()
        for expected in (
            "Amina Benali",
            "Emploi direct",
            "Vous voulez un travail vite, et vous pouvez commencer bientôt.",
            "Pôle insertion du Val",
            "Je veux vite travailler",
            "remise en main propre le 23 novembre 2026",
            "avant le 25 janvier 2027 inclus",
            "pas de réponse 2 mois après, c’est un refus : vous pouvez saisir le tribunal",
            "L. 311-3-1",
            department.privacy_contact(),
            "Il ne donne pas de note.",
            "version de janvier 2026",
            "Claire Martin",
        ):
            assert expected in words
        assert not Message.objects.filter(channel="letter").exists()

    def test_sent_by_post_the_letter_waits_in_the_outbox_and_a_message_announces_it(self, world: World) -> None:
        decision = decided(world, ready_to_orient(world))
        self.notify(world, decision, "letter")
        letter = Message.objects.get(channel="letter")
        assert letter.recipient_lines == ["Amina Benali", "3 rue des Lilas", "99000 EXEMPLEVILLE"]
        assert letter.document == Decision.objects.get().notification
        sms = Message.objects.get(channel="sms")
        assert "votre orientation est décidée" in sms.body
        assert "Emploi direct" not in sms.body, "a telephone is read by others"

    def test_the_decision_is_printed_behind_its_letter_by_somebody_who_may_not_open_it(
        self, world: World, client: Client
    ) -> None:
        decision = decided(world, ready_to_orient(world, health_work="yes"), "sante")
        decision = self.notify(world, decision, "letter")
        assert queries.printed_at(decision) is None, "asked for, not sent yet"
        assert (decision.notified_on, queries.appeal_of(decision)) == (None, None)
        client.force_login(world.officer)
        with clock.frozen(MORNING):
            page = client.get(f"/orientations/{decision.pk}/").content.decode()
        assert "Pas encore notifiée" in page
        assert "pas encore imprimée" in page
        assert "Le délai de recours ne court pas" in page
        later = MORNING + timedelta(days=1)
        ids = list(Message.objects.filter(channel="letter").values_list("pk", flat=True))
        printed = print_letters(message_ids=ids, by=world.office.as_actor(), at=later)
        assert "La décision est jointe à cette lettre" in text_of(printed)
        assert "Pôle insertion du Val" in text_of(printed)
        assert text_of(decision.notification) in text_of(printed)
        assert queries.printed_at(decision) == later
        decision.refresh_from_db()
        assert decision.notified_on == later.date(), "printed for the post: told that day"
        with clock.frozen(later):
            page = client.get(f"/orientations/{decision.pk}/").content.decode()
        assert "Notifiée le 24 novembre 2026" in page
        assert "25 janvier 2027" in page, "two months later is a Sunday: Monday"

    def test_without_a_complete_address_nothing_is_pretended(self, world: World) -> None:
        decision = decided(world, ready_to_orient(world))
        with acting(SYSTEM):
            Address.objects.update(postal_code="")
        with pytest.raises(DomainError, match="main propre"):
            self.notify(world, decision, "letter")
        decision.refresh_from_db()
        assert decision.notification_asked_at is None
        assert not Document.objects.exists()

    def test_the_date_never_moves(self, world: World) -> None:
        decision = self.notify(world, decided(world, ready_to_orient(world)))
        with pytest.raises(DomainError, match="déjà notifiée"):
            self.notify(world, decision)

    def test_france_travail_notifies_its_own_decisions(self, world: World) -> None:
        held = ready_to_orient(world)
        theirs = decided(world, held, decider="france_travail", decided_on=J0, organization=world.france_travail)
        with pytest.raises(DomainError, match="c’est lui qui la notifie"):
            self.notify(world, theirs)

    def test_a_health_reason_is_not_printed(self, world: World) -> None:
        held = ready_to_orient(world, health_work="yes")
        words = text_of(self.notify(world, decided(world, held, "sante")).notification)
        assert "vous empêche de travailler" not in words
        assert "Des raisons personnelles, dites pendant l’entretien" in words


class TestEngagement:
    def test_two_officers_writing_at_once_never_erase_each_other(self, world: World) -> None:
        held = ready_to_orient(world)
        contract = self.written(world, held)
        again = {"decision_id": contract.decision_id, "interview_id": held.pk, "at": MORNING}
        seen = actions.fingerprint(contract)
        hers = [{"who": "person", "text": "Refaire mon CV", "by": ""}]
        actions.write_objectives(**again, objectives=hers, seen=seen, by=world.colleague.as_actor())
        mine = [{"who": "person", "text": "Passer le permis", "by": ""}]
        with pytest.raises(DomainError, match="Un collègue a changé ce contrat"):
            actions.write_objectives(**again, objectives=mine, seen=seen, by=world.officer.as_actor())
        kept = EngagementContract.objects.get()
        assert kept.objectives == hers
        actions.write_objectives(**again, objectives=hers, seen=seen, by=world.officer.as_actor())
        actions.write_objectives(**again, objectives=mine, seen=actions.fingerprint(kept), by=world.officer.as_actor())
        assert EngagementContract.objects.get().objectives == mine

    def test_agreeing_and_writing_take_their_locks_in_the_same_order(self, world: World) -> None:
        contract = self.written(world, ready_to_orient(world))
        by, read = world.officer.as_actor(), actions.version_of(contract)
        with CaptureQueriesContext(connection) as found:
            actions.agree_engagement(contract_id=contract.pk, party="officer", read=read, by=by, at=MORNING)
        locking = [one["sql"] for one in found if "FOR UPDATE" in one["sql"]]
        tables = [next(name for name in TABLES if f'FROM "{name}"' in sql) for sql in locking]
        assert tables[:2] == list(TABLES)

    def test_who_gave_the_agreement_is_named_whoever_holds_the_interview(self, world: World, client: Client) -> None:
        contract = self.written(world, ready_to_orient(world))
        client.force_login(world.colleague)
        with clock.frozen(MORNING):
            there = client.get(reverse("orientation:engagement", args=[contract.interview_id])).text
            assert "Hugo Petit" in agreements(there)
            by, read = world.colleague.as_actor(), actions.version_of(contract)
            actions.agree_engagement(contract_id=contract.pk, party="officer", read=read, by=by, at=MORNING)
            client.force_login(world.officer)
            there = client.get(reverse("orientation:engagement", args=[contract.interview_id])).text
        assert "Hugo Petit" in agreements(there) and "Claire Martin" not in agreements(there)

    def written(self, world: World, held: Interview) -> EngagementContract:
        return actions.write_objectives(
            decision_id=decided(world, held).pk,
            interview_id=held.pk,
            objectives=[
                {"who": "person", "text": "Mettre mon CV à jour", "by": "avant le 15 décembre"},
                {"who": "officer", "text": "Vous inscrire à l’atelier CV", "by": ""},
                {"who": "person", "text": "  "},
            ],
            by=world.officer.as_actor(),
            at=MORNING,
        )

    def agree(self, world: World, contract: EngagementContract, party: str, minutes: int = 0) -> EngagementContract:
        return actions.agree_engagement(
            contract_id=contract.pk,
            party=party,
            read=actions.version_of(contract),
            by=world.officer.as_actor(),
            at=MORNING + timedelta(minutes=minutes),
        )

    def test_both_agree_each_at_a_moment_and_the_paper_says_it(self, world: World) -> None:
        held = ready_to_orient(world)
        contract = self.written(world, held)
        half = self.agree(world, contract, "person")
        assert not half.is_complete
        assert queries.step_states(held.pk)["engagement"] == "open"
        whole = self.agree(world, contract, "officer", minutes=2)
        assert (whole.person_agreed_at, whole.officer_agreed_at) == (MORNING, MORNING + timedelta(minutes=2))
        assert queries.step_states(held.pk)["engagement"] == "done"
        words = text_of(whole.document)
        assert "Mettre mon CV à jour" in words
        assert "avant le 15 décembre" in words
        assert "D’accord le 23 novembre 2026 à 9 h" in words
        assert "9 h 02" in words

    def test_once_the_logbook_replaces_it_no_paper_is_made(self, world: World) -> None:
        """RG-11: a setting of the Département; the agreement stays, the step is done."""
        set_local_value(
            slug="engagement_on_paper", value=False, valid_from=MORNING.date(), reason="Carnet de bord", by=SYSTEM,
            at=MORNING,
        )  # fmt: skip
        held = ready_to_orient(world)
        contract = self.written(world, held)
        for party in ("person", "officer"):
            whole = self.agree(world, contract, party)
        assert (whole.is_complete, whole.document) == (True, None)
        assert queries.step_states(held.pk)["engagement"] == "done"
        client = Client()
        client.force_login(world.officer)
        page = client.get(f"/entretien/{held.pk}/engagement/")
        assert "Gardé dans le dossier" in page.text
        assert "Étape suivante" in page.text

    def test_changing_the_text_takes_back_the_agreement(self, world: World) -> None:
        held = ready_to_orient(world)
        contract = self.agree(world, self.written(world, held), "person")
        changed = actions.write_objectives(
            decision_id=contract.decision_id,
            interview_id=held.pk,
            objectives=[{"who": "person", "text": "Autre chose"}],
            by=world.officer.as_actor(),
            at=MORNING,
        )
        assert changed.person_agreed_at is None

    def test_once_agreed_by_both_it_does_not_change(self, world: World) -> None:
        held = ready_to_orient(world)
        contract = self.written(world, held)
        for party in ("person", "officer"):
            self.agree(world, contract, party)
        with pytest.raises(DomainError, match="déjà accepté par les deux"):
            actions.write_objectives(
                decision_id=contract.decision_id,
                interview_id=held.pk,
                objectives=[{"who": "person", "text": "Autre chose"}],
                by=world.officer.as_actor(),
                at=MORNING,
            )

    def test_nobody_agrees_to_an_empty_page(self, world: World) -> None:
        held = ready_to_orient(world)
        decision = decided(world, held)
        with pytest.raises(DomainError, match="au moins un engagement"):
            actions.write_objectives(
                decision_id=decision.pk,
                interview_id=held.pk,
                objectives=[{"who": "person", "text": ""}],
                by=world.officer.as_actor(),
                at=MORNING,
            )


class TestNextAppointment:
    def test_a_slot_of_the_body_is_booked_before_leaving(self, world: World) -> None:
        held = ready_to_orient(world)
        decided(world, held)
        self.settle_engagement(world, held)
        kind = Kind.objects.get(slug="rendez-vous-conseiller")
        slot = free_slot(world, MORNING + timedelta(days=3), kind=kind, agent=world.colleague)
        booked = actions.book_next_appointment(
            interview_id=held.pk, slot_id=slot.pk, by=world.officer.as_actor(), at=MORNING
        )
        assert Appointment.objects.get(is_first_interview=False).pk == booked.pk
        assert queries.step_states(held.pk)["next_appointment"] == "done"
        held.refresh_from_db()
        assert held.closed_at is not None

    def test_the_appointment_given_by_another_body_is_written(self, world: World) -> None:
        held = ready_to_orient(world)
        decided(world, held)
        self.settle_engagement(world, held)
        step = actions.record_outside_appointment(
            interview_id=held.pk,
            on=date(2026, 12, 1),
            hour="14 h",
            where="France Travail, 2 place du Marché",
            by=world.officer.as_actor(),
            at=MORNING,
        )
        assert (
            queries.appointment_words(step.details, MORNING.date())
            == "mardi 1er décembre 2026 à 14 h, France Travail, 2 place du Marché"
        )

    def test_it_comes_after_the_contract(self, world: World) -> None:
        held = ready_to_orient(world)
        decided(world, held)
        with pytest.raises(DomainError, match="contrat d’engagement d’orientation"):
            actions.record_outside_appointment(
                interview_id=held.pk, on=date(2026, 12, 1), where="Ici", by=world.officer.as_actor(), at=MORNING
            )

    def settle_engagement(self, world: World, held: Interview) -> None:
        actions.leave_step_open(
            interview_id=held.pk,
            step="engagement",
            reason="À relire chez elle",
            owner_id=world.officer.pk,
            by=world.officer.as_actor(),
            at=MORNING,
        )


class TestTransmission:
    def test_the_unsent_are_a_list_that_empties_with_a_date(self, world: World) -> None:
        one = decided(world, ready_to_orient(world))
        two = decided(world, ready_to_orient(world, entrant("Marc", "Roux")))
        assert [row.pk for row in queries.unsent_decisions()] == [one.pk, two.pk]
        done = actions.mark_transmitted(
            decision_ids=[one.pk], on=date(2026, 11, 23), by=world.office.as_actor(), at=MORNING
        )
        assert done == 1
        assert [row.pk for row in queries.unsent_decisions()] == [two.pk]
        again = actions.mark_transmitted(
            decision_ids=[one.pk], on=date(2026, 11, 23), by=world.office.as_actor(), at=MORNING + timedelta(days=1)
        )
        assert again == 0, "the first date is kept"

    @pytest.mark.parametrize(
        ("on", "words"), [(date(2026, 11, 24), "futur"), (date(2026, 11, 22), "avant d’avoir été prise")]
    )
    def test_an_impossible_date_is_refused(self, world: World, on: date, words: str) -> None:
        decision = decided(world, ready_to_orient(world))
        with pytest.raises(DomainError, match=words):
            actions.mark_transmitted(decision_ids=[decision.pk], on=on, by=world.office.as_actor(), at=MORNING)


class TestWordsOfTheDecision:
    def test_law_and_rules_are_said_in_words_with_a_link_and_the_authority_is_that_of_the_departement(
        self, world: World, client: Client
    ) -> None:
        decision = decided(world, ready_to_orient(world))
        client.force_login(world.officer)
        with clock.frozen(MORNING):
            page = client.get(f"/orientations/{decision.pk}/").content.decode()
        assert "demo.orientation" not in page
        assert "Règles du Val-d&#x27;Exemple, version de janvier 2026" in page
        assert "Loi contre les fraudes de juin 2026, depuis le 26 juin 2026" in page
        assert 'href="/reglages/regles-et-delais/textes/"' in page
        assert "La Présidente du Conseil départemental" in page
        assert "Président du" not in page

    @pytest.mark.parametrize(
        ("mention", "said"),
        [
            ("", ""),
            ("demo.orientation 2026-04", "règles du Val-d'Exemple, version d’avril 2026"),
            ("demo.orientation essai-2", "règles du Val-d'Exemple, version essai-2"),
            ("demo.orientation 2026-13", "règles du Val-d'Exemple, version 2026-13"),
        ],
    )
    def test_a_version_that_is_not_a_month_is_said_as_it_is(self, mention: str, said: str) -> None:
        assert queries.mention_in_words(mention) == said
