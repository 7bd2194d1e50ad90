"""The appointment with the referent, placed before leaving (RG-07 step 5, TR-07)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.texts.guard import check_numbers
from emploi.foundation.ui.french import date_long_fr
from emploi.foundation.workflow import move
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments.enums import BookedVia, Modality
from emploi.pathway.appointments.models import Appointment, Invitation, Kind
from emploi.pathway.orientation.actions.interviews import agent_id, complete_step, leave_step_open, locked_step
from emploi.pathway.orientation.enums import StepKind, StepState
from emploi.pathway.orientation.events import NextAppointmentRecorded, StepDone
from emploi.pathway.orientation.models import Step
from emploi.pathway.orientation.workflow import STEP


@action
def book_next_appointment(
    *,
    interview_id: int,
    slot_id: int,
    modality: str = Modality.PHYSICAL,
    modality_reason: str = "",
    by: Actor,
    at: datetime,
) -> Appointment:
    """Book a slot of the responsible body with the person in front, and finish the step."""
    step = locked_step(interview_id, StepKind.NEXT_APPOINTMENT)
    appointment = appointments.book(
        slot_id=slot_id,
        entry_id=step.interview.entry_id,
        via=BookedVia.AGENT,
        modality=modality,
        modality_reason=modality_reason,
        by=by,
        at=at,
    )
    _recorded(step, by, at, appointment_id=appointment.pk, on=_day(appointment))
    step.refresh_from_db()
    if step.state != StepState.DONE:  # left open before, the booking has just settled it
        details = {"appointment": appointment.pk}
        complete_step(interview_id=interview_id, step=StepKind.NEXT_APPOINTMENT, details=details, by=by, at=at)
    return appointment


@action
def send_link_to_choose(*, interview_id: int, kind_id: int, by: Actor, at: datetime) -> Step:
    """Let the person choose later: she is sent a link, the step stays open to the agent until she has chosen."""
    kind = Kind.objects.filter(pk=kind_id, is_active=True, offered_after_interview=True).first()
    if kind is None or not (kind.bookable_by_person and kind.can_be_invited):
        raise DomainError("La personne ne choisit pas elle-même ce rendez-vous : donnez-lui une date.")
    step = locked_step(interview_id, StepKind.NEXT_APPOINTMENT)
    entry_id = step.interview.entry_id
    batch = appointments.invite_entries(entry_ids=[entry_id], kind=kind, by=by, at=at)
    sent = Invitation.objects.filter(batch=batch, entry_id=entry_id).get()
    reason = (
        f"La personne a reçu un lien pour choisir : {kind.name}, à prendre avant le {date_long_fr(sent.expires_on)}."
    )
    left = leave_step_open(
        interview_id=interview_id,
        step=StepKind.NEXT_APPOINTMENT,
        reason=reason,
        owner_id=agent_id(by),
        by=by,
        at=at,
    )
    left.details = {**left.details, "invitation": sent.pk}
    left.save(update_fields=["details"])
    return left


@action
def settle_waiting_steps(*, appointment_ids: Collection[int], by: Actor, at: datetime) -> int:
    """Finish the fifth step left open of those who have just been given the appointment it waited for."""
    taken = Appointment.objects.filter(pk__in=appointment_ids, kind__offered_after_interview=True).exclude(entry=None)
    by_entry: dict[int, Appointment] = {row.entry_id: row for row in taken if row.entry_id is not None}
    if not by_entry:
        return 0
    waiting = Step.objects.select_for_update(of=("self",)).filter(
        step=StepKind.NEXT_APPOINTMENT,
        state=StepState.LEFT_OPEN,
        interview__entry_id__in=list(by_entry),
        interview__cancelled_at=None,
    )
    rows = list(waiting.select_related("interview"))
    for row in rows:
        appointment = by_entry[row.interview.entry_id]
        changes = {
            "done_at": at,
            "done_by_id": by.id if by.kind == "agent" else None,
            "details": {**row.details, "appointment": appointment.pk},
            "reason": "",
        }
        event = StepDone(
            person_id=row.interview.person_id,
            entry_id=row.interview.entry_id,
            interview_id=row.interview_id,
            step=row.step,
        )
        move(row, STEP, "complete", by=by, at=at, changes=changes, events=event)
    return len(rows)


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


def _day(appointment: Appointment) -> date:
    return appointment.starts_at.astimezone(clock.ZONE).date()
