"""The agenda seen at a glance: a column a day, or a column an agent, the hours side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from emploi.foundation import clock
from emploi.pathway.appointments.models import Closure
from emploi.pathway.appointments.queries.agenda import Day, Line
from emploi.pathway.appointments.queries.places.capacity import HalfDay
from emploi.territory.agents.models import Agent

# An empty board still shows the hours at which people usually receive.
FIRST_HOUR, LAST_HOUR = 9, 16
SATURDAY = 6


@dataclass(frozen=True, slots=True)
class Column:
    """One day of somebody or of a place, or one agent of a day: what starts at each hour of the board."""

    day: date
    agent: Agent | None
    cells: list[list[Line]]
    closures: list[Closure] = field(default_factory=list)
    halves: list[HalfDay] = field(default_factory=list)

    @property
    def is_holiday(self) -> bool:
        """True on a public holiday."""
        return clock.is_holiday(self.day)

    @property
    def booked(self) -> int:
        """Number of people expected or received."""
        return sum(line.taken for cell in self.cells for line in cell)

    @property
    def free(self) -> int:
        """Number of seats that may still be taken."""
        return sum(line.left for cell in self.cells for line in cell)


@dataclass(frozen=True, slots=True)
class Board:
    """Columns that share the same hours."""

    hours: list[int]
    columns: list[Column]

    @property
    def is_empty(self) -> bool:
        """True when nobody receives, whatever the reason."""
        return not any(column.booked or column.free or column.closures for column in self.columns)


def week_board(days: Sequence[Day]) -> Board:
    """A column a day; a Saturday on which nothing happens takes no room."""
    hours = _hours(line for day in days for line in day.lines)
    shown = [day for day in days if day.day.isoweekday() < SATURDAY or day.lines or day.closures]
    return Board(hours, [Column(day.day, None, _cells(day.lines, hours), day.closures, day.halves) for day in shown])


def day_board(day: Day) -> Board:
    """A column an agent who receives that day, by name."""
    hours = _hours(day.lines)
    by_agent: dict[Agent, list[Line]] = {}
    for line in day.lines:
        by_agent.setdefault(line.agent, []).append(line)
    for closure in day.closures:
        if closure.agent is not None:
            by_agent.setdefault(closure.agent, [])
    named = sorted(by_agent.items(), key=lambda pair: (pair[0].last_name, pair[0].first_name, pair[0].pk))
    columns = [
        Column(day.day, agent, _cells(lines, hours), [c for c in day.closures if c.agent_id in (None, agent.pk)])
        for agent, lines in named
    ]
    return Board(hours, columns)


def _hours(lines: Iterable[Line]) -> list[int]:
    found = [_hour(line) for line in lines]
    return list(range(min([FIRST_HOUR, *found]), max([LAST_HOUR, *found]) + 1))


def _cells(lines: Iterable[Line], hours: Sequence[int]) -> list[list[Line]]:
    cells: dict[int, list[Line]] = {hour: [] for hour in hours}
    for line in lines:
        cells[_hour(line)].append(line)
    return list(cells.values())


def _hour(line: Line) -> int:
    return line.starts_at.astimezone(clock.ZONE).hour
