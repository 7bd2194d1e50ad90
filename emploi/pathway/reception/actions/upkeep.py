"""What happens to the list by itself: services told of what waits too long, unknown callers forgotten."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.events import publish
from emploi.foundation.messaging.actions import Outgoing, queue_messages
from emploi.foundation.messaging.enums import Channel, ReplyKind
from emploi.foundation.messaging.inbound.receiving import forget_replies
from emploi.foundation.messaging.models import Reply
from emploi.pathway.reception.events import UnknownCallersForgotten
from emploi.pathway.reception.models import Call, CallBack
from emploi.pathway.reception.queries import addresses_of_reception
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook import queries as rulebook


@dataclass(slots=True)
class Forgotten:
    """What was erased, or would be."""

    calls: int = 0
    replies: int = 0


@action
def tell_services(*, by: Actor, at: datetime) -> int:
    """Write once a day to whoever lets somebody wait beyond the rule; return how many messages. No name leaves."""
    today = at.date()
    late = Call.objects.late(today).select_related("owner", "service").order_by("received_at")
    waiting: dict[str, list[Call]] = defaultdict(list)
    for call in late:
        for address in _addresses(call, at):
            waiting[address].append(call)
    rows = [
        Outgoing(
            channel=Channel.EMAIL,
            to=address,
            template="reception/waiting",
            context={
                "count": len(calls),
                "oldest": calls[0].received_at.date(),
                "link": f"{settings.PUBLIC_URL.rstrip('/')}/appels/",
            },
            # Summed up: an address may be longer than a key.
            dedup_key=f"reception:waiting:{hashlib.sha256(address.encode()).hexdigest()}:{today}",
            about="Réponses et appels qui attendent",
        )
        for address, calls in waiting.items()
    ]
    return len(queue_messages(rows=rows, by=by, at=at))


@action
def forget_unknown(*, dry_run: bool = False, by: Actor, at: datetime) -> Forgotten:
    """Erase the calls and replies nobody recognised once dealt with, and what machines sent; a dry run only counts.

    What still waits is never erased: somebody must read it first.
    """
    before = at - timedelta(days=int(rulebook.value("unknown_callers_days", at.date())))
    old = Call.objects.filter(person=None, received_at__lt=before).exclude(pk__in=Call.objects.waiting().values("pk"))
    ids, reply_ids = (
        list(old.values_list("pk", flat=True)),
        list(old.exclude(reply=None).values_list("reply", flat=True)),
    )
    machines = Reply.objects.filter(kind__in=(ReplyKind.AUTOMATIC, ReplyKind.BOUNCE), received_at__lt=before)
    reply_ids += machines.values_list("pk", flat=True)
    told = Forgotten(calls=len(ids), replies=len(reply_ids))
    if dry_run or not (ids or reply_ids):
        return told
    CallBack.objects.filter(call__in=ids).delete()
    Call.objects.filter(pk__in=ids).delete()
    forget_replies(reply_ids=reply_ids, by=by, at=at)
    publish(UnknownCallersForgotten(calls=told.calls, replies=told.replies), by=by, at=at)
    return told


def _addresses(call: Call, at: datetime) -> list[str]:
    """Whoever was to deal with it: the agent, else the service or the body above it, else who leads the reception."""
    if call.owner is not None:
        return [call.owner.email]
    service: Organization | None = call.service
    while service is not None:
        if service.email:
            return [service.email]
        service = service.parent
    return addresses_of_reception(at.date())
