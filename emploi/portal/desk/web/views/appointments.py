"""The list of appointments: filters, sort, pages, export."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.exports import FORMATS, export_response
from emploi.foundation.ui.lists import Sort, listing
from emploi.portal.desk.queries.appointments import appointments_seen, batches, is_unmarked, shown_with
from emploi.portal.desk.web.appointment_columns import APPOINTMENT_COLUMNS
from emploi.portal.desk.web.appointment_filters import AppointmentFilter
from emploi.portal.desk.web.requests import AgentRequest
from emploi.portal.desk.web.traced import traced
from emploi.territory.agents.roles import Permission

SORTS = (
    Sort("date", "Date", ("starts_at",)),
    Sort("nom", "Personne", ("person__sort_name", "starts_at")),
    Sort("lieu", "Lieu", ("place__name", "starts_at")),
    Sort("agent", "Avec", ("agent__last_name", "agent__first_name", "starts_at")),
)
# Beyond, nobody turns pages: a filter or a date goes there.
DEEPEST = 10_000


@requires(Permission.SEE_PERSONS)
@require_safe
def appointment_list(request: AgentRequest) -> HttpResponse:
    """Show the appointments the agent may see."""
    at = clock.now()
    rows = appointments_seen(request.user)
    found = listing(
        request,
        shown_with(rows),
        counted=rows,
        filters=AppointmentFilter(request.GET),
        sorts=SORTS,
        default_sort="date",
        deepest=DEEPEST,
    )
    lines = [(row, is_unmarked(row, at)) for row in found.rows]
    return render(request, "desk/page_appointments.html", {"listing": found, "lines": lines, "today": at.date()})


@requires(Permission.EXPORT)
@require_safe
def export(request: AgentRequest) -> HttpResponseBase:
    """Download the list as filtered, read in batches; a trace is kept for each person."""
    at = clock.now()
    rows = AppointmentFilter(request.GET).apply(appointments_seen(request.user)).order_by("starts_at", "pk")
    lines = traced(
        batches(rows),
        lambda line: line.appointment.person_id,
        agent=request.user,
        page="Export des rendez-vous",
        at=at,
    )
    wanted = request.GET.get("format", "csv")
    file_format = wanted if wanted in FORMATS else "csv"
    return export_response(f"rendez-vous-{at:%Y-%m-%d}", APPOINTMENT_COLUMNS, lines, file_format)
