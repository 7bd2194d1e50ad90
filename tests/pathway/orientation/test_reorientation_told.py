"""A request is receipted, its refusal told on a certain date; a reorientation starts the clock of a new contract."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.foundation.documents.access import may_open
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message
from emploi.pathway.beneficiaries.actions import close_entries
from emploi.pathway.beneficiaries.models import Address
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.actions.reorienting.refusals import refusal_data
from emploi.pathway.orientation.models import Decision, Reorientation
from emploi.territory.agents.roles import Role
from tests.pathway.orientation.cast import SYSTEM, World, agent, decided, entrant, ready_to_orient
from tests.pathway.orientation.test_reorientation import LATER, asked, followed

AFTER = LATER + timedelta(days=1)


@pytest.fixture
def first(world: World) -> Decision:
    return decided(world, ready_to_orient(world))


@pytest.fixture
def refused(world: World, first: Decision) -> Reorientation:
    row = asked(world, first)
    by = world.officer.as_actor()
    return actions.refuse_reorientation(reorientation_id=row.pk, reason="Le suivi vient de commencer.", by=by, at=LATER)


def letter(world: World, row: Reorientation, means: str, at: datetime = LATER, on: date | None = None) -> Reorientation:
    return actions.ask_refusal_letter(reorientation_id=row.pk, means=means, on=on, by=world.officer.as_actor(), at=at)


def told(world: World, decision: Decision, at: datetime = AFTER) -> Decision:
    return actions.ask_notification(decision_id=decision.pk, means="handed", by=world.officer.as_actor(), at=at)


def posted(world: World, decision: Decision, at: datetime = AFTER) -> Decision:
    by = world.officer.as_actor()
    decision = actions.ask_notification(decision_id=decision.pk, means="letter", by=by, at=at)
    actions.letters_printed(document_ids=[decision.notification_id], on=at.date(), by=SYSTEM, at=at)
    return decision


class TestAsking:
    @pytest.mark.parametrize("initiator", ["person", "referent"])
    def test_the_person_is_told_it_arrived_and_until_when(self, world: World, first: Decision, initiator: str) -> None:
        asked(world, first, initiator=initiator)
        body = Message.objects.get(template="orientation/reorientation_received").body
        assert "31 décembre 2026" in body and "petit à petit" not in body

    def test_a_reason_of_the_list_is_enough_but_another_reason_is_said(self, world: World, first: Decision) -> None:
        with pytest.raises(DomainError, match="Écrivez pourquoi"):
            asked(world, first, cause="other", reason="")
        assert asked(world, first, cause="too_far", reason="").reason == ""

    def test_nobody_asks_online_in_the_place_of_another(self, world: World, first: Decision) -> None:
        draft = actions.ReorientationDraft(initiator="person", asked_on=LATER.date(), cause="trade", via="online")
        stranger = Actor.person(first.person_id + 1, "Bruno")
        for who in (stranger, world.officer.as_actor()):
            with pytest.raises(DomainError, match="Seule la personne"):
                actions.ask_reorientation(entry_id=first.entry_id, draft=draft, by=who, at=LATER)
        row = actions.ask_reorientation(
            entry_id=first.entry_id, draft=draft, by=Actor.person(first.person_id, "Amina"), at=LATER
        )
        with acting(SYSTEM), pytest.raises(IntegrityError, match="recorded_by"), transaction.atomic():
            Reorientation.objects.filter(pk=row.pk).update(via="agent")


class TestRefusal:
    def test_handed_over_the_last_day_to_contest_is_known(self, world: World, refused: Reorientation) -> None:
        row = letter(world, refused, "handed")
        assert (row.told_on, queries.refusal_appeal(row)) == (LATER.date(), date(2027, 2, 1))
        data = refusal_data(row, LATER.date(), handed_on=LATER.date())
        assert data["reason"] == "Le suivi vient de commencer."
        assert data["appeal_until"] == "1er février 2027"
        assert row.letter is not None and row.letter.media_type == "application/pdf"
        with pytest.raises(DomainError, match="déjà notifié"):
            letter(world, row, "letter")

    def test_by_post_the_date_is_that_of_the_printing_never_of_the_request(
        self, world: World, refused: Reorientation
    ) -> None:
        row = letter(world, refused, "letter")
        assert row.told_on is None and queries.refusal_appeal(row) is None
        queued = Message.objects.get(channel="letter", template="orientation/reorientation_refused")
        assert "Le suivi vient" not in queued.body
        assert actions.refusals_printed(document_ids=[row.letter_id], on=AFTER.date(), by=SYSTEM, at=AFTER) == 1
        row.refresh_from_db()
        assert row.told_on == AFTER.date()
        actions.refusals_returned(document_ids=[row.letter_id], by=SYSTEM, at=AFTER)
        row.refresh_from_db()
        assert row.told_on is None

    def test_a_registered_one_waits_for_its_receipt(self, world: World, refused: Reorientation) -> None:
        row = letter(world, refused, "registered")
        assert actions.refusals_printed(document_ids=[row.letter_id], on=AFTER.date(), by=SYSTEM, at=AFTER) == 0
        by = world.officer.as_actor()
        with pytest.raises(DomainError, match="pas avant"):
            actions.note_refusal_told(reorientation_id=row.pk, on=LATER.date() - timedelta(days=1), by=by, at=AFTER)
        actions.note_refusal_told(reorientation_id=row.pk, on=AFTER.date(), by=by, at=AFTER)
        row.refresh_from_db()
        assert row.told_on == AFTER.date()

    @pytest.mark.parametrize("wished", ["", "sante"])
    def test_a_refusal_always_prints_a_true_reason_and_never_health(
        self, world: World, first: Decision, wished: str
    ) -> None:
        row = asked(world, first, wished_id=world.modality(wished).pk if wished else None)
        who = {"reorientation_id": row.pk, "by": world.officer.as_actor(), "at": LATER}
        reason = "Ce parcours est complet." if wished else "Sa dépression demande du temps."
        with pytest.raises(DomainError, match="raison imprimée") as refused:
            actions.refuse_reorientation(reason=reason, **who)
        assert refused.value.field == "letter_reason"
        with pytest.raises(DomainError, match="pas de santé"):
            actions.refuse_reorientation(reason=reason, letter_reason="À cause de sa dépression.", **who)
        row = actions.refuse_reorientation(reason=reason, letter_reason="Le suivi vient de commencer.", **who)
        assert refusal_data(row, LATER.date())["reason"] == "Le suivi vient de commencer."
        assert row.outcome_reason == reason

    @pytest.mark.parametrize(
        ("means", "on", "said"),
        [
            ("pigeon", None, "Dites comment"),
            ("handed", date(2026, 12, 2), "futur"),
            ("handed", date(2026, 11, 30), "pas avant"),
        ],
    )
    def test_what_cannot_be_told(
        self, world: World, refused: Reorientation, means: str, on: date | None, said: str
    ) -> None:
        with pytest.raises(DomainError, match=said):
            letter(world, refused, means, on=on)

    def test_no_letter_without_an_address_nor_before_a_refusal(self, world: World, first: Decision) -> None:
        row = asked(world, first)
        with pytest.raises(DomainError, match="pas refusée"):
            letter(world, row, "handed")
        by = world.officer.as_actor()
        actions.refuse_reorientation(reorientation_id=row.pk, reason="Trop tôt.", by=by, at=LATER)
        with acting(SYSTEM):
            Address.objects.all().delete()
        with pytest.raises(DomainError, match="pas d’adresse"):
            letter(world, row, "letter")
        row.refresh_from_db()
        assert row.letter_id is None

    def test_the_letter_opens_for_who_sees_the_person(self, world: World, refused: Reorientation) -> None:
        document = letter(world, refused, "handed").letter
        assert document is not None
        assert may_open(world.officer, document) and not may_open(world.provider_agent, document)


class TestClock:
    def test_a_first_orientation_starts_no_such_clock(self, world: World, first: Decision) -> None:
        told(world, first)
        assert queries.contract_due(first.entry_id) is None

    def test_the_new_contract_is_due_a_month_after_the_notification(self, world: World, first: Decision) -> None:
        asked(world, first)
        second = followed(world, first)
        assert queries.contract_due(first.entry_id) is None
        told(world, second)
        due = queries.contract_due(first.entry_id)
        assert due is not None
        assert (due.started_on, due.due_on) == (date(2026, 12, 2), date(2027, 1, 2))
        assert due.rule_slug == "reorientation_contract_months" and due.is_actionable
        actions.note_contract_signed(
            decision_id=second.pk, on=date(2026, 12, 20), by=world.officer.as_actor(), at=AFTER + timedelta(days=30)
        )
        due.refresh_from_db()
        assert (due.met_on, due.met_late) == (date(2026, 12, 20), False)

    def test_a_letter_that_came_back_stops_it_and_a_third_orientation_restarts_it(
        self, world: World, first: Decision
    ) -> None:
        second = posted(world, followed(world, first))
        assert Deadline.objects.get(kind="contract").voided_on is None
        actions.letters_returned(document_ids=[second.notification_id], by=SYSTEM, at=AFTER + timedelta(days=3))
        assert Deadline.objects.get(kind="contract").voided_on == date(2026, 12, 5)
        told(world, followed(world, second, "emploi_direct"))
        assert list(Deadline.objects.filter(kind="contract").values_list("sequence", "voided_on")).pop(1) == (2, None)

    def test_the_letter_of_an_orientation_already_replaced_comes_back_and_stops_nothing(
        self, world: World, first: Decision
    ) -> None:
        second = posted(world, followed(world, first))
        told(world, followed(world, second, "emploi_direct"))
        actions.letters_returned(document_ids=[second.notification_id], by=SYSTEM, at=AFTER + timedelta(days=9))
        second.refresh_from_db()
        assert second.notified_on is None
        due = queries.contract_due(first.entry_id)
        assert due is not None
        assert (due.sequence, due.voided_on) == (2, None)

    def test_a_contract_already_signed_is_not_owed_again_when_the_day_of_posting_is_noted(
        self, world: World, first: Decision
    ) -> None:
        second = posted(world, followed(world, first))
        by, later = world.officer.as_actor(), AFTER + timedelta(days=6)
        actions.note_contract_signed(decision_id=second.pk, on=date(2026, 12, 4), by=by, at=later)
        actions.note_notified(decision_id=second.pk, on=date(2026, 12, 3), by=by, at=later)
        due = Deadline.objects.get(kind="contract")
        assert (due.sequence, due.met_on, due.voided_on) == (1, date(2026, 12, 4), None)
        told(world, followed(world, second, "emploi_direct", at=later), at=later)
        assert Deadline.objects.filter(kind="contract", met_on=None, voided_on=None).count() == 1

    def test_a_first_orientation_has_no_new_contract_to_sign(self, world: World, first: Decision) -> None:
        with pytest.raises(DomainError, match="Seule une réorientation"):
            actions.note_contract_signed(decision_id=first.pk, on=LATER.date(), by=world.officer.as_actor(), at=LATER)


class TestTurn:
    def test_who_owes_what_at_each_step(self, world: World, first: Decision) -> None:
        today = LATER.date()
        row = asked(world, first)
        turn = queries.turn_of(row, today)
        assert (turn.who, turn.until, turn.is_late) == ("Le Département", date(2026, 12, 31), False)
        assert queries.turn_of(row, date(2027, 1, 1)).is_late
        by = world.officer.as_actor()
        row = actions.examine_reorientation(reorientation_id=row.pk, route="panel", by=by, at=LATER)
        assert queries.turn_of(row, today).who.startswith("L’équipe pluridisciplinaire")
        second = followed(world, first)
        row = queries.reorientations().get(pk=row.pk)
        assert queries.turn_of(row, today).what == "doit notifier la nouvelle orientation"
        told(world, second)
        row = queries.reorientations().get(pk=row.pk)
        turn = queries.turn_of(row, today)
        assert (turn.who, turn.until) == ("La personne et l’organisme", date(2027, 1, 2))

    def test_a_refusal_waits_to_be_told(self, world: World, refused: Reorientation) -> None:
        assert queries.turn_of(refused, LATER.date()).what == "doit notifier le refus"
        assert queries.turn_of(letter(world, refused, "letter"), LATER.date()).what == "doit poster le refus"
        other = letter(world, refused, "handed")
        assert queries.turn_of(other, LATER.date()).who == ""


class TestScreens:
    def test_from_the_refusal_to_the_letter(self, world: World, refused: Reorientation, client: Client) -> None:
        with clock.frozen(LATER):
            client.force_login(world.officer)
            page = client.get(reverse("orientation:reorientation", args=[refused.pk]))
            assert "Pas encore notifié" in page.text and "doit notifier le refus" in page.text
            there = reverse("orientation:reorientation_notify", args=[refused.pk])
            assert "Dites comment" in client.post(there, {"means": ""}).text
            page = client.post(there, {"means": "handed", "on": "2026-12-01"}, follow=True)
            assert "La personne peut contester jusqu’au <strong>1er février 2027</strong>" in page.text
            card = client.get(reverse("orientation:card", args=[refused.person_id])).text
            assert "doit notifier" not in card

    def test_the_reason_of_the_letter_is_asked_where_the_refusal_is_written(
        self, world: World, first: Decision, client: Client
    ) -> None:
        row = asked(world, first)
        typed = {"refuser-reason": "Sa dépression demande du temps.", "refuser-reason__garder": "on"}
        with clock.frozen(LATER):
            client.force_login(world.officer)
            there = reverse("orientation:reorientation_refuse", args=[row.pk])
            page = client.post(there, typed).text
            assert "raison imprimée" in page and "Sa dépression demande du temps." in page
            typed["refuser-letter_reason"] = "Le suivi vient de commencer."
            page = client.post(there, typed, follow=True).text
        assert "Le suivi vient de commencer." in page and "Il reste à la notifier" in page

    def test_only_who_decides_tells(self, world: World, refused: Reorientation, client: Client) -> None:
        client.force_login(world.social_worker)
        there = reverse("orientation:reorientation_notify", args=[refused.pk])
        assert client.post(there, {"means": "handed"}).status_code in (403, 404)
        refused.refresh_from_db()
        assert refused.told_on is None

    def test_the_signature_of_the_new_contract_is_noted_on_the_decision(
        self, world: World, first: Decision, client: Client
    ) -> None:
        second = followed(world, first)
        told(world, second)
        with clock.frozen(AFTER):
            client.force_login(world.officer)
            page = client.get(reverse("orientation:decision", args=[second.pk])).text
            assert "Nouveau contrat d’engagement" in page and "2 janvier 2027" in page
            there = reverse("orientation:contract_signed", args=[second.pk])
            assert "Indiquez le jour" in client.post(there, {"on": ""}).text
            assert "Signé le 2 décembre 2026" in client.post(there, {"on": "2026-12-02"}, follow=True).text

    def test_the_paper_form_has_the_same_reasons(self, world: World, first: Decision, client: Client) -> None:
        client.force_login(world.officer)
        page = client.get(reverse("orientation:reorientation_paper", args=[first.entry_id])).text
        assert "C’est trop loin" in page and "En attendant, rien ne change" in page

    def test_counters_say_route_outcome_and_delay(self, world: World, first: Decision, client: Client) -> None:
        row = asked(world, first)
        by = world.officer.as_actor()
        actions.examine_reorientation(reorientation_id=row.pk, route="panel", by=by, at=LATER)
        later = LATER + timedelta(days=9)
        actions.refuse_reorientation(reorientation_id=row.pk, reason="Trop tôt.", by=by, at=later)
        asked(world, decided(world, ready_to_orient(world, entrant("Bruno", "Costa"))))
        lines = {line.slug: line for line in queries.examined_by(Reorientation.objects.all(), later.date())}
        assert (lines["panel"].refused, lines["panel"].median_days, lines[""].waiting) == (1, 9.0, 1)
        assert lines["interview"].median_days is None
        with clock.frozen(later):
            client.force_login(world.officer)
            text = client.get(reverse("orientation:reorientations")).text
        assert "?route=panel" in text and "9 j" in text

    def test_each_number_opens_its_own_list(self, world: World, first: Decision, client: Client) -> None:
        asked(world, first)
        gone = decided(world, ready_to_orient(world, entrant("Bruno", "Costa")))
        asked(world, gone)
        close_entries(entry_ids=[gone.entry_id], reason="right_ended", on=AFTER.date(), by=SYSTEM, at=AFTER)
        spring = LATER + timedelta(days=90)
        line = next(line for line in queries.asked_by(Reorientation.objects.all(), spring.date()) if line.asked)
        assert (line.asked, line.waiting, line.late) == (2, 1, 1)
        client.force_login(agent("Hélène", "Roux", Role.HEAD_OF_SERVICE, world.department))
        with clock.frozen(spring):
            page = client.get(f"{reverse('steering:funnel')}?since=2026-11-25&until=2026-12-31").text
            client.force_login(world.officer)
            for state in ("open", "late"):
                link = f"?initiator=person&amp;state={state}&amp;since=2026-11-25"
                assert link in page
                rows = client.get(reverse("orientation:reorientations") + link.replace("&amp;", "&")).context["rows"]
                assert [row.person_id for row, _ in rows] == [first.person_id]
            none = client.get(reverse("orientation:reorientations") + "?route=none&since=2026-12-02").context["rows"]
        assert none == [] and "?route=none&amp;since=2026-11-25" in page

    def test_the_head_reads_the_counters_beside_the_funnel(self, world: World, first: Decision, client: Client) -> None:
        head = agent("Hélène", "Roux", Role.HEAD_OF_SERVICE, world.department)
        asked(world, first)
        with clock.frozen(LATER):
            client.force_login(head)
            page = client.get(f"{reverse('steering:funnel')}?since=2026-11-01&until=2026-12-31").text
            assert "Réorientations demandées depuis le 1er novembre 2026" in page and "?initiator=person" in page
            nothing = client.get(f"{reverse('steering:funnel')}?since=2026-12-02&until=2026-12-31").text
        assert "Réorientations demandées" not in nothing
