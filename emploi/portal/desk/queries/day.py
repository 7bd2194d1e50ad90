"""What is due today and soon: the deadlines of the agent's people, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from emploi.foundation import clock
from emploi.foundation.ui.countdown import Countdown
from emploi.pathway.appointments.queries import first_interview_kind
from emploi.pathway.clocks import queries as clocks
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.clocks.models import Deadline
from emploi.portal.desk.queries.entrants import (
    Supply,
    entrants,
    shown,
    summary,
    supply,
    waiting_for_a_slot,
)
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


def to_meet(agent: Agent, today: date) -> QuerySet[Any]:
    """Return the first interviews due soon or late, of people without an appointment (RG-01)."""
    rows = entrants(agent).filter(is_booked=False, due_on__lte=_soon(today))
    return on_my_territories(rows, agent)


def missing_slots(agent: Agent, at: datetime) -> list[Supply]:
    """Return the territories of the agent where somebody cannot be received in time; numbers, no names."""
    in_time = waiting_for_a_slot().filter(is_booked=False, due_on__gte=at.date())
    waiting = summary(on_my_territories(in_time, agent))
    return [line for line in supply(waiting, first_interview_kind(), at=at) if line.missing]


def to_orient(agent: Agent, today: date) -> QuerySet[Deadline]:
    """Return the orientations due soon or late within the month."""
    rows = only_visible(clocks.owed(DeadlineKind.ORIENTATION_MONTH), agent).filter(
        due_on__lte=_soon(today), person__died_on=None
    )
    return on_my_territories(rows, agent)


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


def _soon(today: date) -> date:
    return clock.add_days(today, clocks.due_soon_days(today))
