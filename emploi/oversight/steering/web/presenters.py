"""Figures as people read them: sentences, tables whose numbers are doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from emploi.foundation.audit.presenters import presents
from emploi.foundation.ui.french import month_fr, nombre, pourcent
from emploi.oversight.steering.catalogue import Listed, listed
from emploi.oversight.steering.enums import Cohort
from emploi.oversight.steering.events import FigureTyped, MonthFrozen
from emploi.oversight.steering.lines import BESIDE, COLUMNS, LINES, REASONS
from emploi.oversight.steering.queries.figures import Figures
from emploi.oversight.steering.queries.rows import Scope
from emploi.oversight.steering.web import links

VERBS = {
    Cohort.FIRST_INTERVIEW: "reçus",
    Cohort.ORIENTATION_MONTH: "orientés",
    Cohort.ORIENTATION_SIX_WEEKS: "orientés",
}


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
    return f"{rate_words(figures.rate)} {promised(cohort, delay, target)}"


def promised(cohort: Cohort, delay: str, target: float | None) -> str:
    """Return what a rate counts: "reçus dans les 15 jours, objectif 100 %"."""
    goal = f", objectif {pourcent(target)}" if target is not None else ""
    return f"{VERBS[cohort]} {delay}{goal}"


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


def rate_words(rate: float | None) -> str:
    """Return "87 %" or "87,5 %"; a promise kept for nearly everybody is not said kept for all."""
    if rate is None:
        return "–"
    shown = round(rate, 1)
    if shown == 100 and rate < 100:
        shown = 99.9
    return pourcent(shown, 0 if shown == int(shown) else 1)


def _days(median: float | None) -> str:
    return "–" if median is None else f"{nombre(median, 0 if float(median).is_integer() else 1)} j"


def period_words(since: date, until: date) -> str:
    """Return a period of months in words: "octobre 2026", "année 2025", "de janvier à mars 2026"."""
    if since == until:
        return month_fr(since)
    if (since.month, until.month, since.year) == (1, 12, until.year):
        return f"année {since.year}"
    return between(since, until)


def between(since: date, until: date) -> str:
    """Return "d’avril à mai 2026"."""
    first = month_fr(since) if since.year != until.year else month_fr(since).rsplit(" ", 1)[0]
    return f"{'d’' if first[0] in 'ao' else 'de '}{first} à {month_fr(until)}"


def said(number: float | Decimal | None, listed: Listed) -> str:
    """Return the figure of an indicator with its unit."""
    if number is None:
        return "–"
    if listed.is_milestone:
        return "Réalisé" if number else "Non réalisé"
    if listed.unit == "%":
        return rate_words(float(number))
    return f"{nombre(float(number))} {listed.unit}"


@presents(FigureTyped)
def _typed(event: FigureTyped) -> str:
    row = listed()[event.indicator]
    period = period_words(date.fromisoformat(event.since), date.fromisoformat(event.until))
    if not event.value:
        return f"{row.label}, {period} : chiffre retiré (il était de {event.former})"
    before = f", au lieu de {event.former}" if event.former else ""
    return f"{row.label}, {period} : {event.value} saisi{before}"


@presents(MonthFrozen)
def _frozen(event: MonthFrozen) -> str:
    month = month_fr(date.fromisoformat(event.month))
    return f"{Cohort(event.cohort).label} : chiffres de {month} figés ({event.entrants} entrants)"
