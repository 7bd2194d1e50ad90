"""Figures as people read them: sentences, tables whose numbers are doors, charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from emploi.foundation.audit.presenters import presents
from emploi.foundation.charts.specs import Point, Series, bar_with_target, horizontal_bars, stacked_bars
from emploi.foundation.charts.svg import render_svg
from emploi.foundation.ui.french import SHORT_MONTHS, month_fr, nombre, pourcent
from emploi.oversight.steering.enums import Cohort
from emploi.oversight.steering.events import MonthFrozen
from emploi.oversight.steering.lines import BESIDE, COLUMNS, LINES, REASONS
from emploi.oversight.steering.queries.figures import Figures, Table
from emploi.oversight.steering.queries.rows import Scope
from emploi.oversight.steering.web import links

VERBS = {
    Cohort.FIRST_INTERVIEW: "reçus",
    Cohort.ORIENTATION_MONTH: "orientés",
    Cohort.ORIENTATION_SIX_WEEKS: "orientés",
}
STACK = ("met", "late", "missed", "running", "early")


@dataclass(frozen=True, slots=True)
class Cell:
    """A number and the list behind it."""

    value: int
    href: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """One month or one place: its figures, each a door."""

    label: str
    href: str
    cells: list[Cell]
    rate: str
    median: str
    since_claim: str
    since_payer: str
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """A line shown beside the rate: its label, its number, its share of the denominator."""

    label: str
    cell: Cell
    share: str


def answer(cohort: Cohort, figures: Figures, delay: str, target: float | None) -> str:
    """Return the answer in one sentence: "87 % reçus dans les 15 jours, objectif 100 %"."""
    if figures.rate is None:
        return f"Aucun délai n’est encore écoulé : rien à compter pour « {VERBS[cohort]} {delay} »"
    goal = f", objectif {pourcent(target)}" if target is not None else ""
    return f"{rate_words(figures.rate)} {VERBS[cohort]} {delay}{goal}"


def row(label: str, scope: Scope, figures: Figures, *, frozen: bool = False) -> TableRow:
    """Return a line of a table."""
    return TableRow(
        label=label,
        href=links.page_href(scope),
        cells=[Cell(figures[line], links.list_href(scope, line)) for line in COLUMNS],
        rate=rate_words(figures.rate),
        median=_days(figures.median),
        since_claim=_days(figures.median_since_claim),
        since_payer=_days(figures.median_since_payer),
        frozen=frozen,
    )


def heads(cohort: Cohort) -> list[str]:
    """Return the headings of the numbers of a table."""
    return [LINES[line].label_for(cohort) for line in COLUMNS]


def beside(scope: Scope, figures: Figures, lines: Sequence[str] = BESIDE) -> list[Beside]:
    """Return what stands beside the rate: proposed, booked and held, remote, France Travail, returns, bases."""
    known = [LINES[line] for line in lines if scope.cohort in LINES[line].cohorts]
    due = figures["due"]
    return [
        Beside(
            line.label_for(scope.cohort),
            Cell(figures[line.slug], links.list_href(scope, line.slug)),
            pourcent(100 * figures[line.slug] / due, 1) if due else "–",
        )
        for line in known
    ]


def reasons(scope: Scope, figures: Figures) -> list[Beside]:
    """Return why promises were not kept in time."""
    return beside(scope, figures, REASONS)


def month_chart(scope: Scope, table: Table, title: str, target: float | None) -> SafeString:
    """Draw the rate of each month of entry, with the target."""
    points = [
        Point(
            short_month(month),
            _rounded(figures.rate),
            links.list_href(links.of_month(scope, month), "due"),
            said=f"{month_fr(month)} : {rate_words(figures.rate)} {VERBS[scope.cohort]} dans le délai",
        )
        for month, figures in table.months.items()
    ]
    return render_svg(bar_with_target(points, title=title, target=target), description="Par mois d’entrée.")


def state_chart(scope: Scope, table: Table) -> SafeString:
    """Draw how many are met, late, missed, running, by month of entry."""
    names = {line: LINES[line].label_for(scope.cohort) for line in STACK}
    series = [Series(names[line], LINES[line].tone if line != "early" else "soft") for line in STACK]
    points = [
        Point(
            short_month(month),
            figures[line],
            links.list_href(links.of_month(scope, month), line),
            series=names[line],
            said=f"{month_fr(month)}, {names[line].lower()} : {nombre(figures[line])}",
        )
        for month, figures in table.months.items()
        for line in STACK
        if figures[line]
    ]
    missed = table.total["missed"]
    title = f"{nombre(missed)} délais dépassés sans suite sur {nombre(table.total['entrants'])} entrants"
    return render_svg(stacked_bars(points, title=title, series=series), description="Par mois d’entrée.")


def place_chart(scope: Scope, table: Table, names: Mapping[str | int | None, str], target: float | None) -> SafeString:
    """Draw the rate of each territory (or commune), with the target."""
    known = [(place, figures) for place, figures in table.places.items() if figures.rate is not None]
    ordered = sorted(known, key=lambda item: item[1].rate or 0)
    points = [
        Point(
            names.get(place, str(place)),
            _rounded(figures.rate),
            links.list_href(links.of_place(scope, place), "due"),
            said=f"{names.get(place, place)} : {rate_words(figures.rate)} {VERBS[scope.cohort]} dans le délai",
        )
        for place, figures in ordered
    ]
    spread = f"de {pourcent(points[0].value)} à {pourcent(points[-1].value)}" if len(points) > 1 else ""
    title = f"Selon le lieu : {spread}" if spread else "Selon le lieu"
    return render_svg(horizontal_bars(points, title=title, target=target), description="Par commune à l’entrée.")


def rate_words(rate: float | None) -> str:
    """Return "87 %" or "87,5 %"; a promise kept for nearly everybody is not said kept for all."""
    if rate is None:
        return "–"
    shown = round(rate, 1)
    if shown == 100 and rate < 100:
        shown = 99.9
    return pourcent(shown, 0 if shown == int(shown) else 1)


def short_month(month: date) -> str:
    """Return "oct. 26"."""
    return f"{SHORT_MONTHS[month.month - 1]} {month:%y}"


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 1)


def _days(median: float | None) -> str:
    return "–" if median is None else f"{nombre(median, 0 if float(median).is_integer() else 1)} j"


@presents(MonthFrozen)
def _frozen(event: MonthFrozen) -> str:
    month = month_fr(date.fromisoformat(event.month))
    return f"{Cohort(event.cohort).label} : chiffres de {month} figés ({event.entrants} entrants)"
