"""Inviting in one batch: who, how, until when, and never twice."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Invitation, InvitationBatch
from emploi.pathway.clocks.actions import close_deadlines, reopen_deadlines
from emploi.pathway.clocks.models import Deadline
from tests.pathway.appointments.world import MONDAY, TESTS, World, at


def invite(world: World, *entries: object, **more: object) -> InvitationBatch:
    return actions.invite_entries(entry_ids=[e.pk for e in entries], by=world.by, at=clock.now(), **more)  # type: ignore[attr-defined, arg-type]


def test_the_free_slots_are_counted_first(world: World) -> None:
    world.opening()
    entries = [world.entry(), world.entry("Karim", opened_on=MONDAY - timedelta(days=12))]
    preview = queries.preview([e.pk for e in entries], at=clock.now())
    assert preview.before == MONDAY + timedelta(days=15)
    assert preview.free_slots == 29
    assert preview.missing_slots == 0
    assert queries.slots_before([e.pk for e in entries], at=clock.now()) == {
        entries[0].pk: 29,
        entries[1].pk: 11,  # until Thursday only
    }


def test_who_came_back_too_late_for_the_15_days_is_met_within_the_six_weeks(world: World) -> None:
    world.opening()
    entry = world.entry(opened_on=MONDAY - timedelta(days=40))
    away, back = MONDAY - timedelta(days=35), MONDAY - timedelta(days=7)
    with acting(TESTS):
        close_deadlines(exits=[(entry.pk, away, "right_ended")], by=TESTS, at=clock.now())
        reopen_deadlines(entry_ids=[entry.pk], on=back, continuous=False, by=TESTS, at=clock.now())
    six_weeks = back + timedelta(weeks=6)
    assert queries.due_dates([entry.pk]) == {entry.pk: six_weeks}
    assert queries.slots_before([entry.pk], at=clock.now())[entry.pk] > 0


def test_a_slot_after_ones_own_date_is_no_slot(world: World) -> None:
    late = MONDAY + timedelta(days=10)
    world.opening(first_on=late, last_on=late)  # three slots, on Thursday of the next week
    urgent = world.entry("Karim", opened_on=MONDAY - timedelta(days=12))
    entries = [urgent, world.entry(), world.entry("Zoé")]
    preview = queries.preview([e.pk for e in entries], at=clock.now())
    assert preview.unplaced == {urgent.person_id}
    assert (preview.placeable, preview.missing_slots) == (2, 1)


def test_each_person_is_written_to_by_what_reaches_her(world: World) -> None:
    both = world.entry(email="nadia@exemple.invalid")
    letter = world.entry("Jean", mobile="")
    batch = invite(world, both, letter)
    assert batch.count == 2
    sent = {m.dedup_key.split(":")[2]: m for m in Message.objects.all()}
    assert set(sent) == {"sms", "email", "letter"}
    invitation = Invitation.objects.get(entry=both)
    assert invitation.channels == ["sms", "email"]
    assert f"/i/{invitation.token}/" in sent["sms"].body
    assert sent["sms"].segments <= 2
    assert sent["letter"].extras["link_code"] == "-".join(
        (Invitation.objects.get(entry=letter).code[:4], Invitation.objects.get(entry=letter).code[4:])
    )


def test_the_announced_validity_is_the_real_one(world: World) -> None:
    entry = world.entry(email="nadia@exemple.invalid")
    invite(world, entry)
    invitation = Invitation.objects.get()
    last_day = MONDAY + timedelta(days=10)
    assert invitation.expires_on == last_day
    assert "jeudi 3 décembre" in Message.objects.get(channel="sms").body
    assert queries.link_by_token(invitation.token, today=last_day).state == "open"
    assert queries.link_by_token(invitation.token, today=last_day + timedelta(days=1)).state == "expired"


def test_those_left_out_are_kept_with_the_reason(world: World) -> None:
    world.opening()
    fine = world.entry()
    booked = world.entry("Karim")
    actions.book(
        slot_id=world.slot(MONDAY, 10).pk, entry_id=booked.pk, via=BookedVia.PHONE, by=world.by, at=clock.now()
    )
    unreachable = world.entry("Léa", mobile="", address=False)
    stopped = world.entry("Marc")
    actions.stop_invitations(person=stopped.person, reason="Hospitalisé", by=world.by, at=clock.now())
    dead = world.entry("Ninon", died_on=date(2026, 11, 1))
    closed = world.entry("Omar")
    with acting(TESTS):
        closed.closed_on, closed.closing_reason = MONDAY, "moved_out"
        closed.save()

    batch = invite(world, fine, booked, unreachable, stopped, dead, closed)

    assert batch.count == 1
    assert {line["entry_id"]: line["reason"] for line in batch.skipped} == {
        booked.pk: "already_booked",
        unreachable.pk: "unreachable",
        stopped.pk: "stopped",
        dead.pk: "deceased",
        closed.pk: "closed",
    }


def test_the_same_batch_twice_invites_nobody_twice(world: World) -> None:
    entries = [world.entry(), world.entry("Karim")]
    invite(world, *entries)
    with pytest.raises(DomainError, match="trop peu de temps"):
        invite(world, *entries)
    assert Invitation.objects.count() == Message.objects.count() == 2
    assert InvitationBatch.objects.count() == 1


def test_a_second_invitation_is_a_relaunch_and_the_first_link_keeps_its_promise(world: World) -> None:
    entry = world.entry()
    invite(world, entry)
    first = Invitation.objects.get()
    relaunch = Deadline.objects.get(entry=entry, kind="relaunch")
    assert relaunch.due_on == MONDAY + timedelta(days=3)
    assert [d.entry_id for d in queries.to_relaunch(MONDAY + timedelta(days=2))] == []
    assert [d.entry_id for d in queries.to_relaunch(MONDAY + timedelta(days=5))] == [entry.pk]  # due and not done

    thursday = MONDAY + timedelta(days=3)
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=at(thursday))

    second = Invitation.objects.latest("pk")
    assert second.is_relaunch
    assert Message.objects.filter(template="appointments/relaunch").count() == 1
    first.refresh_from_db()
    assert first.superseded_by == second
    assert queries.link_by_token(first.token, today=first.expires_on).state == "open"
    assert queries.link_by_token(first.token, today=first.expires_on + timedelta(days=1)).state == "superseded"
    assert [d.entry_id for d in queries.to_relaunch(thursday)] == []
    assert [d.entry_id for d in queries.to_call(MONDAY + timedelta(days=5))] == [entry.pk]


def test_a_booking_settles_the_follow_up_and_a_cancellation_starts_it_again(world: World) -> None:
    world.opening()
    entry = world.entry()
    invite(world, entry)
    friday = MONDAY + timedelta(days=4)
    booked = actions.book(
        slot_id=world.slot(friday, 9).pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now()
    )
    follow_up = Deadline.objects.waiting().filter(entry=entry, kind__in=["relaunch", "call", "convocation"])
    assert not follow_up.exists()
    later = MONDAY + timedelta(days=20)
    assert [list(q(later)) for q in (queries.to_relaunch, queries.to_call, queries.to_convene)] == [[], [], []]
    actions.cancel(appointment_id=booked.pk, reason="À sa demande", by_us=False, by=world.by, at=at(MONDAY, 15))
    assert [d.entry_id for d in queries.to_call(later)] == [entry.pk]


def test_a_convocation_imposes_a_date_recalls_rights_and_leaves_a_proof(world: World) -> None:
    world.opening(last_on=None)
    entry = world.entry(email="nadia@exemple.invalid")
    invite(world, entry)
    first = Invitation.objects.get()
    at_seven = MONDAY + timedelta(days=7)
    with pytest.raises(DomainError, match="au moins"):
        actions.convene(entry_id=entry.pk, slot_id=world.slot(at_seven, 10).pk, by=world.by, at=at(at_seven))
    slot = world.slot(MONDAY + timedelta(days=21), 10)
    appointment = actions.convene(entry_id=entry.pk, slot_id=slot.pk, by=world.by, at=at(at_seven))

    convocation = Invitation.objects.get(act="convocation")
    assert appointment.invitation == convocation
    assert convocation.channels == ["sms", "email", "letter"]
    letter = Message.objects.get(template="appointments/convocation", channel="letter")
    assert "obligatoire" in letter.body
    assert "devoirs" in letter.body
    assert Message.objects.get(template="appointments/convocation", channel="sms").segments <= 2
    assert not Message.objects.filter(template="appointments/confirmation").exists()
    assert Deadline.objects.get(entry=entry, kind="convocation").met_on == at_seven
    assert queries.link_by_token(first.token, today=at_seven).state == "booked"
    assert not queries.link_by_token(convocation.token, today=at_seven).may_choose
    assert JournalEntry.objects.filter(event="appointments.InvitationSent", payload__act="convocation").exists()


def test_only_a_conversation_settles_the_call(world: World) -> None:
    entry = world.entry()
    invite(world, entry)
    day = MONDAY + timedelta(days=5)
    actions.record_call(entry=entry, outcome="no_answer", by=world.by, at=at(day))
    line = queries.to_call(day).get()
    assert line.last_call_outcome == "no_answer"
    actions.record_call(entry=entry, outcome="reached", note="Vient lundi", by=world.by, at=at(day, 15))
    assert not queries.to_call(day).exists()


def test_a_withdrawn_link_shows_nothing(world: World) -> None:
    world.opening()
    entry = world.entry()
    invite(world, entry)
    invitation = Invitation.objects.get()
    actions.book(slot_id=world.slot(MONDAY, 11).pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())
    actions.revoke_invitation(invitation_id=invitation.pk, reason="Mauvais numéro", by=world.by, at=clock.now())
    link = queries.link_by_token(invitation.token, today=MONDAY)
    assert (link.state, link.appointment) == ("revoked", None)


def test_the_number_of_queries_does_not_depend_on_the_number_of_people(world: World) -> None:
    world.opening()

    def queries_for(count: int) -> int:
        entries = [world.entry(f"Personne{n}") for n in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            invite(world, *entries)
        return len(captured)

    assert queries_for(2) == queries_for(40)
