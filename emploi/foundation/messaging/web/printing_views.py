"""Letters on paper: those waiting, preview, print runs, their PDF and the day they were posted."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.documents.access import may_open
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging import permissions
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.models import Message, PrintRun
from emploi.foundation.messaging.paper.origins import origin_of
from emploi.foundation.messaging.paper.posting import note_posted
from emploi.foundation.messaging.paper.waiting import Waiting, pile
from emploi.foundation.messaging.printing import CONFIDENTIAL, compose_now, hidden_addresses, letters_pdf, request_print
from emploi.foundation.messaging.tasks import print_run
from emploi.foundation.messaging.web.forms import PostedForm, PrintForm
from emploi.foundation.messaging.web.presenters import Row
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.french import date_long_fr
from emploi.foundation.ui.htmx import card_response, safe_next
from emploi.foundation.ui.lists import listing

# Up to here the PDF is ready within a second or two: the page waits for it. Beyond, a worker composes it.
AT_ONCE = 60
IN_BLOCK = 5


@requires(permissions.PRINT_LETTERS)
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """List the letters waiting to be printed, those that hurry first; one's own, or those of everybody one sees."""
    agent = request.user
    everybody = _shows_everybody(request)
    waiting = pile(permissions.letters_to_print(agent, everybody=everybody), clock.today())
    page = listing(request, waiting.letters)
    context = {
        "listing": page,
        "rows": _rows(agent, page.rows),
        "pile": waiting,
        "everybody": everybody,
        "whole": agent.can(permissions.SEE_OUTBOX),
        "other": permissions.letters_to_print(agent, everybody=not everybody).count(),
    }
    return render(request, "messaging/page_letters.html", context)


@requires(permissions.PRINT_LETTERS)
@require_safe
def day_letters(request: HttpRequest) -> HttpResponse:
    """Say, in « Ma journée », how many letters wait, since when, and those the post must take today."""
    waiting = pile(permissions.own_letters(request.user), clock.today())
    context = {"pile": waiting, "rows": _rows(request.user, waiting.letters[:IN_BLOCK])}
    return card_response(request, "messaging/_day_letters.html", context, title="Courriers à imprimer")


