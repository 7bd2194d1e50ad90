"""« Demandeurs (droit en attente) »: the last tab of the entrants, whose people have no delay yet."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.lists import Sort, listing
from emploi.pathway.appointments.queries import first_interview_kind
from emploi.portal.desk.queries import claimants, entrants
from emploi.portal.desk.web.filters import ClaimantFilter
from emploi.portal.desk.web.requests import AgentRequest
from emploi.portal.desk.web.tabs import claimant_tabs
from emploi.territory.agents.roles import Permission

SORTS = (
    Sort("demande", "Demande du", ("household__claimed_on", "person__sort_name")),
    Sort("nom", "Nom", ("person__sort_name",)),
    Sort("commune", "Commune", ("household__commune__name_sort", "person__sort_name")),
)


@requires(Permission.SEE_ENTRANTS)
@require_safe
def claimant_list(request: AgentRequest) -> HttpResponse:
    """Show who asked for the RSA and waits for the payer; they may be invited ahead."""
    at = clock.now()
    everyone = claimants.claimants(request.user)
    found = listing(request, everyone, filters=ClaimantFilter(request.GET), sorts=SORTS, default_sort="demande")
    waiting = entrants.entrants(request.user)
    counts = {
        **entrants.counts(entrants.summary(waiting), at.date()),
        **entrants.standing_counts(waiting, first_interview_kind(), at=at),
    }
    context = {
        "listing": found,
        "lines": claimants.lines(found.rows, at=at),
        "tabs": claimant_tabs(counts, everyone.count()),
        "today": at.date(),
    }
    return render(request, "desk/page_claimants.html", context)
