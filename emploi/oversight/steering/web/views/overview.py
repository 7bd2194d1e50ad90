"""Steering's first page: the promises of the plan and where each indicator stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.french import nombre, pourcent
from emploi.oversight.steering.catalogue import objectives, waits_for
from emploi.oversight.steering.enums import Cohort, Nature
from emploi.oversight.steering.indicators import no_show_rate
from emploi.oversight.steering.lines import MAIN
from emploi.oversight.steering.queries import attendance
from emploi.oversight.steering.queries.figures import Figures, Value, nature_of, rolling, table, values
from emploi.oversight.steering.queries.rows import Scope
from emploi.oversight.steering.web import links, presenters
from emploi.oversight.steering.web.views.absences import answer, gross_words
from emploi.oversight.steering.web.views.delays import SEES, definition_slug, delay_words

TONES = {Nature.COMPUTED: "success", Nature.TYPED: "info", Nature.PLANNED: "neutral"}


@requires(*SEES)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the promises kept over the last twelve months, then every indicator of the plans."""
    now = clock.now()
    today = now.date()
    scopes = {cohort: rolling(cohort, today) for cohort in Cohort}
    sums = {cohort: table(scope, MAIN).total for cohort, scope in scopes.items()}
    months = scopes[Cohort.FIRST_INTERVIEW]
    presences = attendance.Scope(now, months.since, months.until)
    absences = attendance.table(presences).total
    found = values(today, sums, absences)
    targets = {value.indicator.cohort: value.target for value in found if value.indicator and value.indicator.is_rate}
    context = {
        "promises": [_promise(cohort, scopes[cohort], sums[cohort], targets.get(cohort), today) for cohort in Cohort],
        "absences": _absences(presences, absences),
        "groups": _groups(found),
        "computed": sum(1 for value in found if value.indicator),
        "typed": sum(1 for value in found if value.listed.nature is Nature.TYPED),
        "all": len(found),
    }
    return render(request, "steering/page_overview.html", context)


def _promise(cohort: Cohort, scope: Scope, figures: Figures, target: float | None, today: Any) -> dict[str, Any]:
    met_target = target is not None and figures.rate is not None and figures.rate >= target
    return {
        "words": _words(cohort, figures, delay_words(cohort, today), target),
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


def _words(cohort: Cohort, figures: Figures, delay: str, target: float | None) -> str:
    if figures.rate is None:
        return presenters.answer(cohort, figures, delay, target)
    return presenters.promised(cohort, delay, target)


def _absences(scope: attendance.Scope, found: attendance.Presences) -> dict[str, Any]:
    return {
        "words": answer(found) if found.rate is None else gross_words(found),
        "rate": presenters.rate_words(found.rate),
        "href": links.absences_page(scope),
        "definition": no_show_rate.INDICATOR.id,
        "absent": presenters.Cell(found["absent"], links.absences_href(scope, "absent")),
        "counted": presenters.Cell(found["counted"], links.absences_href(scope, "counted")),
        "unmarked": presenters.Cell(found["unmarked"], links.absences_href(scope, "unmarked")),
    }


def _groups(found: list[Value]) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for value in found:
        groups.setdefault(value.listed.objective, []).append(_row(value))
    return [
        {
            "code": objective,
            "title": objectives().get(objective, ""),
            "rows": groups[objective],
            "known": sum(1 for row in groups[objective] if row["known"]),
        }
        for objective in (*objectives(), *(set(groups) - set(objectives())))
        if objective in groups
    ]


def _row(value: Value) -> dict[str, Any]:
    nature = nature_of(value)
    return {
        "code": value.listed.code,
        "label": value.listed.label,
        "value": presenters.said(value.value, value.listed),
        "known": value.value is not None,
        "detail": _detail(value),
        "target": presenters.said(value.target, value.listed),
        "waits_for": waits_for().get(value.listed.objective, "") if nature is Nature.PLANNED else "",
        "nature": nature.label,
        "tone": TONES[nature],
        "definition": value.indicator.id if value.indicator else "",
        "href": _page(value),
    }


def _detail(value: Value) -> str:
    if value.typed is not None:
        return presenters.period_words(value.typed.since, value.typed.until)
    return f"{nombre(value.numerator)} sur {nombre(value.denominator)}" if value.denominator else ""


def _page(value: Value) -> str:
    """Return the page where a figure is explained, or typed."""
    if value.indicator is None:
        is_typed = value.listed.nature is Nature.TYPED
        return reverse("steering:typed", args=[value.listed.id]) if is_typed else ""
    if value.indicator.cohort is None:
        return reverse("steering:absences")
    return links.page_href(rolling(value.indicator.cohort, clock.today()))
