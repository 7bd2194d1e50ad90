"""The charts of steering: a title that answers one question, the target drawn, every bar a door to its list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from emploi.foundation.charts.specs import Point, Series, Spec, bar_with_target, horizontal_bars, stacked_bars
from emploi.foundation.charts.svg import render_svg
from emploi.foundation.ui.french import SHORT_MONTHS, month_fr, nombre, pourcent
from emploi.oversight.steering.lines import LINES
from emploi.oversight.steering.queries import attendance
from emploi.oversight.steering.queries.figures import Table
from emploi.oversight.steering.queries.rows import Scope
from emploi.oversight.steering.web import links
from emploi.oversight.steering.web.presenters import VERBS, rate_words

STACK = ("met", "late", "missed", "running", "early")
# Beyond a year, the axis names the quarters only; beyond three years, the years.
YEAR, YEARS = 15, 36


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart ready to be shown: its title, what it counts, and two drawings, one of them for a phone."""

    title: str
    caption: str
    svg: SafeString
    narrow: SafeString


def months_of_promise(scope: Scope, table: Table, target: float | None) -> Picture:
    """Draw the rate of each month of entry, with the target."""
    rates = {month: _rounded(figures.rate) for month, figures in table.months.items()}
    title = f"D’un mois à l’autre : {_spread(rates.values())}"

    def spec(narrow: bool) -> Spec:
        points = [
            Point(
                month.isoformat(),
                rate,
                links.list_href(links.of_month(scope, month), "due"),
                said=f"{month_fr(month)} : {rate_words(rate)} {VERBS[scope.cohort]} dans le délai",
                short=short,
            )
            for (month, rate), short in zip(rates.items(), month_names(list(rates), narrow), strict=True)
        ]
        return bar_with_target(points, title=title, target=target, narrow=narrow)

    return _picture(title, "Part tenue dans le délai, par mois d’entrée.", spec)


def states(scope: Scope, table: Table) -> Picture:
    """Draw how many are met, late, missed, running, by month of entry."""
    names = {line: LINES[line].label_for(scope.cohort) for line in STACK}
    series = [Series(names[line], LINES[line].tone if line != "early" else "soft") for line in STACK]
    missed = table.total["missed"]
    title = f"{nombre(missed)} délais dépassés sans suite, sur {nombre(table.total['entrants'])} entrants"

    def spec(narrow: bool) -> Spec:
        shorts = month_names(list(table.months), narrow)
        points = [
            Point(
                month.isoformat(),
                figures[line],
                links.list_href(links.of_month(scope, month), line),
                series=names[line],
                said=f"{month_fr(month)}, {names[line].lower()} : {nombre(figures[line])}",
                short=short,
            )
            for (month, figures), short in zip(table.months.items(), shorts, strict=True)
            for line in STACK
            if figures[line]
        ]
        return stacked_bars(points, title=title, series=series, narrow=narrow)

    return _picture(title, "Entrants par mois d’entrée et par situation.", spec)


def places_of_promise(
    scope: Scope, table: Table, names: Mapping[str | int | None, str], target: float | None
) -> Picture:
    """Draw the rate of each territory, with the target."""
    known = [(place, figures.rate) for place, figures in table.places.items() if figures.rate is not None]
    title = f"D’un territoire à l’autre : {_spread([_rounded(rate) for _, rate in known])}"
    points = [
        Point(
            names.get(place, str(place)),
            _rounded(rate),
            links.list_href(links.of_place(scope, place), "due"),
            said=f"{names.get(place, place)} : {rate_words(rate)} {VERBS[scope.cohort]} dans le délai",
        )
        for place, rate in sorted(known, key=lambda item: -(item[1] or 0))
    ]
    return _picture(
        title,
        "Part tenue dans le délai, par territoire de la commune à l’entrée.",
        lambda narrow: horizontal_bars(points, title=title, target=target, narrow=narrow),
    )


def months_of_absences(scope: attendance.Scope, table: attendance.Table) -> Picture:
    """Draw the absences without excuse of each month."""
    rates = {month: _rounded(found.rate) for month, found in table.months.items()}
    title = f"D’un mois à l’autre : {_spread(rates.values())}"

    def spec(narrow: bool) -> Spec:
        points = [
            Point(
                month.isoformat(),
                rate,
                links.absences_href(scope.narrowed(month=month), "absent"),
                said=f"{month_fr(month)} : {rate_words(rate)} d’absences non excusées",
                short=short,
            )
            for (month, rate), short in zip(rates.items(), month_names(list(rates), narrow), strict=True)
        ]
        return bar_with_target(points, title=title, maximum=None, narrow=narrow)

    return _picture(title, "Absences non excusées, par mois du rendez-vous.", spec)


def places_of_absences(scope: attendance.Scope, table: attendance.Table, names: Mapping[int | None, str]) -> Picture:
    """Draw the absences without excuse of each territory."""
    known = [(place, found.rate) for place, found in table.places.items() if found.rate is not None]
    title = f"D’un territoire à l’autre : {_spread([_rounded(rate) for _, rate in known])}"
    points = [
        Point(
            names.get(place, ""),
            _rounded(rate),
            links.absences_href(links.absences_of_place(scope, place), "absent"),
            said=f"{names.get(place, '')} : {rate_words(rate)} d’absences non excusées",
        )
        for place, rate in sorted(known, key=lambda item: -(item[1] or 0))
    ]
    return _picture(
        title,
        "Absences non excusées, par territoire du lieu.",
        lambda narrow: horizontal_bars(points, title=title, maximum=None, narrow=narrow),
    )


def month_names(months: Sequence[date], narrow: bool) -> list[str]:
    """Return what the axis writes under each month: initials on a phone, the year where it begins."""
    return [_month_name(month, rank, len(months), narrow) for rank, month in enumerate(months)]


def _month_name(month: date, rank: int, count: int, narrow: bool) -> str:
    year = f"\n{month:%Y}" if month.month == 1 or (rank == 0 and month.month < 11) else ""
    if count > YEARS:
        return f"{month:%Y}" if month.month == 1 else "-"
    if count > YEAR:
        return f"{SHORT_MONTHS[month.month - 1]}{year}" if month.month % (6 if narrow else 3) == 1 else "-"
    name = SHORT_MONTHS[month.month - 1]
    return f"{name[0].upper() if narrow else name}{year}"


def _picture(title: str, caption: str, spec: Callable[[bool], Spec]) -> Picture:
    wide, narrow = (render_svg(spec(is_narrow), description=caption) for is_narrow in (False, True))
    return Picture(title, caption, wide, narrow)


def _spread(rates: Iterable[float | None]) -> str:
    known = [rate for rate in rates if rate is not None]
    if not known:
        return "aucun chiffre encore"
    low, high = pourcent(min(known)), pourcent(max(known))
    return low if low == high else f"de {low} à {high}"


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 1)
