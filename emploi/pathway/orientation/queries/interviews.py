"""Reading interviews and their steps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from emploi.foundation import clock
from emploi.foundation.ui.french import date_year_fr, moment_year_fr, typed_hour_fr
from emploi.pathway.appointments.enums import AppointmentStatus, InterviewAbout
from emploi.pathway.appointments.models import Appointment, Kind
from emploi.pathway.orientation.enums import StepKind, StepState
from emploi.pathway.orientation.models import Interview, Step
from emploi.pathway.orientation.rules import steps as order
from emploi.territory.agents.models import Agent


def open_interview(entry_id: int) -> Interview | None:
    """Return the interview in progress of an entry."""
    return Interview.objects.filter(entry_id=entry_id, closed_at__isnull=True).first()


def todays_meeting(entry_id: int, at: datetime) -> Appointment | None:
    """Return today's appointment that leads to an interview, planned or noted present, none begun from it yet."""
    opens = Q(is_first_interview=True) | ~Q(kind__interview_about="")
    today = Appointment.objects.filter(opens, entry_id=entry_id, starts_at__date=at.date(), interview=None)
    living = today.filter(status__in=[AppointmentStatus.PLANNED, AppointmentStatus.HELD])
    return living.order_by("-is_first_interview", "starts_at").first()


def interviews_of(person_id: int) -> QuerySet[Interview]:
    """Return the interviews held with a person, the latest first; those begun by mistake are apart."""
    found = Interview.objects.real().filter(person_id=person_id)
    return found.select_related("officer", "entry").order_by("-started_at", "-pk")


def interview_before(interview: Interview) -> Interview | None:
    """Return the interview this one follows, in the same entry: what it settled may be kept."""
    earlier = Interview.objects.real().filter(entry_id=interview.entry_id, started_at__lt=interview.started_at)
    return earlier.select_related("officer").order_by("-started_at").first()


def rights_presented_before(interview: Interview) -> Step | None:
    """Return the last time rights and duties were presented in an earlier interview of the same entry."""
    done = Step.objects.filter(step=StepKind.RIGHTS_AND_DUTIES, state=StepState.DONE)
    earlier = done.filter(
        interview__entry_id=interview.entry_id,
        interview__cancelled_at=None,
        interview__started_at__lt=interview.started_at,
    )
    return earlier.select_related("done_by").order_by("-done_at").first()


def follow_up_kinds() -> list[Kind]:
    """Return the kinds of appointment where an interview goes on, as the administrator marked them."""
    return list(Kind.objects.filter(is_active=True, interview_about=InterviewAbout.FOLLOW_UP))


def appointment_to_come(entry_id: int, at: datetime) -> Appointment | None:
    """Return the next appointment of an entry, whatever its kind."""
    planned = Appointment.objects.filter(entry_id=entry_id, status=AppointmentStatus.PLANNED, starts_at__gt=at)
    return planned.select_related("place", "agent", "kind").order_by("starts_at").first()


def was_met(entry_id: int) -> bool:
    """Tell whether the first interview of this entry was already held."""
    return Appointment.objects.first_interviews().filter(entry_id=entry_id, status=AppointmentStatus.HELD).exists()


def walks_in(entry_id: int, at: datetime) -> bool:
    """Tell whether an interview begun now would be a visit without appointment: the place must be asked."""
    return open_interview(entry_id) is None and todays_meeting(entry_id, at) is None and not was_met(entry_id)


def released_by(visit: Appointment) -> Appointment | None:
    """Return the appointment that a visit without appointment released, if there was one."""
    cancelled = Appointment.objects.first_interviews().filter(entry=visit.entry, cancelled_at=visit.booked_at)
    return cancelled.exclude(pk=visit.pk).first()


def is_something_recorded(interview: Interview) -> bool:
    """Tell whether anything was written in an interview; what the payer's file already said does not count."""
    if interview.closed_at is not None or interview.steps.exclude(state=StepState.OPEN).exists():
        return True
    said = interview.answers.exclude(recorded_by=None)  # what was prefilled has no author
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


def ended_at(interview: Interview) -> datetime | None:
    """Return the moment of the last thing written in an interview that is over; None while it goes on."""
    return max(interview.closed_at, saved_at(interview)) if interview.closed_at else None


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


def as_it_stands(appointment_id: int) -> Appointment | None:
    """Return an appointment, or the one it was moved to: each move makes another row."""
    rows = Appointment.objects.select_related("place", "agent", "kind")
    found = rows.filter(pk=appointment_id).first()
    while found is not None and (moved := rows.filter(previous=found).first()) is not None:
        found = moved
    return found


def appointment_words(details: dict[str, Any], today: date) -> str:
    """Say the next appointment kept with a step: ours as it stands, or the one another body gave; nothing once past."""
    if details.get("appointment"):
        booked = as_it_stands(details["appointment"])
        if booked is None or booked.status != AppointmentStatus.PLANNED:
            return ""
        if booked.starts_at.astimezone(clock.ZONE).date() < today:
            return ""
        return f"{moment_year_fr(booked.starts_at)}, {booked.place.name}, avec {booked.agent.full_name}"
    if details.get("on") and date.fromisoformat(details["on"]) >= today:
        hour = f" à {typed_hour_fr(details['hour'])}" if details.get("hour") else ""
        return f"{date_year_fr(date.fromisoformat(details['on']))}{hour}, {details.get('where', '')}"
    return ""
