"""Sums over the rows of a cohort: by month, by territory or commune, and in all, in one statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Min

from emploi.foundation.clock import add_days, add_months, start_of
from emploi.oversight.steering.catalogue import Listed, listed
from emploi.oversight.steering.enums import Cohort, Nature
from emploi.oversight.steering.indicators import Indicator, computed_for, no_show_gross_rate, no_show_rate
from emploi.oversight.steering.lines import MAIN, lines_of
from emploi.oversight.steering.models import FrozenSum, TypedFigure
from emploi.oversight.steering.queries.attendance import Presences
from emploi.oversight.steering.queries.rows import ANYWHERE, Scope, frozen_months, place_condition, read
from emploi.oversight.steering.queries.typed import latest
from emploi.pathway.clocks.models import Deadline

ROLLING_MONTHS = 12
DELAYS = ("days", "days_since_claim", "days_since_payer")
# What the indicators of presences read: value, numerator, denominator.
ABSENCES: Mapping[str, Callable[[Presences], tuple[float | None, int, int | None]]] = {
    no_show_rate.INDICATOR.id: lambda found: (found.rate, found["absent"], found["counted"]),
    no_show_gross_rate.INDICATOR.id: lambda found: (found.gross, found["lost"], found["fixed"]),
}
_MET = "is_over AND state IN ('met', 'late')"


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
    typed: TypedFigure | None = None


def table(scope: Scope, lines: Collection[str] = ()) -> Table:
    """Sum a cohort up; by commune inside one territory, else by territory.

    `lines` names those wanted, all by default: what a sum does not ask for, the database does not read.
    """
    return summed(_groups(scope, lines))


def summed(groups: Sequence[Group]) -> Table:
    """Return the sums in all, by month and by place."""
    return Table(
        _merged(groups),
        {month: _merged(found) for month, found in sorted(_by(groups, "month").items())},
        {place: _merged(found) for place, found in _by(groups, "place").items()},
    )


@dataclass(frozen=True, slots=True)
class Group:
    """The sums of one month in one place; `days` are how many people for each delay, from each of three dates."""

    month: date
    place: str | int | None
    counts: Mapping[str, int]
    days: Sequence[Mapping[int, int]]


def groups_of(scope: Scope, wanted: Collection[str] = (), *, frozen: list[date] | None = None) -> list[Group]:
    """Sum the rows of a cohort up by month and place, for the lines wanted (all by default)."""
    place = "commune_id" if scope.territory.isdecimal() else "territory_id"
    lines = [line for line in lines_of(scope.cohort) if not wanted or line.slug in wanted]
    counts = ", ".join(f"count(*) FILTER (WHERE {line.condition})" for line in lines)
    delays = ", ".join(f"array_agg({name}) FILTER (WHERE {name} IS NOT NULL AND {_MET})" for name in DELAYS)
    select = f"""
        SELECT month, {place}, {delays}, {counts}
        FROM rows WHERE {place_condition(scope)} GROUP BY month, {place}"""  # noqa: S608 - our own constants
    return [
        Group(
            month,
            where,
            dict(zip((line.slug for line in lines), numbers[len(DELAYS) :], strict=True)),
            [Counter(found or ()) for found in numbers[: len(DELAYS)]],
        )
        for month, where, *numbers in read(scope, select, frozen=frozen)
    ]


def _groups(scope: Scope, lines: Collection[str]) -> list[Group]:
    """Published months are already summed up by territory; the others, and any narrower place, are read again."""
    if scope.territory != ANYWHERE or scope.commune:
        return groups_of(scope, lines)
    sums = FrozenSum.objects.filter(
        frozen_month__cohort=scope.cohort, frozen_month__month__in=(published := frozen_months(scope))
    ).values_list("frozen_month__month", "territory_id", "counts", "days")
    known = [
        Group(month, territory, counts, [{int(d): n for d, n in found.items()} for found in days])
        for month, territory, counts, days in (sums if published else ())
    ]
    return known + groups_of(scope, lines, frozen=[])


def _by(groups: Iterable[Group], name: str) -> dict[Any, list[Group]]:
    found: dict[Any, list[Group]] = {}
    for group in groups:
        found.setdefault(getattr(group, name), []).append(group)
    return found


def _merged(groups: Iterable[Group]) -> Figures:
    counts: Counter[str] = Counter()
    days: list[Counter[int]] = [Counter() for _ in DELAYS]
    for group in groups:
        counts.update(group.counts)
        for total, more in zip(days, group.days, strict=True):
            total.update(more)
    return Figures(counts, *(median(found) for found in days))


def median(days: Mapping[int, int]) -> float | None:
    """Return the median of delays given as how many people for each number of days."""
    size = sum(days.values())
    if not size:
        return None
    return (_at_rank(days, (size - 1) // 2) + _at_rank(days, size // 2)) / 2


def _at_rank(days: Mapping[int, int], rank: int) -> int:
    for day in sorted(days):
        rank -= days[day]
        if rank < 0:
            return day
    raise IndexError(rank)


def rolling(cohort: Cohort, today: date, *, months: int = ROLLING_MONTHS) -> Scope:
    """Return the question about the last months of entry, the current one included."""
    this_month = today.replace(day=1)
    return Scope(cohort, today, add_months(this_month, 1 - months), add_months(this_month, 1))


def since_the_start(cohort: Cohort, as_of: date) -> Scope:
    """Return the question about every entrant since the first clock."""
    first = Deadline.objects.filter(kind=cohort).aggregate(first=Min("started_on"))["first"] or as_of
    return Scope(cohort, as_of, min(first, as_of).replace(day=1), add_months(as_of.replace(day=1), 1))


def values(as_of: date, sums: Mapping[Cohort, Figures], presences: Presences) -> list[Value]:
    """Return every indicator of the plans with its figure on a day; those planned have none."""
    typed = latest(at=start_of(add_days(as_of, 1)))
    return [
        _typed(row, typed.get(row.id))
        if row.nature is Nature.TYPED
        else _value(row, computed_for(row.id), sums, presences, as_of)
        for row in listed().values()
    ]


def sums_on(as_of: date, *, since: date | None = None, until: date | None = None) -> dict[Cohort, Figures]:
    """Sum each cohort up on a day: every entrant since the first clock, or the months asked (the last excluded)."""
    found = {}
    for cohort in Cohort:
        whole = since_the_start(cohort, as_of)
        scope = Scope(cohort, as_of, since or whole.since, until or whole.until)
        found[cohort] = table(scope, MAIN).total
    return found


def value_of(indicator: Indicator, figures: Figures) -> tuple[float | None, int, int | None]:
    """Return (value, numerator, denominator) of an indicator from the sums of its cohort."""
    if indicator.is_rate:
        return figures.rate, figures["met"], figures["due"]
    return float(figures["in_time"]), figures["in_time"], None


def _value(
    row: Listed, indicator: Indicator | None, sums: Mapping[Cohort, Figures], presences: Presences, as_of: date
) -> Value:
    if indicator is None:
        return Value(row, None, None, None, None, row.target)
    if indicator.cohort is None:
        value, numerator, denominator = ABSENCES[indicator.id](presences)
    else:
        value, numerator, denominator = value_of(indicator, sums[indicator.cohort])
    return Value(row, indicator, value, numerator, denominator, indicator.target(as_of))


def _typed(row: Listed, figure: TypedFigure | None) -> Value:
    value = float(figure.value) if figure is not None and figure.value is not None else None
    return Value(row, None, value, None, None, row.target, figure)


def nature_of(value: Value) -> Nature:
    """Return where a figure comes from; an alias of a computed indicator is computed."""
    return Nature.COMPUTED if value.indicator else value.listed.nature
