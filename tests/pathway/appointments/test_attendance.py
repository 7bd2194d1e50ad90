"""Present, absent, excused, and the same-day correction; relaunch, call and convocation by day (TR-05, TR-33)."""

from datetime import timedelta

import pytest

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import AppointmentStatus, BookedVia, Modality
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.clocks.models import Deadline
from tests.pathway.appointments.world import MONDAY, World, at

THURSDAY = MONDAY + timedelta(days=3)


def booked(world: World) -> Appointment:
    world.opening()
    entry = world.entry()
    slot = world.slot(THURSDAY, 10)
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())


def deadline(appointment: Appointment, kind: str) -> Deadline:
    return Deadline.objects.filter(entry_id=appointment.entry_id, kind=kind).latest("sequence")


def test_present_meets_the_fifteen_days_on_the_day_of_the_appointment(world: World) -> None:
    appointment = booked(world)
    # Noted the next morning: the date of the meeting counts, not that of the click.
    actions.mark_present(appointment_id=appointment.pk, by=world.by, at=at(THURSDAY + timedelta(days=1)))
    assert deadline(appointment, "first_interview").met_on == THURSDAY
    appointment.refresh_from_db()
    assert appointment.status == AppointmentStatus.HELD
    assert appointment.marked_by == world.officer


def test_nobody_is_present_the_day_before_nor_absent_before_the_hour(world: World) -> None:
    appointment = booked(world)
    with pytest.raises(DomainError, match="pas encore eu lieu"):
        actions.mark_present(appointment_id=appointment.pk, by=world.by, at=at(THURSDAY - timedelta(days=1)))
    with pytest.raises(DomainError, match="n’est pas passée"):
        actions.mark_absent(appointment_id=appointment.pk, by=world.by, at=at(THURSDAY, 9, 59))
    actions.mark_present(appointment_id=appointment.pk, by=world.by, at=at(THURSDAY, 9, 40))  # early is fine


def test_a_telephone_interview_says_why(world: World) -> None:
    appointment = booked(world)
    with pytest.raises(DomainError) as refused:
        actions.mark_present(appointment_id=appointment.pk, modality=Modality.PHONE, by=world.by, at=at(THURSDAY, 11))
    assert refused.value.field == "modality_reason"
    actions.mark_present(
        appointment_id=appointment.pk, modality=Modality.PHONE, modality_reason="Neige", by=world.by,
        at=at(THURSDAY, 11),
    )  # fmt: skip
    appointment.refresh_from_db()
    assert (appointment.modality, appointment.modality_reason) == (Modality.PHONE, "Neige")


def test_an_absence_starts_the_follow_up_and_a_new_invitation_is_possible(world: World) -> None:
    appointment = booked(world)
    actions.mark_absent(appointment_id=appointment.pk, by=world.by, at=at(THURSDAY, 12))
    assert deadline(appointment, "first_interview").met_on is None
    assert deadline(appointment, "relaunch").due_on == THURSDAY + timedelta(days=3)
    assert deadline(appointment, "call").due_on == THURSDAY + timedelta(days=5)
    assert deadline(appointment, "convocation").due_on == THURSDAY + timedelta(days=7)
    assert [a.pk for a in queries.absent_without_new_date(THURSDAY)] == [appointment.pk]
    batch = actions.invite_entries(entry_ids=[appointment.entry_id], by=world.by, at=at(THURSDAY, 13))
    assert batch.count == 1
    assert not queries.absent_without_new_date(THURSDAY).exists()


def test_an_excuse_needs_words_and_may_come_after_the_absence(world: World) -> None:
    appointment = booked(world)
    actions.mark_absent(appointment_id=appointment.pk, by=world.by, at=at(THURSDAY, 12))
    with pytest.raises(DomainError, match="raison"):
        actions.mark_excused(appointment_id=appointment.pk, reason=" ", by=world.by, at=at(THURSDAY, 14))
    actions.mark_excused(appointment_id=appointment.pk, reason="Enfant malade", by=world.by, at=at(THURSDAY, 14))
    appointment.refresh_from_db()
    assert (appointment.status, appointment.marked_reason) == (AppointmentStatus.EXCUSED, "Enfant malade")


