"""Sums over the rows of a cohort: by month, by territory or commune, and in all, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Min

from emploi.foundation.clock import add_months
from emploi.oversight.steering.catalogue import Listed, listed
from emploi.oversight.steering.enums import Cohort, Nature
from emploi.oversight.steering.indicators import Indicator, computed_for
from emploi.oversight.steering.lines import lines_of
from emploi.oversight.steering.queries.rows import Scope, place_condition, read
from emploi.pathway.clocks.models import Deadline

ROLLING_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of one group: how many in each line, and the median delays in days of those met."""

    counts: Mapping[str, int]
    median: float | None = None
    median_since_claim: float | None = None
    median_since_payer: float | None = None

    def __getitem__(self, line: str) -> int:
        return self.counts.get(line, 0)

    @property
    def rate(self) -> float | None:
        """Return the share kept in time, between 0 and 100; None when no delay has run out."""
        return 100 * self["met"] / self["due"] if self["due"] else None


@dataclass(frozen=True, slots=True)
class Table:
    """A cohort summed up: in all, by month of entry, by place (None: outside the grid)."""

    total: Figures
    months: Mapping[date, Figures]
    places: Mapping[str | int | None, Figures]


@dataclass(frozen=True, slots=True)
class Value:
    """An indicator's figure: `value` between 0 and 100 for a rate, None when nothing is known."""

    listed: Listed
    indicator: Indicator | None
    value: float | None
    numerator: int | None
    denominator: int | None
    target: float | None


def table(scope: Scope) -> Table:
    """Sum a cohort up; by commune inside one territory, else by territory."""
    place = "commune_id" if scope.territory.isdecimal() else "territory_id"
    lines = [line.slug for line in lines_of(scope.cohort)]
    counts = ", ".join(f"count(*) FILTER (WHERE {line.condition})" for line in lines_of(scope.cohort))
    medians = ", ".join(
        f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {days}) FILTER (WHERE is_over AND state IN ('met', 'late'))"
        for days in ("days", "days_since_claim", "days_since_payer")
    )
    select = f"""
        SELECT grouping(month), grouping({place}), month, {place}, {medians}, {counts}
        FROM rows WHERE {place_condition(scope)}
        GROUP BY GROUPING SETS ((), (month), ({place}))"""  # noqa: S608 - made of our own constants
    total, months, places = Figures({}), {}, {}
    for all_months, all_places, month, where, *numbers in read(scope, select):
        figures = _figures(lines, numbers)
        if all_months and all_places:
            total = figures
        elif all_places:
            months[month] = figures
        else:
            places[where] = figures
    return Table(total, dict(sorted(months.items())), places)


def rolling(cohort: Cohort, today: date, *, months: int = ROLLING_MONTHS) -> Scope:
    """Return the question about the last months of entry, the current one included."""
    this_month = today.replace(day=1)
    return Scope(cohort, today, add_months(this_month, 1 - months), add_months(this_month, 1))


def since_the_start(cohort: Cohort, as_of: date) -> Scope:
    """Return the question about every entrant since the first clock."""
    first = Deadline.objects.filter(kind=cohort).aggregate(first=Min("started_on"))["first"] or as_of
    return Scope(cohort, as_of, min(first, as_of).replace(day=1), add_months(as_of.replace(day=1), 1))


def values(as_of: date, sums: Mapping[Cohort, Figures]) -> list[Value]:
    """Return every indicator of the plans with its figure on a day; those not computed yet have none."""
    return [_value(row, computed_for(row.id), sums, as_of) for row in listed().values()]


def sums_on(as_of: date, *, since: date | None = None, until: date | None = None) -> dict[Cohort, Figures]:
    """Sum each cohort up on a day: every entrant since the first clock, or the months asked (the last excluded)."""
    found = {}
    for cohort in Cohort:
        whole = since_the_start(cohort, as_of)
        found[cohort] = table(Scope(cohort, as_of, since or whole.since, until or whole.until)).total
    return found


def value_of(indicator: Indicator, figures: Figures) -> tuple[float | None, int, int | None]:
    """Return (value, numerator, denominator) of an indicator from the sums of its cohort."""
    if indicator.is_rate:
        return figures.rate, figures["met"], figures["due"]
    return float(figures["in_time"]), figures["in_time"], None


def _value(row: Listed, indicator: Indicator | None, sums: Mapping[Cohort, Figures], as_of: date) -> Value:
    if indicator is None:
        return Value(row, None, None, None, None, row.target)
    value, numerator, denominator = value_of(indicator, sums[indicator.cohort])
    return Value(row, indicator, value, numerator, denominator, indicator.target(as_of))


def nature_of(value: Value) -> Nature:
    """Return where a figure comes from; an alias of a computed indicator is computed."""
    return Nature.COMPUTED if value.indicator else value.listed.nature


def _figures(lines: list[str], numbers: list[Any]) -> Figures:
    medians = [None if number is None else float(number) for number in numbers[:3]]
    return Figures(dict(zip(lines, numbers[3:], strict=True)), *medians)
