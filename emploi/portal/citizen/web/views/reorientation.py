"""Asking for another orientation by oneself, on one's own link; the receipt can be printed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emploi.foundation import clock
from emploi.foundation.ui.forms import attempt
from emploi.pathway.appointments.queries import Link, LinkState
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.enums import AskedVia, Initiator
from emploi.pathway.orientation.models import Reorientation
from emploi.portal.citizen.web.links import actor_of, with_link
from emploi.portal.citizen.web.reorientation_form import ReorientationForm

# A withdrawn link may be in the wrong hands; who left the pathway has nothing to change.
CLOSED = (LinkState.REVOKED, LinkState.ENDED)


@with_link
@require_http_methods(["GET", "HEAD", "POST"])
def reorientation(request: HttpRequest, link: Link) -> HttpResponse:
    """Why, in a list and in her own words; then the receipt. A request that waits is shown, not asked twice."""
    entry_id = entry_to_reorient(link)
    if entry_id is None:
        return redirect("citizen:link", token=link.invitation.token)
    waiting = queries.open_reorientation(entry_id)
    if waiting is not None:
        return _receipt(request, link, waiting)
    form = ReorientationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        row = attempt(form, lambda: _ask(link, entry_id, form.cleaned_data))
        if row is not None:
            return redirect("citizen:reorientation", token=link.invitation.token)
    return render(request, "citizen/page_reorientation.html", {"link": link, "form": form})


@with_link
@require_safe
def printed(request: HttpRequest, link: Link) -> HttpResponse:
    """The paper twin of the receipt."""
    entry_id = entry_to_reorient(link)
    row = queries.open_reorientation(entry_id) if entry_id is not None else None
    if row is None:
        return redirect("citizen:link", token=link.invitation.token)
    return render(request, "citizen/page_reorientation_printed.html", {"link": link, "row": row})


def entry_to_reorient(link: Link) -> int | None:
    """Return the entry whose orientation may be changed from this link, when there is one."""
    entry = link.invitation.entry
    if link.state in CLOSED or entry is None or entry.closed_on is not None:
        return None
    return entry.pk if queries.current_decision(entry.pk) is not None else None


def _ask(link: Link, entry_id: int, data: dict[str, Any]) -> Reorientation:
    draft = actions.ReorientationDraft(
        initiator=Initiator.PERSON,
        asked_on=clock.today(),
        cause=data["cause"],
        reason=data["reason"],
        via=AskedVia.ONLINE,
    )
    return actions.ask_reorientation(entry_id=entry_id, draft=draft, by=actor_of(link), at=clock.now())


def _receipt(request: HttpRequest, link: Link, row: Reorientation) -> HttpResponse:
    """Show that the request arrived and until when the answer comes: not what was written, a link is no identity."""
    return render(request, "citizen/page_reorientation_received.html", {"link": link, "row": row})
