"""The page of absences: present, absent, excused, cancelled; both figures; the list behind every number."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.exports import FORMATS, Column, export_response
from emploi.foundation.ui.french import hour_fr, month_fr
from emploi.foundation.ui.lists import listing
from emploi.oversight.steering.enums import Presence
from emploi.oversight.steering.indicators import no_show_gross_rate, no_show_rate
from emploi.oversight.steering.queries.attendance import Presences, RowList, Scope, Table, table
from emploi.oversight.steering.queries.rows import ANYWHERE, NOWHERE
from emploi.oversight.steering.web import charts, links
from emploi.oversight.steering.web.filters import AbsencesFilter
from emploi.oversight.steering.web.people import named, traced
from emploi.oversight.steering.web.presenters import Cell, period_words, rate_words
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission
from emploi.territory.geography.queries import territory_choices

SEES = (Permission.SEE_INDICATORS, Permission.SEE_CLOCKS)
OUTSIDE = "Lieux hors découpage"
COLUMNS = (*(presence.value for presence in Presence), "all")
LABELS = {
    **{presence.value: presence.label for presence in Presence},
    "all": "Rendez-vous passés",
    "counted": "Présents et absents",
    "fixed": "Rendez-vous fixés et tenus par le service",
    "lost": "Non honorés par la personne",
}


@dataclass(frozen=True, slots=True)
class TableRow:
    """One month or one territory: both figures, and its numbers, each a door."""

    label: str
    href: str
    rate: str
    gross: str
    cells: list[Cell]


@requires(*SEES)
@require_safe
def absences(request: HttpRequest) -> HttpResponse:
    """Show how many people did not come, by month and by territory."""
    at = clock.now()
    filters = AbsencesFilter.asked(request.GET, at)
    scope = filters.scope(at)
    sums = table(scope)
    names = _names()
    context = {
        "filters": filters,
        "title": answer(sums.total),
        "definition": no_show_rate.INDICATOR.id,
        "gross_definition": no_show_gross_rate.INDICATOR.id,
        "heads": [LABELS[line] for line in COLUMNS],
        "total": _row("Ensemble", scope, sums.total),
        "months": [_row(month_fr(m), scope.narrowed(month=m), found) for m, found in sums.months.items()],
        "places": [
            _row(names.get(p, ""), links.absences_of_place(scope, p), found)
            for p, found in sorted(sums.places.items(), key=lambda item: names.get(item[0], ""))
        ],
        "charts": _charts(scope, sums, names),
    }
    return render(request, "steering/page_absences.html", context)


@requires(*SEES)
@require_safe
def appointments(request: HttpRequest) -> HttpResponse:
    """List the appointments behind a figure; names for those who may see them only."""
    filters = AbsencesFilter(request.GET)
    scope = filters.scope(clock.now())
    page = listing(request, RowList(scope, filters.asked_line))
    asked = links.absences_question(scope, line=filters.asked_line)
    context = {
        "listing": page,
        "rows": [{"row": found, "name": name} for found, name in named(request.user, list(page.rows))],
        "label": LABELS[filters.asked_line],
        "period": _period(scope),
        "back": links.absences_page(scope),
        "export": f"{reverse('steering:absences_export')}?{asked}",
        "may_export": request.user.can(Permission.EXPORT),
        "sees_names": request.user.can(Permission.SEE_PERSONS),
    }
    return render(request, "steering/page_absences_list.html", context)


@requires(Permission.EXPORT)
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Download the list behind a figure, with the names the agent may see."""
    filters = AbsencesFilter(request.GET)
    scope = filters.scope(clock.now())
    lines = traced(RowList(scope, filters.asked_line), request.user, f"Export : {LABELS[filters.asked_line]}")
    asked = request.GET.get("format", "csv")
    name = f"rendez-vous-{filters.asked_line}-{scope.moment:%Y-%m-%d}"
    return export_response(name, _columns(request.user), lines, asked if asked in FORMATS else "csv")


def answer(found: Presences) -> str:
    """Return the answer in one sentence."""
    if found.rate is None:
        return "Aucun rendez-vous passé n’est encore noté : rien à compter"
    return f"{rate_words(found.rate)} d’absences non excusées, {rate_words(found.gross)} en chiffre brut"


def gross_words(found: Presences) -> str:
    """Return what stands beside the rate on a card."""
    return f"aux premiers rendez-vous ; {rate_words(found.gross)} en chiffre brut"


def _row(label: str, scope: Scope, found: Presences) -> TableRow:
    cells = [Cell(found[line], links.absences_href(scope, line)) for line in COLUMNS]
    return TableRow(label, links.absences_page(scope), rate_words(found.rate), rate_words(found.gross), cells)


def _charts(scope: Scope, sums: Table, names: dict[int | None, str]) -> list[charts.Picture]:
    if sums.total.rate is None:
        return []
    drawn = [charts.months_of_absences(scope, sums)]
    if len(sums.places) > 1:
        drawn.append(charts.places_of_absences(scope, sums, names))
    return drawn


def _names() -> dict[int | None, str]:
    return {**{int(pk): name for pk, name in territory_choices()}, None: OUTSIDE}


def _period(scope: Scope) -> str:
    last = clock.add_months(scope.until, -1)
    when = period_words(scope.since, last)
    if scope.territory == ANYWHERE:
        return when
    return f"{when}, {OUTSIDE if scope.territory == NOWHERE else dict(territory_choices()).get(scope.territory, '')}"


def _columns(agent: Agent) -> list[Column]:
    columns = [Column("Nom", lambda line: line["name"])] if agent.can(Permission.SEE_PERSONS) else []
    return [
        *columns,
        Column("Rendez-vous n°", lambda line: line["row"].appointment_id),
        Column("Jour", lambda line: line["row"].starts_at.date()),
        Column("Heure", lambda line: hour_fr(line["row"].starts_at)),
        Column("Lieu", lambda line: line["row"].place),
        Column("Territoire", lambda line: line["row"].territory),
        Column("Situation", lambda line: line["row"].presence.label),
    ]
