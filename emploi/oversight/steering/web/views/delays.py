"""The page of the clocks: met, running, missed; rate, target, median; the list behind every figure."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.exports import FORMATS, Column, export_response
from emploi.foundation.ui.french import month_fr
from emploi.foundation.ui.lists import listing
from emploi.oversight.steering import indicators
from emploi.oversight.steering.enums import Cohort, State
from emploi.oversight.steering.lines import LINES
from emploi.oversight.steering.queries.figures import Table, table
from emploi.oversight.steering.queries.historic import LINES as HISTORIC_LINES
from emploi.oversight.steering.queries.historic import entrants as historic_entrants
from emploi.oversight.steering.queries.historic import historic
from emploi.oversight.steering.queries.lists import RowList
from emploi.oversight.steering.queries.rows import NOWHERE, Scope, frozen_months
from emploi.oversight.steering.web import charts, links, presenters
from emploi.oversight.steering.web.filters import DelaysFilter
from emploi.oversight.steering.web.people import named, traced
from emploi.territory.agents.roles import Permission
from emploi.territory.geography.models import Commune
from emploi.territory.geography.queries import territory_choices
from emploi.territory.rulebook import queries as rulebook

SEES = (Permission.SEE_INDICATORS, Permission.SEE_CLOCKS)
OUTSIDE = "Communes hors découpage"
# The rate each promise answers for, and the parameter that gives its delay.
RATES = {
    Cohort.FIRST_INTERVIEW: "first_appointment_within_15_days_rate",
    Cohort.ORIENTATION_MONTH: "orientation_within_one_month_rate",
}
SIX_WEEKS_DEFINITION = "six_weeks"


@requires(*SEES)
@require_safe
def delays(request: HttpRequest) -> HttpResponse:
    """Show where one promise stands, by month and by place."""
    today = clock.today()
    filters = DelaysFilter.asked(request.GET, today)
    scope = filters.scope(today)
    sums = table(scope)
    names = _place_names(scope, sums)
    target = _target(scope.cohort, today)
    title = presenters.answer(scope.cohort, sums.total, delay_words(scope.cohort, today), target)
    frozen = set(frozen_months(scope))
    context = {
        "filters": filters,
        "scope": scope,
        "title": title,
        "definition": definition_slug(scope.cohort),
        "tabs": [_tab(cohort, scope) for cohort in Cohort],
        "heads": presenters.heads(scope.cohort),
        "total": presenters.row("Ensemble", scope, sums.total),
        "months": [
            presenters.row(month_fr(m), links.of_month(scope, m), figures, frozen=m in frozen)
            for m, figures in sums.months.items()
        ],
        "places": [
            presenters.row(names.get(p, str(p)), links.of_place(scope, p), f)
            for p, f in sorted(sums.places.items(), key=lambda item: names.get(item[0], ""))
        ],
        "place_word": "Commune" if scope.territory.isdecimal() else "Territoire",
        "beside": presenters.beside(scope, sums.total),
        "reasons": presenters.reasons(scope, sums.total),
        "historic": historic(scope),
        "historic_href": f"{reverse('steering:historic')}?{links.question(scope)}",
        "charts": _charts(scope, sums, names, target),
        "may_export": request.user.can(Permission.EXPORT),
    }
    return render(request, "steering/page_delays.html", context)


@requires(*SEES)
@require_safe
def of_another_time(request: HttpRequest) -> HttpResponse:
    """List the entrants of a former plan behind its threshold."""
    filters = DelaysFilter(request.GET)
    scope = filters.scope(clock.today())
    found, line = historic(scope), request.GET.get("ligne", "due")
    if found is None or line not in HISTORIC_LINES:
        raise Http404
    page = listing(request, historic_entrants(scope, found, line))
    context = {
        "listing": page,
        "rows": named(request.user, list(page.rows)),
        "historic": found,
        "label": "Orientés dans ce délai" if line == "in_time" else "Délai d’alors écoulé",
        "back": links.page_href(scope),
        "sees_names": request.user.can(Permission.SEE_PERSONS),
    }
    return render(request, "steering/page_historic.html", context)


@requires(*SEES)
@require_safe
def entrants(request: HttpRequest) -> HttpResponse:
    """List the entrants behind a figure; names for those who may see them only."""
    filters = DelaysFilter(request.GET)
    scope = filters.scope(clock.today())
    rows = RowList(scope, filters.asked_line)
    page = listing(request, rows)
    shown = list(page.rows)
    context = {
        "listing": page,
        "rows": [{"row": found, "name": name} for found, name in named(request.user, shown)],
        "scope": scope,
        "label": LINES[filters.asked_line].label_for(scope.cohort),
        "period": _period(scope),
        "place": _place(scope),
        "back": links.page_href(scope),
        "export": f"{reverse('steering:export')}?{links.question(scope, line=filters.asked_line)}",
        "may_export": request.user.can(Permission.EXPORT),
        "sees_names": request.user.can(Permission.SEE_PERSONS),
        "states": dict(State.choices),
    }
    return render(request, "steering/page_list.html", context)


@requires(Permission.EXPORT)
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Download the list behind a figure, with the names the agent may see."""
    filters = DelaysFilter(request.GET)
    scope = filters.scope(clock.today())
    rows = RowList(scope, filters.asked_line)
    lines = traced(rows, request.user, f"Export des délais : {LINES[filters.asked_line].label_for(scope.cohort)}")
    asked = request.GET.get("format", "csv")
    name = f"{scope.cohort.value}-{filters.asked_line}-{scope.as_of:%Y-%m-%d}"
    return export_response(name, _columns(request.user), lines, asked if asked in FORMATS else "csv")


