"""Presences and absences: sums by month and place, and the list behind each number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, overload

from django.db import connection

from emploi.foundation.clock import ZONE, add_months
from emploi.oversight.steering.enums import Presence
from emploi.oversight.steering.indicators.attendance import ROWS
from emploi.oversight.steering.queries.rows import ANYWHERE, NOWHERE

# Long before the first appointment anybody could have taken over.
BEGINNING = date(2000, 1, 1)
# Each number of the page: the outcomes it adds up.
LINES: Mapping[str, tuple[Presence, ...]] = {
    "counted": (Presence.HELD, Presence.ABSENT),
    "fixed": (Presence.HELD, Presence.ABSENT, Presence.EXCUSED, Presence.CANCELLED_BY_PERSON),
    "lost": (Presence.ABSENT, Presence.EXCUSED, Presence.CANCELLED_BY_PERSON),
    **{presence.value: (presence,) for presence in Presence},
    "all": tuple(Presence),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which appointments a question is about: moment asked, months (the last excluded), place, first ones or all."""

    moment: datetime
    since: date
    until: date
    territory: str = ANYWHERE
    every_kind: bool = False

    def narrowed(self, *, month: date | None = None, territory: str = "") -> Scope:
        """Return the same question about one month or one territory."""
        found = self if month is None else replace(self, since=month, until=add_months(month, 1))
        return replace(found, territory=territory or found.territory)


@dataclass(frozen=True, slots=True)
class Presences:
    """How many appointments ended in each way."""

    counts: Mapping[str, int]

    def __getitem__(self, line: str) -> int:
        return sum(self.counts.get(outcome, 0) for outcome in LINES[line])

    @property
    def rate(self) -> float | None:
        """Return absences without excuse: absent ÷ (present + absent), between 0 and 100."""
        return _share(self["absent"], self["counted"])

    @property
    def gross(self) -> float | None:
        """Return the gross figure: seats the person left empty, of all those taken and offered to the end."""
        return _share(self["lost"], self["fixed"])


@dataclass(frozen=True, slots=True)
class Table:
    """Presences summed up: in all, by month, by territory (None: outside the grid)."""

    total: Presences
    months: Mapping[date, Presences]
    places: Mapping[int | None, Presences]


@dataclass(frozen=True, slots=True)
class Row:
    """One appointment behind a number."""

    appointment_id: int
    person_id: int
    starts_at: datetime
    place: str
    territory: str
    presence: Presence


def table(scope: Scope) -> Table:
    """Sum presences up in one statement."""
    select = "SELECT month, territory_id, outcome, count(*) FROM rows WHERE {place} GROUP BY 1, 2, 3"
    groups = _read(scope, select)
    return Table(
        _merged(groups),
        {month: _merged(row for row in groups if row[0] == month) for month in sorted({row[0] for row in groups})},
        {place: _merged(row for row in groups if row[1] == place) for place in {row[1] for row in groups}},
    )


def on(moment: datetime, *, since: date | None = None, until: date | None = None) -> Presences:
    """Return the first interviews of some months, all by default, as they stood at a moment."""
    last = until or add_months(moment.astimezone(ZONE).date().replace(day=1), 1)
    return table(Scope(moment, since or BEGINNING, last)).total


@dataclass(slots=True)
class RowList(Sequence[Row]):
    """The appointments of one line, the latest first; its length is the number shown."""

    scope: Scope
    line: str
    _count: int | None = None

    def __len__(self) -> int:
        """Return the number the list explains."""
        if self._count is None:
            self._count = table(self.scope).total[self.line]
        return self._count

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """Read some rows."""
        if isinstance(index, int):
            return self[index : index + 1][0]
        start, stop = index.start or 0, min(len(self), index.stop if index.stop is not None else len(self))
        select = """
            SELECT rows.appointment_id, rows.person_id, rows.starts_at, rows.place, coalesce(t.name, ''), rows.outcome
            FROM rows LEFT JOIN geography_territory t ON t.id = rows.territory_id
            WHERE {place} AND outcome = ANY(%(outcomes)s)
            ORDER BY rows.starts_at DESC, rows.appointment_id DESC LIMIT %(limit)s OFFSET %(offset)s"""
        outcomes = [outcome.value for outcome in LINES[self.line]]
        found = _read(self.scope, select, {"outcomes": outcomes, "limit": max(0, stop - start), "offset": start})
        return [
            Row(pk, person, starts_at.astimezone(ZONE), place, territory, Presence(outcome))
            for pk, person, starts_at, place, territory, outcome in found
        ]


def _read(scope: Scope, select: str, more: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    place = "true"
    if scope.territory == NOWHERE:
        place = "rows.territory_id IS NULL"
    elif scope.territory != ANYWHERE:
        place = "rows.territory_id = %(territory)s"
    params = {
        "moment": scope.moment,
        "since": scope.since,
        "until": scope.until,
        "every_kind": scope.every_kind,
        "territory": int(scope.territory) if scope.territory.isdecimal() else None,
        **(more or {}),
    }
    with connection.cursor() as cursor:
        cursor.execute(f"WITH rows AS ({ROWS}) {select.format(place=place)}", params)
        return list(cursor.fetchall())


def _merged(groups: Iterable[tuple[Any, ...]]) -> Presences:
    counts: Counter[str] = Counter()
    for _, _, outcome, count in groups:
        counts[outcome] += count
    return Presences(counts)


def _share(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None
