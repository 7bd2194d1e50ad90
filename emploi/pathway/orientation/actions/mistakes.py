"""An interview begun by mistake: nothing was recorded in it, so it is cancelled and its appointment is as before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.texts.guard import check_numbers
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.enums import Arrival
from emploi.pathway.orientation.events import InterviewCancelled
from emploi.pathway.orientation.models import Interview

RECORDED = "Quelque chose est déjà noté dans cet entretien : il ne s’annule plus. Laissez ouvertes les étapes à faire."


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of the appointment: as it was before, or lost because somebody took its slot."""

    appointment: Appointment | None
    slot_lost: bool


@action
def undo_interview(*, interview_id: int, reason: str, by: Actor, at: datetime) -> Undone:
    """Cancel an interview begun today by mistake, with a reason. Raises DomainError once something is recorded."""
    interview = Interview.objects.select_for_update(of=("self",)).filter(pk=interview_id).first()
    if interview is None or interview.cancelled_at is not None:
        raise DomainError("Cet entretien est déjà annulé.")
    if not reason.strip():
        raise DomainError("Indiquez la raison.", field="reason")
    check_numbers({"reason": reason})
    if interview.started_at.astimezone(clock.ZONE).date() != at.astimezone(clock.ZONE).date():
        raise DomainError("Cet entretien n’a pas commencé aujourd’hui : il ne s’annule plus.")
    if queries.is_something_recorded(interview):
        raise DomainError(RECORDED)
    visit = interview.appointment
    interview.appointment = None
    interview.closed_at = interview.cancelled_at = at
    interview.cancelled_reason = reason.strip()[:300]
    interview.save(update_fields=["appointment", "closed_at", "cancelled_at", "cancelled_reason"])
    event = InterviewCancelled(
        person_id=interview.person_id,
        entry_id=interview.entry_id,
        interview_id=interview.pk,
        appointment_id=visit.pk if visit else None,
    )
    publish(event, by=by, at=at)
    return _put_back(interview, visit, by, at)


def _put_back(interview: Interview, visit: Appointment | None, by: Actor, at: datetime) -> Undone:
    if visit is None:
        return Undone(None, slot_lost=False)
    if interview.arrival == Arrival.WALK_IN:
        had_one = queries.released_by(visit) is not None
        again = appointments.undo_walk_in(appointment_id=visit.pk, by=by, at=at)
        return Undone(again, slot_lost=had_one and again is None)
    if interview.arrival == Arrival.EXPECTED:
        visit = appointments.undo_attendance(appointment_id=visit.pk, by=by, at=at)
    return Undone(visit, slot_lost=False)