@requires(permissions.PRINT_LETTERS)
@require_safe
def preview(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one letter as it will be (or was) printed."""
    letter = get_object_or_404(_readable(request.user), pk=message_id)
    on = (letter.sent_at or clock.now()).astimezone(clock.ZONE).date()
    # Seen on a screen, what is enclosed is a document like another: its own access applies.
    enclosed = letter.document is not None and may_open(request.user, letter.document)
    pdf = letters_pdf([letter], on=on, enclosed=enclosed)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="courrier-{letter.pk}.pdf"'
    response["Content-Security-Policy"] = "default-src 'self'; script-src 'none'; frame-ancestors 'none'"
    return response


@requires(permissions.PRINT_LETTERS)
@require_POST
def print_selected(request: HttpRequest) -> HttpResponse:
    """Print the ticked letters, or all those shown; a confidential address leaves only when ticked."""
    form = PrintForm(request.POST)
    everything = form.is_valid() and form.cleaned_data["everything"]
    mine = permissions.letters_to_print(request.user, everybody=not everything or _shows_everybody(request))
    chosen = mine if everything else mine.filter(pk__in=form.cleaned_data["message"] if form.is_valid() else [])
    allowed = list(chosen.values_list("pk", flat=True))
    by, at = request.user.as_actor(), clock.now()
    duplex = form.cleaned_data.get("duplex", False)
    try:
        run = request_print(message_ids=allowed, duplex=duplex, confidential=not everything, by=by, at=at)
    except DomainError as error:
        notices.error(request, error.message)
        return redirect(safe_next(request, "/courriers/"))
    if everything and run.total < len(allowed):
        notices.warning(request, CONFIDENTIAL)
    if run.total > AT_ONCE:
        print_run.defer(run_id=run.pk)
        return redirect("messaging:run", run.pk)
    try:
        compose_now(run_id=run.pk, by=by, now=clock.now)
    except DomainError as error:
        notices.error(request, error.message)
    return redirect("messaging:run", run.pk)


@requires(permissions.SEE_OUTBOX, permissions.PRINT_LETTERS)
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """List the print runs, the newest first."""
    page = listing(request, permissions.visible_runs(request.user))
    rows = [(run, origin_of(run.origin)) for run in page.rows]
    return render(request, "messaging/page_runs.html", {"listing": page, "rows": rows})


@requires(permissions.SEE_OUTBOX, permissions.PRINT_LETTERS)
@require_safe
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show where a print run stands, its PDF, then the day its letters left."""
    return _run_page(request, _run(request, run_id), None)


@requires(permissions.PRINT_LETTERS)
@require_POST
def posted(request: HttpRequest, run_id: int) -> HttpResponse:
    """Note on which day the letters of a run were posted, or correct it with the reason."""
    found = _run(request, run_id)
    form = PostedForm(request.POST, run=found)
    if form.is_valid():
        call = partial(note_posted, run_ids=[found.pk], **form.cleaned_data)
        if attempt(form, partial(call, by=request.user.as_actor(), at=clock.now())):
            notices.success(request, f"Noté : postés le {date_long_fr(form.cleaned_data['on'])}.")
            return redirect(safe_next(request, f"/envois/impressions/{found.pk}/"))
    return _run_page(request, found, form, status=422)


@requires(permissions.SEE_OUTBOX, permissions.PRINT_LETTERS)
@require_POST
def restart(request: HttpRequest, run_id: int) -> HttpResponse:
    """Compose a print run again after its worker was stopped."""
    found = _run(request, run_id)
    if _waits(found):
        print_run.defer(run_id=found.pk)
        notices.success(request, "La composition reprend. Cette page se met à jour toute seule.")
    return redirect("messaging:run", found.pk)


def _run(request: HttpRequest, run_id: int) -> PrintRun:
    return get_object_or_404(permissions.visible_runs(request.user), pk=run_id)


def _run_page(request: HttpRequest, found: PrintRun, form: PostedForm | None, status: int = 200) -> HttpResponse:
    may_post = found.document_id is not None and request.user.can(permissions.PRINT_LETTERS)
    context = {
        "run": found,
        "waits": _waits(found),
        "origin": origin_of(found.origin),
        "registered": Message.objects.filter(print_run=found, is_registered=True).count(),
        "may_open": found.document is not None and may_open(request.user, found.document),
        "posted": (form or PostedForm(run=found)) if may_post else None,
    }
    return render(request, "messaging/page_run.html", context, status=status)


def _readable(agent: Any) -> Any:
    """The letters an agent may look at: those of « Envois », else those she may print or had printed."""
    visible = permissions.visible_to(agent).filter(channel=Channel.LETTER)
    if agent.can(permissions.SEE_OUTBOX):
        return visible
    ids = permissions.letters_to_print(agent).values("pk")
    printed = Message.objects.filter(print_run__in=permissions.visible_runs(agent).order_by().values("pk"))
    return Message.objects.filter(pk__in=ids) | Message.objects.filter(pk__in=printed.values("pk"))


def _shows_everybody(request: HttpRequest) -> bool:
    """Tell which pile is meant: everybody's for who holds « Envois », the agent's own for the others, unless asked."""
    asked = request.POST.get("de") or request.GET.get("de", "")
    return asked == "tous" or (asked != "moi" and request.user.can(permissions.SEE_OUTBOX))


def _rows(agent: Any, shown: Any) -> list[tuple[Waiting, Row]]:
    """Each waiting letter with its message, its person's name and whether the address is hidden."""
    found = {message.pk: message for message in Message.objects.filter(pk__in=[one.pk for one in shown])}
    people = sorted({message.person_id for message in found.values() if message.person_id})
    names, hidden = permissions.names_for(agent, people), hidden_addresses(people)
    rows = [(one, found[one.pk]) for one in shown if one.pk in found]
    return [(one, Row(m, names.get(m.person_id or 0, ""), m.person_id in hidden)) for one, m in rows]


def _waits(found: PrintRun) -> bool:
    return found.document_id is None and found.finished_at is None
