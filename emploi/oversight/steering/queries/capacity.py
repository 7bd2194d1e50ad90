"""What the head of service looks at: people expected and seats offered, week by week and territory by territory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, floor

from django.db import connection

from emploi.foundation.clock import ZONE, add_weeks
from emploi.pathway.appointments.queries.slots import first_interview_kind, supply_by_week
from emploi.territory.geography.models import Territory
from emploi.territory.geography.queries import default_grid, place_territories, territories
from emploi.territory.rulebook import queries as rulebook

# Past weeks whose mean says how many entrants to expect: a quarter smooths the monthly file.
PAST_WEEKS = 13
Key = tuple[int | None, date]


@dataclass(frozen=True, slots=True)
class Week:
    """One week of one territory: who must be met, who is expected, what is offered."""

    monday: date
    waiting: int
    expected: float
    seats: int
    booked: int

    @property
    def free(self) -> int:
        """Return the seats nobody has taken."""
        return self.seats - self.booked

    @property
    def balance(self) -> float:
        """Return the free seats left once everybody waiting and expected is placed; negative when some are missing."""
        return self.free - self.waiting - self.expected


@dataclass(frozen=True, slots=True)
class Forecast:
    """A territory (None: communes outside the grid) and its weeks."""

    territory: Territory | None
    weeks: list[Week]

    @property
    def balance(self) -> float:
        """Return the balance of the whole period."""
        return sum(week.balance for week in self.weeks)

    @property
    def missing(self) -> int:
        """Return how many seats are missing over the period, rounded up: nobody is met by half."""
        return max(0, ceil(-self.balance))

    @property
    def left(self) -> int:
        """Return how many seats are left over the period."""
        return max(0, floor(self.balance))


def forecast(at: datetime) -> list[Forecast]:
    """Return each territory's next weeks, the last line being the whole Département's; seats already past are none."""
    today = at.astimezone(ZONE).date()
    weeks = int(rulebook.value("capacity_weeks", today))
    monday = today - timedelta(days=today.weekday())
    mondays = [add_weeks(monday, number) for number in range(weeks)]
    expected = _weekly_entrants(monday)
    waiting = _waiting(today, mondays)
    supply = _supply(at, weeks)
    known: list[Territory | None] = list(territories())
    if None in {key[0] for key in (*waiting, *supply)} or None in expected:
        known.append(None)
    return [
        Forecast(
            territory,
            [
                Week(
                    week,
                    waiting.get((_id(territory), week), 0),
                    expected.get(_id(territory), 0.0),
                    *supply.get((_id(territory), week), (0, 0)),
                )
                for week in mondays
            ],
        )
        for territory in known
    ]


def whole(lines: list[Forecast]) -> Forecast:
    """Return the sum of the territories."""
    columns = zip(*(line.weeks for line in lines), strict=True)
    return Forecast(
        None,
        [
            Week(
                column[0].monday,
                sum(week.waiting for week in column),
                sum(week.expected for week in column),
                sum(week.seats for week in column),
                sum(week.booked for week in column),
            )
            for column in columns
        ],
    )


def _id(territory: Territory | None) -> int | None:
    return territory.pk if territory else None


def _weekly_entrants(monday: date) -> dict[int | None, float]:
    """Mean number of entrants a week over the last quarter, by territory."""
    since = add_weeks(monday, -PAST_WEEKS)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT tc.territory_id, count(*)
            FROM beneficiaries_entry e
            LEFT JOIN geography_territorycommune tc ON tc.commune_id = e.commune_id AND tc.grid_id = %s
            WHERE NOT e.is_stock AND e.opened_on >= %s AND e.opened_on < %s
            GROUP BY tc.territory_id
            """,
            [_grid_id(), since, monday],
        )
        return {territory: count / PAST_WEEKS for territory, count in cursor.fetchall()}


def _waiting(today: date, mondays: list[date]) -> dict[Key, int]:
    """Entrants without appointment, in the week their delay ends; those already late are owed this week."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT tc.territory_id, date_trunc('week', greatest(d.due_on, %(today)s))::date, count(*)
            FROM clocks_deadline d
            JOIN beneficiaries_entry e ON e.id = d.entry_id
            LEFT JOIN geography_territorycommune tc ON tc.commune_id = e.commune_id AND tc.grid_id = %(grid)s
            WHERE d.kind = 'first_interview' AND d.is_actionable AND e.closed_on IS NULL
              AND d.due_on < %(until)s
              AND NOT EXISTS (SELECT 1 FROM appointments_appointment a
                              WHERE a.entry_id = e.id AND a.is_first_interview AND a.status = 'planned')
            GROUP BY 1, 2
            """,
            {"today": today, "grid": _grid_id(), "until": add_weeks(mondays[-1], 1)},
        )
        return {(territory, week): count for territory, week, count in cursor.fetchall()}


def _supply(at: datetime, weeks: int) -> dict[Key, tuple[int, int]]:
    """Seats opened and taken from this moment on, by territory of the place and by week."""
    of_place = place_territories()
    found: dict[Key, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for place_id, monday, seats, booked in supply_by_week(kind_id=first_interview_kind().pk, since=at, weeks=weeks):
        territory = of_place.get(place_id)
        key = (territory.pk if territory else None, monday)
        found[key] = (found[key][0] + seats, found[key][1] + booked)
    return dict(found)


def _grid_id() -> int | None:
    grid = default_grid()
    return grid.pk if grid else None
