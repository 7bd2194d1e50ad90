"""« Envois »: what left, what waits, what failed, and what a person decides about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock, department
from emploi.foundation.access import requires
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging import actions, permissions, queries
from emploi.foundation.messaging.enums import Channel, Status
from emploi.foundation.messaging.inbound import mailbox
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.printing import hidden_addresses
from emploi.foundation.messaging.web.filters import MessageFilters
from emploi.foundation.messaging.web.forms import ReasonForm
from emploi.foundation.messaging.web.presenters import Row, body_of, buttons_of
from emploi.foundation.messaging.workflow import ICONS, MESSAGE
from emploi.foundation.ui.htmx import card_response, safe_next
from emploi.foundation.ui.lists import Sort, listing

SORTS = (
    Sort("date", "Créé le", ("created_at",)),
    Sort("state", "État", ("status", "created_at")),
    Sort("to", "Destinataire", ("recipient",)),
)
SHOWN_ON_CARD = 12
FAULTS_SHOWN = timedelta(days=7)
# Years of messages: older ones are found by their date, their recipient or their person.
DEEPEST = 10_000


@requires(permissions.SEE_OUTBOX)
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """List the messages, filtered by the URL, with how many are in each state."""
    visible = permissions.visible_to(request.user)
    filters = MessageFilters(request.GET)
    page = listing(request, visible, filters=filters, sorts=SORTS, default_sort="-date", deepest=DEEPEST)
    context = {
        "listing": page,
        "rows": _rows(request.user, list(page.rows)),
        "states": _states(request, queries.counts_by_status(filters.without_status(visible))),
        "to_print": queries.letters_to_print().count(),
        "trouble": mailbox.trouble(clock.now()),
    }
    return render(request, "messaging/page_outbox.html", context)


@requires(permissions.SEE_OUTBOX)
@require_safe
def day_faults(request: HttpRequest) -> HttpResponse:
    """Say that the gateway refuses us for a reason of ours, for « Ma journée »: somebody must mend a setting."""
    held = queries.misconfigured(since=clock.now() - FAULTS_SHOWN)
    context = {"count": held.count(), "last": held.first(), "trouble": mailbox.trouble(clock.now())}
    return card_response(request, "messaging/_day_faults.html", context, title="Envois bloqués")


@requires(permissions.SEE_OUTBOX)
@require_safe
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one message whole: text, receipts, and what may be done."""
    return _message_page(request, _visible(request, message_id), ReasonForm(), "")


@requires(permissions.SEE_OUTBOX)
@require_POST
def change(request: HttpRequest, message_id: int, transition: str) -> HttpResponse:
    """Send again, withdraw or settle a message, with a reason."""
    found = _visible(request, message_id)
    decided = _DECISIONS.get(transition)
    if decided is None:
        raise Http404
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            decided(message=found, reason=form.cleaned_data["reason"], by=request.user.as_actor(), at=clock.now())
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            notices.success(request, "C’est noté, avec votre raison.")
            return redirect(safe_next(request, reverse("messaging:message", args=[message_id])))
    return _message_page(request, _visible(request, message_id), form, transition, status=422)


@requires("see_persons")
@require_safe
def person_card(request: HttpRequest, person_id: int) -> HttpResponse:
    """List the last messages of one person, for those who may open the person's page."""
    if not permissions.may_see_messages_of(request.user, person_id):
        raise Http404
    found = list(queries.messages_about(person_id)[: SHOWN_ON_CARD + 1])
    context = {
        "rows": [Row(m, "") for m in found[:SHOWN_ON_CARD]],
        "more": len(found) > SHOWN_ON_CARD,
        "person_id": person_id,
        "whole": request.user.can(permissions.SEE_OUTBOX),
    }
    return card_response(request, "messaging/_person_card.html", context, title="Messages envoyés")


def _visible(request: HttpRequest, message_id: int) -> Message:
    visible = permissions.visible_to(request.user).select_related("document", "print_run__document")
    return get_object_or_404(visible, pk=message_id)


def _message_page(
    request: HttpRequest, found: Message, form: ReasonForm, asked: str, status: int = 200
) -> HttpResponse:
    if found.person_id and request.method == "GET":
        record_consultation(
            agent_id=request.user.pk,
            agent_label=str(request.user),
            person_id=found.person_id,
            page="Envoi",
            at=clock.now(),
        )
    names = permissions.names_for(request.user, [found.person_id] if found.person_id else [])
    hidden = hidden_addresses([found.person_id] if found.person_id else [])
    context = {
        "message": found,
        "row": Row(found, names.get(found.person_id or 0, ""), bool(found.person_id and hidden)),
        "body": body_of(found),
        "receipts": found.receipts.order_by("at"),
        "buttons": buttons_of(found, request.user),
        "form": form,
        "asked": asked,
        "live_links": department.is_fictitious(),
        "is_letter": found.channel == Channel.LETTER,
    }
    return render(request, "messaging/page_message.html", context, status=status)


def _rows(agent: Any, found: list[Message]) -> list[Row]:
    people = sorted({m.person_id for m in found if m.person_id})
    names, hidden = permissions.names_for(agent, people), hidden_addresses(people)
    return [Row(m, names.get(m.person_id or 0, ""), m.person_id in hidden) for m in found]


def _states(request: HttpRequest, counts: dict[str, int]) -> list[dict[str, Any]]:
    """One door a state, keeping the other filters."""
    return [
        {
            "label": MESSAGE.states[status],
            "count": counts[status],
            "tone": MESSAGE.tones[status],
            "icon": ICONS[status],
            "href": _with_status(request.GET, status),
        }
        for status in Status.values
        if counts[status] or status in (Status.QUEUED, Status.SENT, Status.FAILED, Status.UNKNOWN)
    ]


def _with_status(asked: QueryDict, status: str) -> str:
    params = asked.copy()
    params.pop("page", None)
    params["status"] = status
    return f"{reverse('messaging:outbox')}?{params.urlencode()}"


def _settled(delivered: bool) -> Callable[..., Message]:
    def decided(**how: Any) -> Message:
        return actions.settle(delivered=delivered, **how)

    return decided


_DECISIONS: dict[str, Callable[..., Message]] = {
    "resend": actions.resend,
    "cancel": actions.cancel,
    "settle_sent": _settled(True),
    "settle_failed": _settled(False),
}
