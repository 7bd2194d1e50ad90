"""Steering's first page: the promises of the plan and where each indicator stands."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.french import nombre, pourcent
from emploi.oversight.steering.catalogue import objectives
from emploi.oversight.steering.enums import Cohort, Nature
from emploi.oversight.steering.lines import MAIN
from emploi.oversight.steering.queries.figures import Figures, Value, nature_of, rolling, table, values
from emploi.oversight.steering.queries.rows import Scope
from emploi.oversight.steering.web import links, presenters
from emploi.oversight.steering.web.views.delays import SEES, definition_slug, delay_words

TONES = {Nature.COMPUTED: "success", Nature.TYPED: "info", Nature.PLANNED: "neutral"}


@requires(*SEES)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the promises kept over the last twelve months, then every indicator of the plans."""
    today = clock.today()
    scopes = {cohort: rolling(cohort, today) for cohort in Cohort}
    sums = {cohort: table(scope, MAIN).total for cohort, scope in scopes.items()}
    found = values(today, sums)
    targets = {value.indicator.cohort: value.target for value in found if value.indicator and value.indicator.is_rate}
    context = {
        "promises": [_promise(cohort, scopes[cohort], sums[cohort], targets.get(cohort), today) for cohort in Cohort],
        "groups": _groups(found),
        "computed": sum(1 for value in found if value.indicator),
        "all": len(found),
    }
    return render(request, "steering/page_overview.html", context)


def _promise(cohort: Cohort, scope: Scope, figures: Figures, target: float | None, today: Any) -> dict[str, Any]:
    met_target = target is not None and figures.rate is not None and figures.rate >= target
    return {
        "title": presenters.answer(cohort, figures, delay_words(cohort, today), target),
        "label": cohort.label,
        "rate": presenters.rate_words(figures.rate),
        "target": pourcent(target) if target is not None else "",
        "tone": "success" if met_target else ("warning" if target is not None else "neutral"),
        "href": links.page_href(scope),
        "definition": definition_slug(cohort),
        "missed": presenters.Cell(figures["missed"], links.list_href(scope, "missed")),
        "running": presenters.Cell(figures["running"], links.list_href(scope, "running")),
        "met": presenters.Cell(figures["met"], links.list_href(scope, "met")),
        "due": presenters.Cell(figures["due"], links.list_href(scope, "due")),
    }


def _groups(found: list[Value]) -> list[dict[str, Any]]:
    titles = objectives()
    return [
        {"code": objective, "title": titles.get(objective, ""), "rows": [_row(value) for value in group]}
        for objective, group in groupby(found, key=lambda value: value.listed.objective)
    ]


def _row(value: Value) -> dict[str, Any]:
    nature = nature_of(value)
    return {
        "code": value.listed.code,
        "label": value.listed.label,
        "value": _said(value.value, value.listed.unit),
        "detail": f"{nombre(value.numerator)} sur {nombre(value.denominator)}" if value.denominator else "",
        "target": _said(value.target, value.listed.unit),
        "nature": nature.label,
        "tone": TONES[nature],
        "definition": value.indicator.id if value.indicator else "",
        "href": links.page_href(rolling(value.indicator.cohort, clock.today())) if value.indicator else "",
    }


def _said(number: float | None, unit: str) -> str:
    if number is None:
        return "–"
    return presenters.rate_words(number) if unit == "%" else f"{nombre(number)} {unit}"