def delay_words(cohort: Cohort, today: date) -> str:
    """Return the promised delay in words, from the rulebook."""
    if cohort is Cohort.FIRST_INTERVIEW:
        return f"dans les {rulebook.value('first_interview_days', today)} jours"
    if cohort is Cohort.ORIENTATION_MONTH:
        months = int(rulebook.value("orientation_months", today))
        return "dans le mois" if months == 1 else f"dans les {months} mois"
    return f"avant {rulebook.value('orientation_weeks_legal', today)} semaines"


def definition_slug(cohort: Cohort) -> str:
    """Return the entry of the "?" of a promise."""
    return RATES.get(cohort, SIX_WEEKS_DEFINITION)


def _target(cohort: Cohort, today: date) -> float | None:
    indicator = indicators.computed_for(RATES[cohort]) if cohort in RATES else None
    return indicator.target(today) if indicator else None


def _tab(cohort: Cohort, scope: Scope) -> dict[str, Any]:
    asked = links.question(scope, promise=cohort.value)
    return {"label": cohort.label, "href": f"?{asked}", "current": cohort is scope.cohort}


def _charts(scope: Scope, sums: Table, names: Any, target: float | None) -> list[charts.Picture]:
    if not sums.total["entrants"]:
        return []
    drawn = [charts.months_of_promise(scope, sums, target), charts.states(scope, sums)]
    if len(sums.places) > 1 and not scope.territory.isdecimal():
        drawn.append(charts.places_of_promise(scope, sums, names, target))
    return drawn


def _place_names(scope: Scope, sums: Table) -> dict[str | int | None, str]:
    if scope.territory.isdecimal():
        codes = [code for code in sums.places if code]
        found: dict[str | int | None, str] = dict(Commune.objects.filter(pk__in=codes).values_list("pk", "name"))
    else:
        found = {int(pk): name for pk, name in territory_choices()}
    return {**found, None: OUTSIDE}


def _period(scope: Scope) -> str:
    last = clock.add_months(scope.until, -1)
    if scope.since == last:
        return f"entrés en {month_fr(last)}"
    return f"entrés {presenters.between(scope.since, last)}"


def _place(scope: Scope) -> str:
    if scope.commune:
        found = Commune.objects.filter(pk=scope.commune).first()
        return found.name if found else ""
    if scope.territory == NOWHERE:
        return OUTSIDE
    return dict(territory_choices()).get(scope.territory, "")


def _columns(agent: Any) -> list[Column]:
    columns = [Column("Nom", lambda line: line["name"])] if agent.can(Permission.SEE_PERSONS) else []
    return [
        *columns,
        Column("Entrée n°", lambda line: line["row"].entry_id),
        Column("Territoire", lambda line: line["row"].territory),
        Column("Commune à l’entrée", lambda line: line["row"].commune),
        Column("J0", lambda line: line["row"].opened_on),
        Column("Échéance", lambda line: line["row"].due_on),
        Column("Tenu le", lambda line: line["row"].met_on),
        Column("Délai en jours", lambda line: line["row"].days),
        Column("Situation", lambda line: line["row"].state.label),
        Column("Raison", lambda line: line["row"].reason),
        Column("À distance", lambda line: line["row"].remote),
        Column("Suivi par France Travail", lambda line: line["row"].followed),
    ]
