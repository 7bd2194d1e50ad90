"""Present, absent, excused: what the officer notes, and the same-day correction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.texts.guard import check_numbers
from emploi.foundation.workflow import move
from emploi.pathway.appointments import workflow
from emploi.pathway.appointments.actions import follow_up
from emploi.pathway.appointments.actions.slots import agent_id_of
from emploi.pathway.appointments.enums import AppointmentStatus, Modality
from emploi.pathway.appointments.events import (
    AppointmentExcused,
    AppointmentHeld,
    AppointmentMissed,
    AttendanceUndone,
)
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.appointments.rules.booking import may_mark_missed, may_mark_present, may_undo
from emploi.pathway.clocks import actions as clocks
from emploi.pathway.clocks.enums import DeadlineKind


@action
def mark_present(
    *, appointment_id: int, modality: str = "", modality_reason: str = "", by: Actor, at: datetime
) -> Appointment:
    """Note that the person came; a first interview meets the 15 days on the day of the appointment (TR-04, RG-01).

    Another modality than the one planned may be given; remote needs a reason when the kind is physical (AMB-55).
    """
    appointment = _found(appointment_id)
    held_on = _day(appointment.starts_at)
    if not may_mark_present(held_on, today=at.date()):
        raise DomainError("Ce rendez-vous n’a pas encore eu lieu.")
    how = _modality(appointment, modality, modality_reason)
    changes = {**_marked(by, at), **how}
    event = AppointmentHeld(
        person_id=appointment.person_id,
        entry_id=appointment.entry_id,
        appointment_id=appointment.pk,
        kind=appointment.kind.slug,
        held_on=held_on,
        modality=how.get("modality", appointment.modality),
    )
    move(appointment, workflow.APPOINTMENT, workflow.HOLD, by=by, at=at, changes=changes, events=event)
    if appointment.is_first_interview and appointment.entry_id:
        clocks.meet(entry_ids=[appointment.entry_id], kind=DeadlineKind.FIRST_INTERVIEW, on=held_on, by=by, at=at)
    return appointment


@action
def mark_absent(*, appointment_id: int, by: Actor, at: datetime) -> Appointment:
    """Note an absence nobody excused; at the first interview it is no rupture, the person may be invited again."""
    appointment = _missed(appointment_id, at=at)
    event = AppointmentMissed(**_about(appointment))
    move(appointment, workflow.APPOINTMENT, workflow.MISS, by=by, at=at, changes=_marked(by, at), events=event)
    follow_up.restart(appointment, on=_day(appointment.starts_at), by=by, at=at)
    return appointment


@action
def mark_excused(*, appointment_id: int, reason: str, by: Actor, at: datetime) -> Appointment:
    """Note an absence the person explained; an absence noted before may be excused later."""
    check_numbers({"reason": reason})
    appointment = _missed(appointment_id, at=at)
    was_absent = appointment.status == AppointmentStatus.ABSENT
    changes = {**_marked(by, at), "marked_reason": reason.strip()[:200]}
    if was_absent:
        changes |= {"missed_at": appointment.marked_at, "missed_by_id": appointment.marked_by_id}
    event = AppointmentExcused(**_about(appointment))
    move(appointment, workflow.APPOINTMENT, workflow.EXCUSE, by=by, at=at, reason=reason, changes=changes, events=event)
    if not was_absent:
        follow_up.restart(appointment, on=_day(appointment.starts_at), by=by, at=at)
    return appointment


@action
def undo_attendance(*, appointment_id: int, by: Actor, at: datetime) -> Appointment:
    """Take back a presence noted the same day; the first interview's deadline runs again.

    An excuse that came after an absence leaves that absence as it was noted, with what follows from it.
    """
    appointment = _found(appointment_id)
    marked_on = _day(appointment.marked_at) if appointment.marked_at else None
    if not may_undo(marked_on, today=at.date()):
        raise DomainError("Cette présence n’a pas été notée aujourd’hui : elle ne peut plus être corrigée ici.")
    was = appointment.status
    event = AttendanceUndone(
        person_id=appointment.person_id,
        entry_id=appointment.entry_id,
        appointment_id=appointment.pk,
        was=was,
    )
    if appointment.missed_at is not None:
        return _absent_again(appointment, event, by=by, at=at)
    changes = {"marked_at": None, "marked_by_id": None, "marked_reason": ""}
    try:
        with transaction.atomic():
            move(appointment, workflow.APPOINTMENT, workflow.UNDO, by=by, at=at, changes=changes, events=event)
    except IntegrityError as error:
        raise DomainError("Cette personne a pris un autre rendez-vous depuis : annulez-le d’abord.") from error
    if was == AppointmentStatus.HELD and appointment.is_first_interview and appointment.entry_id:
        clocks.unmeet(entry_ids=[appointment.entry_id], kind=DeadlineKind.FIRST_INTERVIEW, by=by, at=at)
    follow_up.settle(appointment, by=by, at=at)
    return appointment


def _absent_again(appointment: Appointment, event: AttendanceUndone, *, by: Actor, at: datetime) -> Appointment:
    first = {"marked_at": appointment.missed_at, "marked_by_id": appointment.missed_by_id}
    changes = {**first, "marked_reason": "", "missed_at": None, "missed_by_id": None}
    move(appointment, workflow.APPOINTMENT, workflow.UNEXCUSE, by=by, at=at, changes=changes, events=event)
    return appointment


def _found(appointment_id: int) -> Appointment:
    found = Appointment.objects.select_for_update(of=("self",)).select_related("kind").filter(pk=appointment_id).first()
    if found is None:
        raise DomainError("Ce rendez-vous n’existe plus.")
    return found


def _missed(appointment_id: int, *, at: datetime) -> Appointment:
    appointment = _found(appointment_id)
    if not may_mark_missed(appointment.starts_at, at=at):
        raise DomainError("L’heure du rendez-vous n’est pas passée. Si la personne a prévenu, annulez ou déplacez.")
    return appointment


def _marked(by: Actor, at: datetime) -> dict[str, object]:
    return {"marked_at": at, "marked_by_id": agent_id_of(by)}


def _modality(appointment: Appointment, modality: str, reason: str) -> dict[str, str]:
    if not modality or modality == appointment.modality:
        return {}
    if appointment.kind.physical_required and modality != Modality.PHYSICAL and not reason.strip():
        raise DomainError("Ce rendez-vous a lieu sur place. Sinon, écrivez pourquoi.", field="modality_reason")
    return {"modality": modality, "modality_reason": reason.strip()[:200]}


def _about(appointment: Appointment) -> dict[str, Any]:
    return {
        "person_id": appointment.person_id,
        "entry_id": appointment.entry_id,
        "appointment_id": appointment.pk,
        "kind": appointment.kind.slug,
        "starts_at": appointment.starts_at,
    }


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.ZONE).date()
