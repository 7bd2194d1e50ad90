"""The threshold of a former plan (DIS-086, RG-04): kept beside its own months, never a target of today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from emploi.foundation.clock import add_months
from emploi.oversight.steering.enums import Cohort
from emploi.oversight.steering.queries.rows import Scope, place_condition, read
from emploi.territory.rulebook import queries as rulebook

SLUG = "orientation_months_2019"
# Entered in the time of the plan, not out of the calculation, and whose months are over on the day asked.
_DUE = """state <> 'out' AND opened_on BETWEEN %(first)s AND %(last)s
    AND (opened_on + make_interval(months => %(months)s))::date < %(as_of)s"""
_IN_TIME = f"{_DUE} AND met_on <= (opened_on + make_interval(months => %(months)s))::date"
LINES = {"due": _DUE, "in_time": _IN_TIME}


@dataclass(frozen=True, slots=True)
class Historic:
    """The threshold of another time: its months, its days in force, its source, and what became of its entrants."""

    months: int
    since: date
    until: date
    source: str
    due: int
    in_time: int

    @property
    def share(self) -> float | None:
        """Return the share oriented within the threshold, in percent."""
        return 100 * self.in_time / self.due if self.due else None


@dataclass(frozen=True, slots=True)
class Oriented:
    """One entrant of that time."""

    entry_id: int
    person_id: int
    opened_on: date
    met_on: date | None
    days: int | None


def historic(scope: Scope) -> Historic | None:
    """Return the comparison for the months asked that belong to that time; None when none does."""
    kept = rulebook.history(SLUG).first()
    if kept is None or scope.cohort is not Cohort.ORIENTATION_MONTH:
        return None
    last = kept.valid_to or scope.as_of
    if scope.since > last or scope.until <= kept.valid_from:
        return None
    counts = f"SELECT count(*) FILTER (WHERE {_DUE}), count(*) FILTER (WHERE {_IN_TIME}) FROM rows"  # noqa: S608 - ours
    asked = _within(scope, kept.valid_from, last)
    found = read(asked, f"{counts} WHERE {place_condition(scope)}", _params(kept.value, kept.valid_from, last))
    due, in_time = found[0] if found else (0, 0)
    return Historic(int(kept.value), kept.valid_from, last, kept.source_title, due, in_time)


def entrants(scope: Scope, found: Historic, line: str) -> list[Oriented]:
    """Return the entrants behind a number, the latest first."""
    select = f"""SELECT entry_id, person_id, opened_on, met_on, days FROM rows
        WHERE {LINES[line]} AND {place_condition(scope)} ORDER BY opened_on DESC, entry_id DESC"""  # noqa: S608 - ours
    asked = _within(scope, found.since, found.until)
    return [Oriented(*row) for row in read(asked, select, _params(found.months, found.since, found.until))]


def _within(scope: Scope, first: date, last: date) -> Scope:
    """The months of the question that are of that time."""
    return scope.between(first.replace(day=1), add_months(last.replace(day=1), 1))


def _params(months: Any, first: date, last: date) -> dict[str, Any]:
    return {"months": int(months), "first": first, "last": last}
