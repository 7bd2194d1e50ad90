"""A person noted as received who was not: what was recorded for her visit is undone, what was before comes back."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.workflow import move
from emploi.pathway.appointments import workflow
from emploi.pathway.appointments.actions import follow_up, notices
from emploi.pathway.appointments.actions.booking import book
from emploi.pathway.appointments.actions.walk_ins import REASON
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.events import AppointmentCancelled, AttendanceUndone
from emploi.pathway.appointments.models import Appointment, SlotRequest
from emploi.pathway.appointments.queries.recipients import reach_of
from emploi.pathway.clocks import actions as clocks
from emploi.pathway.clocks.enums import FOLLOW_UP, DeadlineKind, VoidReason
from emploi.pathway.clocks.models import Deadline

MISTAKE = "entretien commencé par erreur"


@action
def undo_walk_in(*, appointment_id: int, by: Actor, at: datetime) -> Appointment | None:
    """Take back a visit without appointment noted today; return the appointment it had released, booked again.

    The first interview is owed again. None when nothing had been released, or when somebody took the slot meanwhile:
    the relaunches run again.
    """
    visit = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment_id)
    noted_at = visit.booked_at
    if noted_at.astimezone(clock.ZONE).date() != at.astimezone(clock.ZONE).date():
        raise DomainError("Cette venue n’a pas été notée aujourd’hui : elle ne peut plus être corrigée ici.")
    _cancel(visit, by=by, at=at)
    clocks.unmeet(entry_ids=[visit.entry_id], kind=DeadlineKind.FIRST_INTERVIEW, by=by, at=at)
    SlotRequest.objects.filter(entry_id=visit.entry_id, settled_at=noted_at).update(
        settled_at=None, settled_by=None, outcome=""
    )
    again = _booked_again(visit, by=by, at=at)
    settled = Deadline.objects.filter(
        entry_id=visit.entry_id, kind__in=FOLLOW_UP, voided_on=noted_at.date(), void_reason=VoidReason.SETTLED
    )
    if again is None and settled.exists():
        follow_up.restart(visit, on=at.date(), by=by, at=at)
    return again


def _cancel(visit: Appointment, *, by: Actor, at: datetime) -> None:
    about = {"person_id": visit.person_id, "entry_id": visit.entry_id, "appointment_id": visit.pk}
    move(
        visit,
        workflow.APPOINTMENT,
        workflow.UNDO,
        by=by,
        at=at,
        changes={"marked_at": None, "marked_by_id": None, "marked_reason": ""},
        events=AttendanceUndone(**about, was=visit.status),
    )
    move(
        visit,
        workflow.APPOINTMENT,
        workflow.CANCEL_BY_US,
        by=by,
        at=at,
        reason=MISTAKE,
        changes={"cancelled_at": at, "cancelled_reason": MISTAKE},
        events=AppointmentCancelled(**about, starts_at=visit.starts_at, by_us=True),
    )


def _booked_again(visit: Appointment, *, by: Actor, at: datetime) -> Appointment | None:
    """Give the person back the date she had; she was told nothing of its release, so nothing is written to her."""
    released = Appointment.objects.filter(
        entry_id=visit.entry_id,
        is_first_interview=True,
        status=AppointmentStatus.CANCELLED_BY_US,
        cancelled_reason=REASON,
        cancelled_at=visit.booked_at,
    ).first()
    if released is None:
        return None
    try:
        again = book(
            slot_id=released.slot_id,
            entry_id=released.entry_id,
            via=released.booked_via,
            invitation_id=released.invitation_id,
            modality=released.modality,
            modality_reason=released.modality_reason,
            note=released.note,
            notify=False,
            by=by,
            at=at,
        )
    except DomainError:
        # Taken since, or its hour has passed: the caller says so, and the person is followed up again.
        return None
    notices.remind(again, reach_of([again.entry])[again.entry_id], by=by, at=at)
    return again
