"""The head of service's page: people expected and seats offered, for the next weeks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.french import nombre, pluriel
from emploi.oversight.steering.queries.capacity import PAST_WEEKS, Forecast, forecast, whole
from emploi.territory.agents.roles import Permission


@requires(Permission.SEE_CAPACITY)
@require_safe
def capacity(request: HttpRequest) -> HttpResponse:
    """Show, by territory and by week, whether the open slots are enough."""
    lines = forecast(clock.now())
    total = whole(lines) if lines else None
    context = {
        "lines": lines,
        "total": total,
        "title": _answer(total),
        "mondays": [week.monday for week in total.weeks] if total else [],
        "past_weeks": PAST_WEEKS,
        "may_open": request.user.can(Permission.MANAGE_OPENINGS),
    }
    return render(request, "steering/page_capacity.html", context)


def _answer(total: Forecast | None) -> str:
    if total is None or not total.weeks:
        return "Aucun territoire n’est encore chargé"
    weeks = pluriel(len(total.weeks), "semaine")
    if total.missing:
        return f"Il manque {pluriel(total.missing, 'créneau', 'créneaux')} pour recevoir tout le monde en {weeks}"
    return f"Les créneaux ouverts suffisent pour {weeks} : il en reste {nombre(total.left)}"
