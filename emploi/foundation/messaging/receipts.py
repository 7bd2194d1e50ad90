"""What providers tell us later: signed receipts, kept as received, applied once."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.events import publish
from emploi.foundation.messaging.actions import failed_event
from emploi.foundation.messaging.enums import Status
from emploi.foundation.messaging.models import Message, Receipt
from emploi.foundation.messaging.workflow import MESSAGE

# Older than that, a signed call may be a replay.
TOLERANCE = timedelta(minutes=10)
# A moment in seconds has ten digits until the year 2286.
_DIGITS = 12
OPERATOR = Actor.system("Accusé du prestataire")
# The words an operator may use, and the transition each means; another word is kept and changes nothing.
MEANINGS = {
    "accepted": "accept",
    "sent": "accept",
    "delivered": "deliver",
    "failed": "fail",
    "rejected": "fail",
    "undeliverable": "fail",
    "expired": "fail",
    "bounced": "fail",
}

# The words that condemn the number or the mailbox itself; a telephone switched off for days (« expired ») is not dead.
WRONG_ADDRESS = frozenset({"undeliverable", "bounced"})


@dataclass(frozen=True, slots=True)
class Announced:
    """One receipt: our reference, the operator's word, its detail and its moment when it gives one."""

    reference: str
    status: str
    at: datetime | None = None
    detail: str = ""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a call: HMAC-SHA256 of "timestamp.body", in hexadecimal."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_genuine(*, secret: str, timestamp: str, body: bytes, given: str, at: datetime) -> bool:
    """Tell whether a call was signed with our secret, not long ago."""
    if not secret or not timestamp.isdecimal() or len(timestamp) > _DIGITS:
        return False
    if abs(at.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        return False
    # As bytes: whoever calls may write any letter in a header.
    return hmac.compare_digest(signature(secret, timestamp, body).encode(), given.encode("utf-8", "replace"))


@action
def apply_receipt(*, receipt: Announced, by: Actor, at: datetime) -> bool:
    """Keep a receipt and move its message; False when nobody knows the reference or it was already received."""
    reference = uuid_of(receipt.reference)
    message = Message.objects.select_for_update().filter(uuid=reference).first() if reference else None
    if message is None:
        return False
    known = Receipt.objects.filter(message=message, status=receipt.status[:20])
    if receipt.at is not None:
        known = known.filter(at=receipt.at)
    if known.exists():
        return False
    said_at = receipt.at or at
    Receipt.objects.create(
        message=message, status=receipt.status[:20], at=said_at, detail=receipt.detail[:250], received_at=at
    )
    _move(message, receipt, said_at, by, at)
    return True


def _move(message: Message, receipt: Announced, said_at: datetime, by: Actor, at: datetime) -> None:
    name = MEANINGS.get(receipt.status.lower())
    transition = MESSAGE.named(name) if name else None
    # What reached the person stays received: a late failure is another segment's or a mistake, kept as a receipt.
    if transition is None or message.status not in transition.sources or message.status == Status.QUEUED:
        return
    message.status = transition.target
    message.sent_at = message.sent_at or said_at
    message.error = ""
    if message.status == Status.DELIVERED:
        message.delivered_at = said_at
    if message.status == Status.FAILED:
        message.error = receipt.detail or f"L’opérateur annonce : {receipt.status}."
    message.save(update_fields=["status", "sent_at", "delivered_at", "error"])
    if message.status == Status.FAILED:
        is_wrong = receipt.status.lower() in WRONG_ADDRESS
        publish(failed_event(message, address_is_wrong=is_wrong), by=by, at=at)


def uuid_of(text: str) -> UUID | None:
    """Read a reference of ours; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
