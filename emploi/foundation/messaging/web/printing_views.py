"""Letters: preview, print runs and their PDF."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.documents.access import may_open
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging import permissions, queries
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.models import PrintRun
from emploi.foundation.messaging.printing import CONFIDENTIAL, compose, letters_pdf, request_print
from emploi.foundation.messaging.tasks import print_run
from emploi.foundation.messaging.web.forms import PrintForm
from emploi.foundation.ui.lists import listing

# Up to here the PDF is ready within a second or two: the page waits for it. Beyond, a worker composes it.
AT_ONCE = 60


@requires(permissions.SEE_OUTBOX)
@require_safe
def preview(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one letter as it will be (or was) printed."""
    visible = permissions.visible_to(request.user).filter(channel=Channel.LETTER)
    letter = get_object_or_404(visible, pk=message_id)
    on = (letter.sent_at or clock.now()).astimezone(clock.ZONE).date()
    # Seen on a screen, what is enclosed is a document like another: its own access applies.
    enclosed = letter.document is not None and may_open(request.user, letter.document)
    pdf = letters_pdf([letter], on=on, enclosed=enclosed)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="courrier-{letter.pk}.pdf"'
    response["Content-Security-Policy"] = "default-src 'self'; script-src 'none'; frame-ancestors 'none'"
    return response


@requires(permissions.SEE_OUTBOX)
@require_POST
def print_selected(request: HttpRequest) -> HttpResponse:
    """Print the ticked letters, or all those waiting; a confidential address leaves only when ticked."""
    form = PrintForm(request.POST)
    ids = form.cleaned_data["message"] if form.is_valid() else []
    everything = form.is_valid() and form.cleaned_data["everything"]
    if everything:
        ids = list(queries.letters_to_print().values_list("pk", flat=True))
    allowed = list(permissions.visible_to(request.user).filter(pk__in=ids).values_list("pk", flat=True))
    by, at = request.user.as_actor(), clock.now()
    duplex = form.cleaned_data.get("duplex", False)
    try:
        run = request_print(message_ids=allowed, duplex=duplex, confidential=not everything, by=by, at=at)
    except DomainError as error:
        notices.error(request, error.message)
        return redirect("messaging:outbox")
    if everything and run.total < len(allowed):
        notices.warning(request, CONFIDENTIAL)
    if run.total <= AT_ONCE:
        compose(run_id=run.pk, by=by, now=clock.now)
    else:
        print_run.defer(run_id=run.pk)
    return redirect("messaging:run", run.pk)


@requires(permissions.SEE_OUTBOX)
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """List the print runs, the newest first."""
    return render(request, "messaging/page_runs.html", {"listing": listing(request, queries.print_runs())})


@requires(permissions.SEE_OUTBOX)
@require_safe
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show where a print run stands, then its PDF."""
    found = get_object_or_404(queries.print_runs(), pk=run_id)
    return render(request, "messaging/page_run.html", {"run": found, "waits": _waits(found)})


@requires(permissions.SEE_OUTBOX)
@require_POST
def restart(request: HttpRequest, run_id: int) -> HttpResponse:
    """Compose a print run again after its worker was stopped."""
    found = get_object_or_404(PrintRun, pk=run_id)
    if _waits(found):
        print_run.defer(run_id=found.pk)
        notices.success(request, "La composition reprend. Cette page se met à jour toute seule.")
    return redirect("messaging:run", found.pk)


def _waits(found: PrintRun) -> bool:
    return found.document_id is None and found.finished_at is None
