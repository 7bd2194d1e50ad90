"""Reading interviews and their steps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Max, QuerySet

from emploi.foundation.ui.french import date_year_fr, moment_year_fr, typed_hour_fr
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Kind, Slot
from emploi.pathway.appointments.queries.slots import free_slots
from emploi.pathway.orientation.enums import AnswerSource, StepState
from emploi.pathway.orientation.models import Decision, Interview, Step
from emploi.pathway.orientation.queries.decisions import referents_of
from emploi.pathway.orientation.rules import steps as order
from emploi.territory.agents.models import Agent

# The kind of appointment every Département starts with for the first meeting with the referent (TR-07).
REFERENT_MEETING = "rendez-vous-conseiller"
SLOTS_SHOWN = 9


def open_interview(entry_id: int) -> Interview | None:
    """Return the interview in progress of an entry."""
    return Interview.objects.filter(entry_id=entry_id, closed_at__isnull=True).first()


def todays_first_interview(entry_id: int, at: datetime) -> Appointment | None:
    """Return the first interview of today, planned or noted present, that no interview was begun from."""
    today = Appointment.objects.first_interviews().filter(entry_id=entry_id, starts_at__date=at.date(), interview=None)
    return today.filter(status__in=[AppointmentStatus.PLANNED, AppointmentStatus.HELD]).first()


def was_met(entry_id: int) -> bool:
    """Tell whether the first interview of this entry was already held."""
    return Appointment.objects.first_interviews().filter(entry_id=entry_id, status=AppointmentStatus.HELD).exists()


def walks_in(entry_id: int, at: datetime) -> bool:
    """Tell whether an interview begun now would be a visit without appointment: the place must be asked."""
    return open_interview(entry_id) is None and todays_first_interview(entry_id, at) is None and not was_met(entry_id)


def released_by(visit: Appointment) -> Appointment | None:
    """Return the appointment that a visit without appointment released, if there was one."""
    cancelled = Appointment.objects.first_interviews().filter(entry=visit.entry, cancelled_at=visit.booked_at)
    return cancelled.exclude(pk=visit.pk).first()


def is_something_recorded(interview: Interview) -> bool:
    """Tell whether anything was written in an interview; what the payer's file already said does not count."""
    if interview.closed_at is not None or interview.steps.exclude(state=StepState.OPEN).exists():
        return True
    said = interview.answers.exclude(source=AnswerSource.CAF)
    others = (
        interview.brakes,
        interview.papers,
        interview.trades,
        interview.proposals,
        interview.decisions,
        interview.engagements,
    )
    return said.exists() or any(related.exists() for related in others)


def mistaken_interviews(person_id: int) -> QuerySet[Interview]:
    """Return the interviews begun by mistake, the latest first."""
    found = Interview.objects.filter(person_id=person_id).exclude(cancelled_at=None)
    return found.select_related("officer").order_by("-started_at")


def steps_of(interview: Interview) -> list[Step]:
    """Return the five steps in the order of RG-07."""
    rows = {row.step: row for row in interview.steps.select_related("owner", "done_by")}
    return [rows[step] for step in order.ORDER]


def step_states(interview_id: int) -> dict[str, str]:
    """Return the state of each step of an interview."""
    return dict(Step.objects.filter(interview_id=interview_id).values_list("step", "state"))


def saved_at(interview: Interview) -> datetime:
    """Return the moment of the last thing written in an interview."""
    answered = interview.answers.aggregate(last=Max("recorded_at"))["last"]
    done = interview.steps.aggregate(last=Max("done_at"))["last"]
    noted = interview.papers.aggregate(last=Max("recorded_at"))["last"]
    named = interview.trades.aggregate(last=Max("recorded_at"))["last"]
    return max(moment for moment in (interview.started_at, answered, done, noted, named) if moment is not None)


def interviews_to_finish(agent: Agent) -> QuerySet[Interview]:
    """Return the interviews this agent must come back to: begun and not closed, or a step left open to her."""
    mine = Interview.objects.filter(officer=agent, closed_at__isnull=True).order_by().values("pk")
    left_to_me = Step.objects.filter(state=StepState.LEFT_OPEN, owner=agent).order_by().values("interview_id")
    # Two short indexes read apart: an OR across the two tables would read every step ever written.
    return (
        Interview.objects.filter(pk__in=mine.union(left_to_me), entry__closed_on__isnull=True)
        .select_related("person", "entry")
        .prefetch_related("steps")
        .order_by("started_at", "id")
    )


def appointment_words(details: dict[str, Any]) -> str:
    """Say the next appointment kept with a step: ours with its hour and place, or the one another body gave."""
    if details.get("appointment"):
        booked = Appointment.objects.select_related("place", "agent").filter(pk=details["appointment"]).first()
        if booked is not None:
            return f"{moment_year_fr(booked.starts_at)}, {booked.place.name}, avec {booked.agent.full_name}"
    if details.get("on"):
        hour = f" à {typed_hour_fr(details['hour'])}" if details.get("hour") else ""
        return f"{date_year_fr(date.fromisoformat(details['on']))}{hour}, {details.get('where', '')}"
    return ""


def referent_slots(decision: Decision, *, at: datetime) -> list[Slot]:
    """Return the next free slots with the referent, else with any agent of the responsible body."""
    kind = Kind.objects.filter(slug=REFERENT_MEETING, is_active=True).first()
    if kind is None:
        return []
    agents = (
        [decision.referent_id]
        if decision.referent_id
        else list(referents_of(decision.responsible_organization_id, at.date()).values_list("pk", flat=True))
    )
    slots = free_slots(kind_id=kind.pk, since=at, agent_ids=[agent for agent in agents if agent])
    return list(slots.select_related("agent", "place", "place__commune")[:SLOTS_SHOWN])