def test_an_excuse_noted_on_the_wrong_line_gives_the_absence_back(world: World) -> None:
    """The absence of Thursday, its relaunches and who noted it are as they were; the excuse of Monday is gone."""
    appointment = booked(world)
    monday = THURSDAY + timedelta(days=4)
    actions.mark_absent(appointment_id=appointment.pk, by=world.by, at=at(THURSDAY, 12))
    secretary = world.secretary.as_actor()
    actions.mark_excused(appointment_id=appointment.pk, reason="Garde d’enfant", by=secretary, at=at(monday, 9))
    actions.undo_attendance(appointment_id=appointment.pk, by=secretary, at=at(monday, 9, 1))
    appointment.refresh_from_db()
    assert (appointment.status, appointment.marked_reason) == (AppointmentStatus.ABSENT, "")
    assert (appointment.marked_at, appointment.marked_by_id) == (at(THURSDAY, 12), world.by.id)
    assert deadline(appointment, "call").voided_on is None


def test_an_excuse_never_holds_a_social_security_number(world: World) -> None:
    appointment = booked(world)
    with pytest.raises(DomainError, match="sécurité sociale"):
        actions.mark_excused(
            appointment_id=appointment.pk, reason="Je suis le 1 84 12 26 362 123 45", by=world.by, at=at(THURSDAY, 14)
        )


def test_a_mistake_is_corrected_the_same_day_only(world: World) -> None:
    appointment = booked(world)
    actions.mark_present(appointment_id=appointment.pk, by=world.by, at=at(THURSDAY, 11))
    actions.undo_attendance(appointment_id=appointment.pk, by=world.by, at=at(THURSDAY, 17))
    assert deadline(appointment, "first_interview").met_on is None
    actions.mark_absent(appointment_id=appointment.pk, by=world.by, at=at(THURSDAY, 17, 1))
    with pytest.raises(DomainError, match="pas été notée aujourd’hui"):
        actions.undo_attendance(appointment_id=appointment.pk, by=world.by, at=at(THURSDAY + timedelta(days=1)))


def test_taking_back_an_absence_stops_the_follow_up_it_started(world: World) -> None:
    appointment = booked(world)
    actions.mark_absent(appointment_id=appointment.pk, by=world.by, at=at(THURSDAY, 12))
    actions.undo_attendance(appointment_id=appointment.pk, by=world.by, at=at(THURSDAY, 12, 5))
    assert not queries.to_call(THURSDAY + timedelta(days=30)).exists()
    assert deadline(appointment, "call").voided_on == THURSDAY


def test_two_agents_noting_the_same_person_the_second_is_told(world: World) -> None:
    appointment = booked(world)
    actions.mark_absent(appointment_id=appointment.pk, by=world.by, at=at(THURSDAY, 12))
    with pytest.raises(DomainError, match="Absent"):
        actions.mark_present(appointment_id=appointment.pk, by=world.secretary.as_actor(), at=at(THURSDAY, 12, 1))


def test_unmarked_appointments_are_a_list(world: World) -> None:
    appointment = booked(world)
    assert not queries.unmarked(at(THURSDAY, 10, 30)).exists()
    assert [a.pk for a in queries.unmarked(at(THURSDAY, 11))] == [appointment.pk]
    assert not queries.unmarked(at(THURSDAY, 11), agent_id=world.colleague.pk).exists()


def test_a_relaunch_after_an_absence_does_not_put_the_convocation_off(world: World) -> None:
    """Booked by telephone, never invited before: the message of the relaunch is not a first invitation."""
    appointment = booked(world)
    actions.mark_absent(appointment_id=appointment.pk, by=world.by, at=at(THURSDAY, 11))
    imposed_from = deadline(appointment, "convocation").due_on
    later = THURSDAY + timedelta(days=4)
    entry_ids = [line.entry_id for line in queries.to_relaunch(later)]
    assert entry_ids == [appointment.entry_id]
    actions.invite_entries(entry_ids=entry_ids, is_relaunch=True, by=world.by, at=at(later))
    assert list(queries.to_relaunch(later)) == []
    assert deadline(appointment, "convocation").due_on == imposed_from
    assert [line.entry_id for line in queries.to_convene(imposed_from)] == [appointment.entry_id]
