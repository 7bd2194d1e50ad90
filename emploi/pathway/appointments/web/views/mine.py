"""The people one accompanies who did not come, or do not answer: write to them again, or give another date."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.htmx import card_response
from emploi.foundation.ui.lists import listing
from emploi.pathway.appointments import queries
from emploi.pathway.appointments.permissions import followed_people
from emploi.pathway.appointments.queries.following.mine import absents_among, unanswered_among
from emploi.pathway.appointments.web.views.common import agent_of
from emploi.territory.agents.roles import Permission

SHOWN = 5
ABSENT, SILENT = "absents", "sans-reponse"


@requires(Permission.INVITE_FOLLOWED)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Absents, or unanswered invitations, of the people one follows."""
    people, today = followed_people(agent_of(request)), clock.today()
    absents, silent = absents_among(people, today), unanswered_among(people, today)
    tab = SILENT if request.GET.get("liste") == SILENT else ABSENT
    shown = listing(request, silent if tab == SILENT else absents)
    targets = queries.targets_of([], [row.person_id for row in shown.rows])
    context = {
        "tab": tab,
        "listing": shown,
        "reach": queries.reach_of_homes({target.person.pk: target.household_id for target in targets}),
        "tabs": [(ABSENT, "Absents sans nouvelle date", absents.count()), (SILENT, "Sans réponse", silent.count())],
    }
    return render(request, "appointments/page_mine.html", context)


@requires(Permission.INVITE_FOLLOWED)
@require_safe
def block_mine(request: HttpRequest) -> HttpResponse:
    """ "Ma journée": the same, the oldest first."""
    people, today = followed_people(agent_of(request)), clock.today()
    absents, silent = absents_among(people, today), unanswered_among(people, today)
    context: dict[str, Any] = {
        "absents": absents[:SHOWN],
        "silent": silent[:SHOWN],
        "count": absents.count() + silent.count(),
    }
    return card_response(request, "appointments/_block_mine.html", context, title="Mes absents et sans réponse")
