"""The list of the people in the pathway: filters, sort, pages, export."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.exports import FORMATS, export_response
from emploi.foundation.ui.lists import Sort, listing
from emploi.portal.desk.queries import persons
from emploi.portal.desk.web.columns import PERSON_COLUMNS
from emploi.portal.desk.web.filters import PersonFilter
from emploi.portal.desk.web.persons_shown import batches, shown_lines
from emploi.portal.desk.web.requests import AgentRequest
from emploi.portal.desk.web.tabs import person_tabs
from emploi.portal.desk.web.traced import traced
from emploi.territory.agents.roles import Permission

SORTS = (
    Sort("nom", "Nom", ("person__sort_name", "person_id")),
    Sort("entree", "Entrée le", ("opened_on",)),
    Sort("commune", "Commune", ("commune__name_sort", "person__sort_name")),
)

# Beyond, a page costs all those before it, and nobody looks for a person that way.
DEEPEST = 10_000


@requires(Permission.SEE_PERSONS)
@require_safe
def person_list(request: AgentRequest) -> HttpResponse:
    """Show the people in the pathway with their next step."""
    at = clock.now()
    filters = PersonFilter(request.GET)
    entries = persons.in_pathway(request.user)
    ordered = persons.in_order_of_names(entries)
    found = listing(
        request, ordered, counted=entries, filters=filters, sorts=SORTS, default_sort="nom", deepest=DEEPEST
    )
    context = {
        "listing": found,
        "lines": shown_lines(found.rows, at=at, kind=filters.kind),
        "kind": filters.kind,
        "may_choose": filters.kind.can_be_invited and request.user.can(Permission.INVITE),
        "tabs": person_tabs(request, filters.value("suivi"), filters.counts(entries, at=at)),
    }
    return render(request, "desk/page_persons.html", context)


@requires(Permission.EXPORT)
@require_safe
def export(request: AgentRequest) -> HttpResponseBase:
    """Download the list as filtered, read in batches."""
    at = clock.now()
    filters = PersonFilter(request.GET)
    entries = filters.apply(persons.in_pathway(request.user))
    ordered = entries.order_by("person__sort_name", "pk")
    wanted = request.GET.get("format", "csv")
    file_format = wanted if wanted in FORMATS else "csv"
    lines = traced(
        batches(ordered, at=at, kind=filters.kind),
        lambda item: item.line.person.pk,
        agent=request.user,
        page="Export des personnes",
        at=at,
    )
    return export_response(f"personnes-{at:%Y-%m-%d}", PERSON_COLUMNS, lines, file_format)
