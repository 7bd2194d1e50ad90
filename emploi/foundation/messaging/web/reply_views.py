"""What comes back: the state of the mailbox of replies, and what was received, without anybody's words."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.messaging import permissions, queries
from emploi.foundation.messaging.enums import ReplyKind
from emploi.foundation.messaging.inbound import addresses, mailbox
from emploi.foundation.ui.lists import listing

COUNTED = timedelta(days=30)


@requires(permissions.SEE_OUTBOX)
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """Say whether replies reach us, and what was received: their words are read at the reception."""
    at = clock.now()
    counts = queries.received_counts(at - COUNTED)
    context = {
        "trouble": mailbox.trouble(at),
        "box": queries.mailbox(mailbox.mailbox_name()) if mailbox.is_set() else None,
        "reads_emails": addresses.is_open(),
        "address": addresses.plain_address() if addresses.is_open() else "",
        "number": settings.SMS_REPLY_NUMBER,
        "counts": [(ReplyKind(kind).label, counts.get(kind, 0)) for kind in ReplyKind.values],
        "listing": listing(request, queries.replies(at - COUNTED)),
    }
    return render(request, "messaging/page_received.html", context)
