"""Booking, moving, cancelling, and what is told to the person."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import AppointmentStatus, BookedVia, Modality
from emploi.pathway.appointments.models import Appointment, Slot
from emploi.pathway.clocks.models import Deadline
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

FRIDAY = MONDAY + timedelta(days=4)


def take(world: World, slot: Slot, entry: object, **more: object) -> Appointment:
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now(), **more)  # type: ignore[attr-defined, arg-type]


def about(person_id: int) -> dict[str, Message]:
    return {f"{m.template}.{m.channel}": m for m in Message.objects.filter(person_id=person_id)}


def test_a_booking_confirms_now_and_reminds_two_days_before(world: World) -> None:
    world.opening()
    entry = world.entry(email="nadia@exemple.invalid")
    appointment = take(world, world.slot(FRIDAY, 10), entry)

    assert appointment.is_first_interview
    assert appointment.booked_by == world.officer
    sent = about(entry.person_id)
    assert set(sent) == {
        "appointments/confirmation.sms", "appointments/confirmation.email",
        "appointments/reminder.sms", "appointments/reminder.email",
    }  # fmt: skip
    assert sent["appointments/reminder.sms"].send_after == at(FRIDAY - timedelta(days=2), 10)
    assert "vendredi 27 novembre" in sent["appointments/confirmation.sms"].body
    assert sent["appointments/confirmation.sms"].segments <= 2
    assert Slot.objects.get(pk=appointment.slot_id).booked == 1
    assert JournalEntry.objects.filter(event="appointments.AppointmentBooked", entry_id=entry.pk).count() == 1


def test_booking_meets_no_deadline(world: World) -> None:
    world.opening()
    entry = world.entry()
    take(world, world.slot(FRIDAY, 10), entry)
    assert Deadline.objects.get(entry=entry, kind="first_interview").met_on is None


def test_a_taken_slot_says_so(world: World) -> None:
    world.opening()
    slot = world.slot(FRIDAY, 10)
    take(world, slot, world.entry())
    with pytest.raises(DomainError, match="vient d’être pris"):
        take(world, slot, world.entry("Karim"))


def test_one_first_interview_an_entry(world: World) -> None:
    world.opening()
    entry = world.entry()
    take(world, world.slot(FRIDAY, 9), entry)
    with pytest.raises(DomainError, match="déplacez-le"):
        take(world, world.slot(FRIDAY, 10), entry)
    assert Slot.objects.filter(booked=1).count() == 1


def test_the_database_alone_keeps_both_promises(world: World) -> None:
    """Even a bulk load that forgets the rules cannot double a seat nor a first interview."""
    world.opening()
    slot, other = world.slot(FRIDAY, 9), world.slot(FRIDAY, 10)
    entry = world.entry()
    first = take(world, slot, entry)
    for changes, constraint in (
        ({"entry_id": world.entry("Karim").pk, "slot": slot}, "appointment_one_a_seat"),
        ({"entry_id": entry.pk, "slot": other}, "appointment_one_first_interview"),
        ({"entry_id": world.entry("Léa").pk, "slot": slot, "seat": 2}, "slot_never_overbooked"),
    ):
        copy = Appointment.objects.get(pk=first.pk)
        copy.pk = None
        for name, value in changes.items():
            setattr(copy, name, value)
        with pytest.raises(IntegrityError, match=constraint), acting(TESTS), transaction.atomic():
            copy.save(force_insert=True)


def test_nobody_writes_an_appointment_without_an_author(world: World) -> None:
    world.opening()
    take(world, world.slot(FRIDAY, 9), world.entry())
    with pytest.raises(Exception, match="without a known actor"), transaction.atomic():
        connection.cursor().execute("UPDATE appointments_appointment SET note = 'x'")


def test_at_the_same_hour_the_person_accepts_any_officer(world: World) -> None:
    world.opening()
    world.opening(agent_id=world.colleague.pk)
    slot = world.slot(FRIDAY, 9)
    take(world, slot, world.entry())
    person = world.entry("Karim")
    second = actions.book(
        slot_id=slot.pk, entry_id=person.pk, via=BookedVia.PERSON, any_agent=True,
        by=Actor.person(person.person_id, "Karim"), at=clock.now(),
    )  # fmt: skip
    assert second.agent == world.colleague
    assert second.starts_at == slot.starts_at


def test_a_remote_first_interview_needs_a_reason(world: World) -> None:
    world.opening()
    entry = world.entry()
    with pytest.raises(DomainError) as refused:
        take(world, world.slot(FRIDAY, 9), entry, modality=Modality.PHONE)
    assert refused.value.field == "modality_reason"
    done = take(world, world.slot(FRIDAY, 9), entry, modality=Modality.PHONE, modality_reason="Jambe dans le plâtre")
    assert done.modality == Modality.PHONE


def test_moving_frees_the_seat_and_forgets_the_reminder(world: World) -> None:
    world.opening()
    entry = world.entry()
    old = take(world, world.slot(FRIDAY, 9), entry)
    new = actions.move_appointment(
        appointment_id=old.pk, slot_id=world.slot(FRIDAY, 11).pk, reason="Réunion", by=world.by, at=clock.now()
    )
    old.refresh_from_db()
    assert (old.status, new.status) == (AppointmentStatus.CANCELLED_BY_US, AppointmentStatus.PLANNED)
    assert new.previous == old
    assert Slot.objects.get(pk=old.slot_id).booked == 0
    assert not Appointment.objects.cancelled_for_good().exists()
    reminders = Message.objects.filter(person_id=entry.person_id, template="appointments/reminder")
    assert sorted(reminders.values_list("status", "send_after")) == sorted(
        [("cancelled", at(FRIDAY - timedelta(days=2), 9)), ("queued", at(FRIDAY - timedelta(days=2), 11))]
    )
    assert "a changé" in Message.objects.get(template="appointments/moved").body


def test_a_move_to_a_taken_slot_changes_nothing(world: World) -> None:
    world.opening()
    entry = world.entry()
    mine = take(world, world.slot(FRIDAY, 9), entry)
    other = world.slot(FRIDAY, 10)
    take(world, other, world.entry("Karim"))
    with pytest.raises(DomainError, match="vient d’être pris"):
        actions.move_appointment(appointment_id=mine.pk, slot_id=other.pk, reason="x", by=world.by, at=clock.now())
    mine.refresh_from_db()
    assert mine.status == AppointmentStatus.PLANNED
    assert Slot.objects.get(pk=mine.slot_id).booked == 1


def test_cancelling_by_us_needs_a_reason_and_apologises(world: World) -> None:
    world.opening()
    entry = world.entry()
    appointment = take(world, world.slot(FRIDAY, 9), entry)
    with pytest.raises(DomainError, match="raison"):
        actions.cancel(appointment_id=appointment.pk, by=world.by, at=clock.now())
    actions.cancel(appointment_id=appointment.pk, reason="Agent malade", by=world.by, at=clock.now())
    appointment.refresh_from_db()
    assert appointment.status == AppointmentStatus.CANCELLED_BY_US
    assert "Excusez-nous" in Message.objects.get(template="appointments/cancelled").body
    assert Message.objects.filter(template="appointments/reminder", status="queued").count() == 0
    again = take(world, world.slot(FRIDAY, 9), entry)
    assert again.status == AppointmentStatus.PLANNED


def test_the_person_cannot_cancel_too_late(world: World) -> None:
    world.opening()
    entry = world.entry()
    me = Actor.person(entry.person_id, "Nadia")
    soon = take(world, world.slot(MONDAY, 11), entry)
    with pytest.raises(DomainError, match="trop proche"):
        actions.cancel(appointment_id=soon.pk, by_us=False, by=me, at=clock.now())


def test_somebody_without_telephone_nor_email_gets_a_letter(world: World) -> None:
    world.opening()
    entry = world.entry(mobile="")
    take(world, world.slot(FRIDAY, 9), entry)
    letter = Message.objects.get(person_id=entry.person_id)
    assert (letter.channel, letter.template) == ("letter", "appointments/confirmation")
    assert letter.recipient_lines[0].endswith("Essai1")


def test_an_exited_person_is_not_booked(world: World) -> None:
    world.opening()
    entry = world.entry()
    with acting(TESTS):
        entry.closed_on, entry.closing_reason = MONDAY, "moved_out"
        entry.save()
    with pytest.raises(DomainError, match="plus dans le dispositif"):
        take(world, world.slot(FRIDAY, 9), entry)
