"""What France Travail says of people: followed, recommended, departures, first orientations that are now its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.lists import listing
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.territory.agents.roles import Permission


@dataclass(frozen=True, slots=True)
class Tab:
    """One list: its name in the address, its title, what it means, its rows."""

    slug: str
    title: str
    hint: str
    rows: Callable[[], QuerySet[Any]]


TABS = (
    Tab("recommandations", "Recommandations à examiner", "France Travail recommande, rien n’est encore décidé.",
        queries.recommended_entries),
    Tab("ecarts", "Écarts", "Le Département a décidé autre chose que la recommandation connue ce jour-là.",
        queries.departing_decisions),
    Tab("decisions", "Décidées par France Travail", "France Travail dit avoir décidé : un agent l’enregistre ici.",
        queries.theirs_to_record),
    Tab("delai", "Délai passé", "Le délai de la loi est passé : France Travail décide la première orientation.",
        lambda: queries.six_weeks_passed(clock.today())),
    Tab("suivis", "Déjà suivies", "Un conseiller de France Travail suit ces personnes aujourd’hui.",
        queries.followed_entries),
)  # fmt: skip


@requires(Permission.SEE_ORIENTATIONS)
@require_safe
def france_travail(request: AgentRequest) -> HttpResponse:
    """One list at a time, its size beside each title."""
    mine = visible_to(request.user).order_by()
    lists = {tab.slug: tab.rows().filter(person__in=mine) for tab in TABS}
    counts = {slug: rows.count() for slug, rows in lists.items()}
    asked = request.GET.get("liste", "")
    tab = next((one for one in TABS if one.slug == asked), None)
    tab = tab or next((one for one in TABS if counts[one.slug]), TABS[0])
    page = listing(request, lists[tab.slug])
    rows: list[Any] = [(row, queries.departure_of(row) if tab.slug == "ecarts" else None) for row in page.rows]
    context = {
        "tabs": [(one, counts[one.slug], one is tab) for one in TABS],
        "tab": tab,
        "listing": page,
        "rows": rows,
        "can_decide": request.user.can(Permission.DECIDE_ORIENTATION),
        "can_write": request.user.can(Permission.DECIDE_ORIENTATION)
        or request.user.can(Permission.TRANSMIT_ORIENTATIONS),
        "can_transmit": request.user.can(Permission.TRANSMIT_ORIENTATIONS),
    }
    return render(request, "orientation/page_france_travail.html", context)
