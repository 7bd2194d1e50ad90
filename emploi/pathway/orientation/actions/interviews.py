"""Starting an interview and moving its five steps (RG-07)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.texts.guard import check_texts
from emploi.foundation.ui.french import date_long_fr
from emploi.foundation.workflow import move
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments.enums import AppointmentStatus, Modality
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions.diagnosis import prefill
from emploi.pathway.orientation.enums import Arrival, StepKind, StepState
from emploi.pathway.orientation.events import InterviewClosed, InterviewStarted, StepDone, StepLeftOpen
from emploi.pathway.orientation.models import Interview, Step
from emploi.pathway.orientation.rules import steps as order
from emploi.pathway.orientation.workflow import STEP

NOT_HELD = {
    AppointmentStatus.ABSENT: "La personne est notée absente à ce rendez-vous. Corrigez la présence d’abord.",
    AppointmentStatus.EXCUSED: "La personne est notée excusée à ce rendez-vous. Corrigez la présence d’abord.",
    AppointmentStatus.CANCELLED_BY_PERSON: "Ce rendez-vous a été annulé par la personne.",
    AppointmentStatus.CANCELLED_BY_US: "Ce rendez-vous a été annulé par le service.",
}


@action
def start_interview(
    *,
    entry_id: int,
    appointment_id: int | None = None,
    place_id: int | None = None,
    modality: str = Modality.PHYSICAL,
    modality_reason: str = "",
    by: Actor,
    at: datetime,
) -> Interview:
    """Start the interview of an entry, from its appointment or on the spot, or resume the one in progress.

    The person is marked present, or received on the spot (place, modality): both are "reçu" (definitions.md: Met).
    Once met, what follows needs no appointment: another kind that leads to an interview, or the person being there.
    """
    officer_id = agent_id(by)
    entry = _entry_to_meet(entry_id)
    running = Interview.objects.filter(entry=entry, closed_at__isnull=True).first()
    if running is not None:
        return running
    appointment = _appointment_of(entry, appointment_id, at)
    held = Interview.objects.filter(appointment=appointment).first() if appointment is not None else None
    if held is not None:
        return held  # over: it is read again, another one begins from the person's page
    arrival = _arrival(appointment, entry)
    if appointment is not None and arrival == Arrival.EXPECTED:
        appointments.mark_present(appointment_id=appointment.pk, by=by, at=at)
    if arrival == Arrival.WALK_IN:
        appointment = appointments.record_walk_in(
            entry_id=entry.pk, place_id=place_id, modality=modality, modality_reason=modality_reason, by=by, at=at
        )
    interview = _begin(entry, appointment, arrival, officer_id, by=by, at=at)
    prefill(interview_id=interview.pk, by=by, at=at)
    return interview


@action
def complete_step(
    *, interview_id: int, step: str, details: dict[str, Any] | None = None, by: Actor, at: datetime
) -> Step:
    """Mark a step done, in the order of RG-07: the earlier ones are done or left open. Raises DomainError."""
    row = locked_step(interview_id, step)
    changes = {"done_at": at, "done_by_id": agent_id(by), "details": {**row.details, **(details or {})}, "reason": ""}
    event = StepDone(
        person_id=row.interview.person_id, entry_id=row.interview.entry_id, interview_id=interview_id, step=step
    )
    done = move(row, STEP, "complete", by=by, at=at, changes=changes, events=event)
    _close_if_settled(row.interview, by=by, at=at)
    return done


@action
def leave_step_open(
    *,
    interview_id: int,
    step: str,
    reason: str,
    owner_id: int,
    keeps_health_words: bool = False,
    by: Actor,
    at: datetime,
) -> Step:
    """Leave a step open: nothing is forgotten, a named agent will come back to it. Raises DomainError."""
    check_texts({"reason": reason}, keeps_health_words=keeps_health_words)
    row = locked_step(interview_id, step)
    event = StepLeftOpen(
        person_id=row.interview.person_id,
        entry_id=row.interview.entry_id,
        interview_id=interview_id,
        step=step,
        owner_id=owner_id,
    )
    changes = {"reason": reason.strip(), "owner_id": owner_id}
    # The journal is read by many: it says that a reason was written, the step keeps it under its guard.
    kept = "écrite dans l’entretien" if reason.strip() else ""
    left = move(row, STEP, "leave_open", by=by, at=at, reason=kept, changes=changes, events=event)
    _close_if_settled(row.interview, by=by, at=at)
    return left


def locked_step(interview_id: int, step: str) -> Step:
    """Lock the interview and return one of its steps, once the earlier ones are settled. Raises DomainError."""
    interview = Interview.objects.select_for_update(of=("self",)).filter(pk=interview_id).first()
    if interview is None or interview.cancelled_at is not None:
        raise DomainError("Cet entretien n’existe pas, ou il a été annulé.")
    rows = {row.step: row for row in Step.objects.filter(interview=interview)}
    earlier = order.blocking({slug: row.state for slug, row in rows.items()}, step)
    if earlier:
        raise DomainError(
            f"Terminez d’abord l’étape « {StepKind(earlier).label} », ou laissez-la ouverte avec une raison."
        )
    rows[step].interview = interview
    return rows[step]


def agent_id(by: Actor) -> int:
    """Return the agent who acts: an interview and a decision always have a named professional."""
    if by.kind != "agent" or by.id is None:
        raise DomainError("Seul un professionnel nommé peut faire cela.")
    return by.id


def _begin(
    entry: Entry, appointment: Appointment | None, arrival: Arrival, officer_id: int, *, by: Actor, at: datetime
) -> Interview:
    """Write the interview with its five steps, and say that it began."""
    interview = Interview.objects.create(
        entry=entry,
        person_id=entry.person_id,
        appointment=appointment,
        officer_id=officer_id,
        started_at=at,
        arrival=arrival,
    )
    Step.objects.bulk_create([Step(interview=interview, step=step) for step in order.ORDER])
    publish(
        InterviewStarted(
            person_id=entry.person_id,
            entry_id=entry.pk,
            interview_id=interview.pk,
            appointment_id=appointment.pk if appointment else None,
            walk_in=arrival == Arrival.WALK_IN,
            follows=queries.interview_before(interview) is not None,
        ),
        by=by,
        at=at,
    )
    return interview


def _entry_to_meet(entry_id: int) -> Entry:
    entry = Entry.objects.select_for_update(of=("self",)).filter(pk=entry_id).first()
    if entry is None:
        raise DomainError("Cette entrée dans le dispositif n’existe pas.")
    if entry.closed_on is not None:
        raise DomainError(f"Cette personne est sortie du dispositif le {date_long_fr(entry.closed_on)}.")
    return entry


def _appointment_of(entry: Entry, appointment_id: int | None, at: datetime) -> Appointment | None:
    """Return the appointment named, else today's that leads to an interview, planned or noted present without one.

    The same meeting is counted once.
    """
    mine = Appointment.objects.filter(entry=entry)
    if appointment_id is None:
        return queries.todays_meeting(entry.pk, at)
    appointment = mine.select_related("kind").filter(pk=appointment_id).first()
    if appointment is None:
        raise DomainError("Ce rendez-vous n’est pas celui de cette personne.")
    if not appointment.opens_interview:
        raise DomainError(f"« {appointment.kind.name} » ne mène pas à un entretien en cinq étapes.")
    refusal = NOT_HELD.get(AppointmentStatus(appointment.status))
    if refusal:
        raise DomainError(refusal)
    return appointment


def _arrival(appointment: Appointment | None, entry: Entry) -> Arrival:
    """Say how the person came; once her first interview was held, what follows is its continuation."""
    if appointment is None:
        return Arrival.AGAIN if queries.was_met(entry.pk) else Arrival.WALK_IN
    return Arrival.EXPECTED if appointment.status == AppointmentStatus.PLANNED else Arrival.PRESENT


def _close_if_settled(interview: Interview, *, by: Actor, at: datetime) -> None:
    states = dict(Step.objects.filter(interview=interview).values_list("step", "state"))
    if interview.closed_at is not None or not order.all_settled(states):
        return
    interview.closed_at = at
    interview.save(update_fields=["closed_at"])
    left_open = sum(1 for state in states.values() if state == StepState.LEFT_OPEN)
    publish(
        InterviewClosed(
            person_id=interview.person_id, entry_id=interview.entry_id, interview_id=interview.pk, left_open=left_open
        ),
        by=by,
        at=at,
    )
