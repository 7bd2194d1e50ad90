"""What is due today and soon: the deadlines of the agent's people, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from emploi.foundation import clock
from emploi.foundation.ui.countdown import Countdown
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.clocks import queries as clocks
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.clocks.models import Deadline
from emploi.portal.desk.queries.entrants import shown
from emploi.portal.desk.queries.people import on_my_territories, only_visible
from emploi.portal.desk.queries.steps import next_steps
from emploi.portal.desk.rules.next_step import Facts, NextStep
from emploi.territory.agents.models import Agent


@dataclass(frozen=True, slots=True)
class DueLine:
    """One deadline to settle, with what settles it."""

    deadline: Deadline
    countdown: Countdown
    step: NextStep
    facts: Facts


@dataclass(frozen=True, slots=True)
class DueList:
    """The most urgent lines, and how many there are."""

    lines: list[DueLine]
    count: int
    late: int


def to_meet(agent: Agent, today: date) -> QuerySet[Deadline]:
    """Return the first interviews due soon or late, of people without an appointment (RG-01)."""
    planned = Appointment.objects.filter(
        entry_id=OuterRef("entry_id"), is_first_interview=True, status=AppointmentStatus.PLANNED
    )
    return _due(agent, today, DeadlineKind.FIRST_INTERVIEW).filter(~Exists(planned))


def to_orient(agent: Agent, today: date) -> QuerySet[Deadline]:
    """Return the orientations due soon or late within the month."""
    return _due(agent, today, DeadlineKind.ORIENTATION_MONTH)


def due_list(rows: QuerySet[Deadline], *, at: datetime, limit: int) -> DueList:
    """Return the first lines of a work list, in a constant number of queries."""
    today = at.date()
    first = list(rows[:limit])
    late = rows.filter(due_on__lt=today).order_by().count()
    count = rows.order_by().count() if len(first) == limit else len(first)
    return DueList(_lines(first, at), count, late)


def _lines(rows: Sequence[Deadline], at: datetime) -> list[DueLine]:
    soon = clocks.due_soon_days(at.date())
    steps = next_steps([row.person_id for row in rows], at=at)
    return [DueLine(row, shown(row, at.date(), soon), *steps[row.person_id]) for row in rows]


def _due(agent: Agent, today: date, kind: str) -> QuerySet[Any]:
    limit = clock.add_days(today, clocks.due_soon_days(today))
    rows = only_visible(clocks.waiting(), agent).filter(kind=kind, due_on__lte=limit, person__died_on=None)
    return on_my_territories(rows, agent)
