"""What to open: how many seats, by when, at which place, by which officer's hours, for how many entrants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from django.db import connection

from emploi.foundation.clock import ZONE, add_weeks, start_of
from emploi.oversight.steering.queries.capacity import Forecast
from emploi.oversight.steering.rules import seats_to_open, shared_out
from emploi.pathway.appointments.models import Kind
from emploi.pathway.appointments.queries.slots import first_interview_kind
from emploi.territory.geography.queries import place_territories
from emploi.territory.rulebook import queries as rulebook

# Past weeks that tell where an officer usually receives, and how many hours.
USUAL_WEEKS = 4
FRIDAY = 4
DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Desk:
    """An officer at a place: the hours of a usual week, then the seats of the weeks to come."""

    agent_id: int
    agent: str
    place_id: int
    place: str
    territory_id: int | None
    weekly_hours: float
    seats: int
    booked: int

    @property
    def free(self) -> int:
        """Return the seats nobody has taken."""
        return self.seats - self.booked


@dataclass(frozen=True, slots=True)
class Part:
    """The part of one officer at one place."""

    desk: Desk
    seats: int
    hours: float


@dataclass(frozen=True, slots=True)
class Need:
    """Seats one territory lacks: for whom, by when, opened where and by whom."""

    territory_id: int | None
    name: str
    by: date
    seats: int
    waiting: int
    expected: float
    hours: float
    parts: list[Part]


def desks(at: datetime, weeks: int) -> list[Desk]:
    """Return the officers of the first interview, place by place, in one query."""
    kind = first_interview_kind()
    today = at.astimezone(ZONE).date()
    monday = today - timedelta(days=today.weekday())
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.agent_id, a.first_name || ' ' || a.last_name, s.place_id, p.name,
                   coalesce(sum(extract(epoch FROM s.ends_at - s.starts_at))
                            FILTER (WHERE s.starts_at < %(monday)s), 0),
                   coalesce(sum(s.seats) FILTER (WHERE s.starts_at >= %(at)s), 0),
                   coalesce(sum(s.booked) FILTER (WHERE s.starts_at >= %(at)s), 0)
            FROM appointments_slot s
            JOIN agents_agent a ON a.id = s.agent_id
            JOIN geography_place p ON p.id = s.place_id
            WHERE s.kind_id = %(kind)s AND s.closed_at IS NULL AND a.is_active AND p.is_active
              AND s.starts_at >= %(since)s AND s.starts_at < %(until)s
            GROUP BY 1, 2, 3, 4 ORDER BY 4, 2
            """,
            {
                "kind": kind.pk,
                "at": at,
                "monday": start_of(monday),
                "since": start_of(add_weeks(monday, -USUAL_WEEKS)),
                "until": start_of(add_weeks(monday, weeks)),
            },
        )
        rows = cursor.fetchall()
    of_place = place_territories()
    return [
        Desk(agent_id, agent, place_id, place, getattr(of_place.get(place_id), "pk", None),
             float(seconds) / 3600 / USUAL_WEEKS, int(seats), int(booked))
        for agent_id, agent, place_id, place, seconds, seats, booked in rows
    ]  # fmt: skip


def needs(lines: Sequence[Forecast], known: Sequence[Desk]) -> list[Need]:
    """Return what must be opened, the soonest first, then the most seats: the forecast and the desks say it all."""
    kind = first_interview_kind()
    by_territory: dict[int | None, list[Desk]] = defaultdict(list)
    for desk in known:
        by_territory[desk.territory_id].append(desk)
    found = [need for line in lines for need in _of_territory(line, kind, by_territory)]
    return sorted(found, key=lambda need: (need.by, -need.seats, need.name))


def _of_territory(line: Forecast, kind: Kind, known: dict[int | None, list[Desk]]) -> list[Need]:
    territory_id = line.territory.pk if line.territory else None
    # Whoever enters a week is due when her delay ends: no seat is asked for her before.
    lag = int(rulebook.value("first_interview_days", line.weeks[0].monday)) // DAYS_A_WEEK if line.weeks else 0
    expected = [0.0] * lag + [week.expected for week in line.weeks]
    lacking = seats_to_open(
        [(week.waiting + coming, week.free) for week, coming in zip(line.weeks, expected, strict=False)]
    )
    found = []
    since = 0
    for number, seats in enumerate(lacking):
        if not seats:
            continue
        first, since = since, number + 1
        concerned = line.weeks[first:since]
        found.append(
            Need(
                territory_id,
                line.territory.name if line.territory else "Communes hors découpage",
                line.weeks[number].monday + timedelta(days=FRIDAY),
                seats,
                sum(week.waiting for week in concerned),
                sum(expected[first : number + 1]),
                seats * kind.duration_minutes / 60,
                _parts(seats, kind, _usual(known[territory_id])),
            )
        )
    return found


def _usual(found: list[Desk]) -> list[Desk]:
    """One desk an officer: where she receives most."""
    best: dict[int, Desk] = {}
    for desk in sorted(found, key=lambda desk: (-desk.weekly_hours, -desk.seats, desk.place)):
        best.setdefault(desk.agent_id, desk)
    return list(best.values())


def _parts(seats: int, kind: Kind, found: list[Desk]) -> list[Part]:
    """Nobody opens for less than one appointment: no more officers than seats."""
    chosen = found[:seats]
    shares = shared_out(seats, len(chosen))
    minutes = kind.duration_minutes
    return [Part(desk, part, ceil(part * minutes / 30) / 2) for desk, part in zip(chosen, shares, strict=True)]
