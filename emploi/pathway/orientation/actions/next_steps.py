"""The appointment with the referent, placed before leaving (RG-07 step 5, TR-07)."""

from __future__ import annotations

from datetime import date, datetime

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.texts.guard import check_numbers
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.orientation.actions.interviews import complete_step, locked_step
from emploi.pathway.orientation.enums import StepKind
from emploi.pathway.orientation.events import NextAppointmentRecorded
from emploi.pathway.orientation.models import Step


@action
def book_next_appointment(*, interview_id: int, slot_id: int, by: Actor, at: datetime) -> Appointment:
    """Book a slot of the responsible body with the person in front, and finish the step."""
    step = locked_step(interview_id, StepKind.NEXT_APPOINTMENT)
    interview = step.interview
    appointment = appointments.book(slot_id=slot_id, entry_id=interview.entry_id, via=BookedVia.AGENT, by=by, at=at)
    day = appointment.starts_at.astimezone(clock.ZONE).date()
    _recorded(step, by, at, appointment_id=appointment.pk, on=day)
    complete_step(
        interview_id=interview_id,
        step=StepKind.NEXT_APPOINTMENT,
        details={"appointment": appointment.pk},
        by=by,
        at=at,
    )
    return appointment


@action
def record_outside_appointment(
    *, interview_id: int, on: date, hour: str = "", where: str, by: Actor, at: datetime
) -> Step:
    """Write the appointment another body gave (its agenda is not ours), and finish the step."""
    if on < at.date():
        raise DomainError("Ce rendez-vous est dans le passé.", field="on")
    check_numbers({"where": where, "hour": hour})
    if not where.strip():
        raise DomainError("Écrivez où et avec qui.", field="where")
    step = locked_step(interview_id, StepKind.NEXT_APPOINTMENT)
    _recorded(step, by, at, appointment_id=None, on=on)
    details = {"on": on.isoformat(), "hour": hour.strip(), "where": where.strip()}
    return complete_step(interview_id=interview_id, step=StepKind.NEXT_APPOINTMENT, details=details, by=by, at=at)


def _recorded(step: Step, by: Actor, at: datetime, *, appointment_id: int | None, on: date) -> None:
    event = NextAppointmentRecorded(
        person_id=step.interview.person_id,
        entry_id=step.interview.entry_id,
        interview_id=step.interview_id,
        appointment_id=appointment_id,
        on=on,
    )
    publish(event, by=by, at=at)
