"""The rows of a cohort: frozen ones for the months published, live ones for the others, in one relation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, overload

from django.db import connection

from emploi.foundation.clock import add_months
from emploi.oversight.steering.enums import Cohort, Outcome, State
from emploi.oversight.steering.indicators import (
    first_appointment_within_15_days_rate,
    orientation_within_one_month_rate,
)
from emploi.oversight.steering.indicators.cohort import rate_of_orientations
from emploi.oversight.steering.lines import LINES
from emploi.oversight.steering.models import FrozenMonth

LIVE_ROWS = {
    Cohort.FIRST_INTERVIEW: first_appointment_within_15_days_rate.INDICATOR.rows,
    Cohort.ORIENTATION_MONTH: orientation_within_one_month_rate.INDICATOR.rows,
    Cohort.ORIENTATION_SIX_WEEKS: rate_of_orientations("orientation_six_weeks"),
}
COLUMNS = (
    "entry_id, person_id, month, opened_on, entry_kind, commune_id, territory_id, due_on, met_on, days, "
    "days_since_claim, days_since_payer, state, outcome, basis, is_over, proposed, booked, remote, followed"
)
_FROZEN = f"""
    SELECT {", ".join(f"r.{name.strip()}" for name in COLUMNS.split(","))}
    FROM steering_frozenrow r JOIN steering_frozenmonth f ON f.id = r.frozen_month_id
    WHERE f.cohort = %(cohort)s AND f.month = ANY(%(frozen)s)"""  # noqa: S608 - our own column names
ANYWHERE = "anywhere"
NOWHERE = "none"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which entrants a question is about: promise, months of entry (the last excluded), place, and the day asked."""

    cohort: Cohort
    as_of: date
    since: date
    until: date
    territory: str = ANYWHERE
    commune: str = ""

    def narrowed(self, *, month: date | None = None, territory: str = "", commune: str = "") -> Scope:
        """Return the same question about one month or one place."""
        found = self
        if month is not None:
            found = replace(found, since=month, until=add_months(month, 1))
        return replace(found, territory=territory or found.territory, commune=commune or found.commune)


@dataclass(frozen=True, slots=True)
class Row:
    """One entrant behind a number; `person` is filled for those who may know it."""

    entry_id: int
    person_id: int
    opened_on: date
    commune: str
    territory: str
    due_on: date
    met_on: date | None
    days: int | None
    state: State
    outcome: str
    remote: bool
    followed: bool
    entry_kind: str
    person: str = ""

    @property
    def reason(self) -> str:
        """Return why the promise was not kept, in words."""
        return Outcome(self.outcome).label if self.outcome else ""


@dataclass(slots=True)
class RowList(Sequence[Row]):
    """The list behind a number, read page by page: its length is the number."""

    scope: Scope
    line: str
    _count: int | None = field(default=None, repr=False)

    def __len__(self) -> int:
        """Count the rows, once."""
        if self._count is None:
            self._count = int(next(self._read("SELECT count(*) FROM rows WHERE {condition}", {}))[0])
        return self._count

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """Read some rows, the latest entrants first."""
        if isinstance(index, int):
            return self[index : index + 1][0]
        start, stop = index.start or 0, index.stop if index.stop is not None else len(self)
        select = """
            SELECT rows.entry_id, rows.person_id, rows.opened_on, coalesce(c.name, ''), coalesce(t.name, ''),
                   rows.due_on, rows.met_on, rows.days, rows.state, rows.outcome, rows.remote, rows.followed,
                   rows.entry_kind
            FROM rows
            LEFT JOIN geography_commune c ON c.code = rows.commune_id
            LEFT JOIN geography_territory t ON t.id = rows.territory_id
            WHERE {condition}
            ORDER BY rows.opened_on DESC, rows.entry_id DESC LIMIT %(limit)s OFFSET %(offset)s"""
        found = self._read(select, {"limit": stop - start, "offset": start})
        return [_row(values) for values in found]

    def _read(self, select: str, more: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
        condition = f"({LINES[self.line].condition}) AND {place_condition(self.scope)}"
        return read(self.scope, select.format(condition=condition), more)


def read(scope: Scope, select: str, more: dict[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
    """Run a SELECT over `rows`, the relation of a cohort: what is published, then what is still moving."""
    frozen = frozen_months(scope)
    live_since = _first_moving_month(scope, frozen)
    parts = [f"SELECT {COLUMNS} FROM ({_FROZEN}) frozen"] if frozen else []  # noqa: S608 - our own texts
    if live_since is not None:
        live = LIVE_ROWS[scope.cohort]
        parts.append(f"SELECT {COLUMNS} FROM ({live}) live WHERE month <> ALL(%(frozen)s)")  # noqa: S608
    params = {
        "cohort": scope.cohort.value,
        "as_of": scope.as_of,
        "since": live_since or scope.until,
        "until": scope.until,
        "frozen": frozen,
        "territory": int(scope.territory) if scope.territory.isdecimal() else None,
        "commune": scope.commune,
        **(more or {}),
    }
    with connection.cursor() as cursor:
        cursor.execute(f"WITH rows AS ({' UNION ALL '.join(parts)}) {select}", params)
        yield from cursor.fetchall()


def place_condition(scope: Scope) -> str:
    """Return the SQL condition of the place asked for."""
    conditions = ["true"]
    if scope.territory == NOWHERE:
        conditions.append("territory_id IS NULL")
    elif scope.territory != ANYWHERE:
        conditions.append("territory_id = %(territory)s")
    if scope.commune:
        conditions.append("commune_id = %(commune)s")
    return " AND ".join(conditions)


def frozen_months(scope: Scope) -> list[date]:
    """Return the months of the question that are published, as they were known on the day asked."""
    found = FrozenMonth.objects.filter(
        cohort=scope.cohort, month__gte=scope.since, month__lt=scope.until, as_of__lte=scope.as_of
    )
    return list(found.order_by("month").values_list("month", flat=True))


def _first_moving_month(scope: Scope, frozen: list[date]) -> date | None:
    month = scope.since.replace(day=1)
    known = set(frozen)
    while month < scope.until:
        if month not in known:
            return max(month, scope.since)
        month = add_months(month, 1)
    return None


def _row(values: tuple[Any, ...]) -> Row:
    (entry_id, person_id, opened_on, commune, territory, due_on, met_on, days, state, outcome, remote, followed,
     entry_kind) = values  # fmt: skip
    return Row(
        entry_id, person_id, opened_on, commune, territory, due_on, met_on, days, State(state), outcome, remote,
        followed, entry_kind,
    )  # fmt: skip
