"""The global search: by name, number or telephone, in any order, accents ignored."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.htmx import page_or_fragment, wants_fragment
from emploi.portal.desk.queries.found import find
from emploi.portal.desk.web.requests import AgentRequest
from emploi.territory.agents.roles import Permission

SHORTEST = 2
IN_PANEL, IN_PAGE = 8, 50


@requires(Permission.SEARCH_PERSONS)
@require_safe
def search(request: AgentRequest) -> HttpResponse:
    """Show the people found, as a panel under the field or as a page."""
    text = request.GET.get("q", "").strip()[:80]
    limit = IN_PANEL if wants_fragment(request) else IN_PAGE
    long_enough = len(text) >= SHORTEST
    found = find(text, None, request.user, at=clock.now(), limit=limit + 1) if long_enough else []
    context = {
        "q": text,
        "found": found[:limit],
        "has_more": len(found) > limit,
        "limit": limit,
        "long_enough": long_enough,
    }
    return page_or_fragment(request, "desk/page_search.html", "desk/_search_panel.html", context)
