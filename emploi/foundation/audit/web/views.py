"""The traces, for the administrator and the data protection officer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from emploi.foundation.access import requires
from emploi.foundation.audit.models import Consultation, FieldChange, JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.audit.web.filters import ChangeFilter, ConsultationFilter, JournalFilter
from emploi.foundation.ui.lists import listing

# Named as in the one list of permissions (territory/agents/roles.py), which foundation does not import.
SEE_AUDIT = "see_audit"


@requires(SEE_AUDIT)
def journal(request: HttpRequest) -> HttpResponse:
    """What happened, by whom, why."""
    lines = listing(request, JournalEntry.objects.order_by("-at", "-id"), filters=JournalFilter(request.GET))
    rows = [(line, sentence_of(line)) for line in lines.rows]
    return render(request, "audit/page_journal.html", {"listing": lines, "rows": rows})


@requires(SEE_AUDIT)
def consultations(request: HttpRequest) -> HttpResponse:
    """Who opened whose file."""
    lines = listing(request, Consultation.objects.order_by("-at", "-id"), filters=ConsultationFilter(request.GET))
    return render(request, "audit/page_consultations.html", {"listing": lines})


@requires(SEE_AUDIT)
def changes(request: HttpRequest) -> HttpResponse:
    """The former and the new value of sensitive columns."""
    lines = listing(request, FieldChange.objects.order_by("-at", "-id"), filters=ChangeFilter(request.GET))
    return render(request, "audit/page_changes.html", {"listing": lines})
