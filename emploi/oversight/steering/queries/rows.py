"""The rows of a cohort: frozen ones for the months published, live ones for the others, in one relation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection

from emploi.foundation.clock import add_months
from emploi.oversight.steering.enums import Cohort
from emploi.oversight.steering.indicators import (
    first_appointment_within_15_days_rate,
    orientation_within_one_month_rate,
)
from emploi.oversight.steering.indicators.cohort import rate_of_orientations
from emploi.oversight.steering.models import FrozenMonth

LIVE_ROWS = {
    Cohort.FIRST_INTERVIEW: first_appointment_within_15_days_rate.INDICATOR.rows,
    Cohort.ORIENTATION_MONTH: orientation_within_one_month_rate.INDICATOR.rows,
    Cohort.ORIENTATION_SIX_WEEKS: rate_of_orientations("orientation_six_weeks"),
}
COLUMNS = (
    "entry_id, person_id, month, opened_on, entry_kind, commune_id, territory_id, due_on, met_on, days, "
    "days_since_claim, days_since_payer, state, outcome, basis, is_over, in_time, proposed, booked, remote, followed"
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

    def between(self, since: date, until: date) -> Scope:
        """Return the same question about some of its months of entry."""
        return replace(self, since=max(since, self.since), until=min(until, self.until))

    def narrowed(self, *, month: date | None = None, territory: str = "", commune: str = "") -> Scope:
        """Return the same question about one month or one place."""
        found = self
        if month is not None:
            found = replace(found, since=month, until=add_months(month, 1))
        return replace(found, territory=territory or found.territory, commune=commune or found.commune)


def read(
    scope: Scope, select: str, more: dict[str, Any] | None = None, *, frozen: list[date] | None = None
) -> list[tuple[Any, ...]]:
    """Run a SELECT over `rows`, the relation of a cohort: what is published, then what is still moving.

    `frozen` names the published months to read from the frozen rows; those of the question by default. A published
    month left out of it is not read at all.
    """
    published = frozen_months(scope)
    wanted = published if frozen is None else frozen
    live_since = _first_moving_month(scope, published)
    parts = [f"SELECT {COLUMNS} FROM ({_FROZEN}) frozen"] if wanted else []  # noqa: S608 - our own texts
    if live_since is not None:
        live = LIVE_ROWS[scope.cohort]
        parts.append(f"SELECT {COLUMNS} FROM ({live}) live WHERE month <> ALL(%(published)s)")  # noqa: S608 - same
    if not parts:
        return []
    params = {
        "cohort": scope.cohort.value,
        "as_of": scope.as_of,
        "since": live_since or scope.until,
        "until": scope.until,
        "frozen": wanted,
        "published": published,
        "territory": int(scope.territory) if scope.territory.isdecimal() else None,
        "commune": scope.commune,
        **(more or {}),
    }
    with connection.cursor() as cursor:
        cursor.execute(f"WITH rows AS ({' UNION ALL '.join(parts)}) {select}", params)
        return list(cursor.fetchall())


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
