"""Queueing messages, and what people decide about them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging import conf, events
from emploi.foundation.messaging.enums import Channel, Status
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.queries import NO_WAY_LEFT, own_wordings, stopped_numbers
from emploi.foundation.messaging.rendering import Own, render
from emploi.foundation.messaging.rules import recipients as readers
from emploi.foundation.messaging.rules.recipients import Recipient
from emploi.foundation.messaging.workflow import MESSAGE
from emploi.foundation.ui.french import moment_fr
from emploi.foundation.workflow import move

_READERS = {Channel.SMS: readers.mobile, Channel.EMAIL: readers.email, Channel.LETTER: readers.postal}
_wake_worker: list[Callable[[], None]] = []
BATCH = 1000
# What a message sent elsewhere keeps of the first.
_WORDS = (
    "channel", "subject", "body", "extras", "segments", "template", "about", "dedup_key", "person_id", "entry_id",
    "immediate", "expires_at", "document_id", "is_registered",
)  # fmt: skip
GIVEN_UP_FOR_NOW = (Status.FAILED, NO_WAY_LEFT)
STOPPED = "La personne a répondu STOP : plus aucun SMS ne part vers ce numéro."


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """A message to queue. `dedup_key` says what must happen once: "invitation:12:sms"."""

    channel: str
    to: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    dedup_key: str
    person_id: int | None = None
    entry_id: int | None = None
    send_after: datetime | None = None
    about: str = ""
    document_id: int | None = None
    immediate: bool = False
    # Past this moment it says nothing useful any more: it is withdrawn rather than sent.
    expires_at: datetime | None = None
    # A reminder: outside the hours of sending it leaves before `send_after`, not after.
    early: bool = False
    is_registered: bool = False
    # The case whose own words are used when the Département wrote some (variants.py).
    variant: str = ""


def wake_worker_with(wake: Callable[[], None]) -> None:
    """Plug what tells the worker that messages wait (done once, by tasks.py)."""
    _wake_worker[:] = [wake]


@action
def queue_message(
    *,
    channel: str,
    to: str,
    template: str,
    context: dict[str, Any],
    dedup_key: str,
    person_id: int | None = None,
    entry_id: int | None = None,
    by: Actor,
    at: datetime,
    send_after: datetime | None = None,
    about: str = "",
    document_id: int | None = None,
    immediate: bool = False,
    is_registered: bool = False,
) -> Message | None:
    """Write one message in the outbox, in the caller's transaction; None when its key is already there."""
    row = Outgoing(
        channel=channel,
        to=to,
        template=template,
        context=context,
        dedup_key=dedup_key,
        person_id=person_id,
        entry_id=entry_id,
        send_after=send_after,
        about=about,
        document_id=document_id,
        immediate=immediate,
        is_registered=is_registered,
    )
    queued = queue_messages(rows=[row], by=by, at=at)
    return queued[0] if queued else None


@action
def queue_messages(*, rows: Sequence[Outgoing], by: Actor, at: datetime) -> list[Message]:
    """Write many messages in the outbox with a constant number of queries; return those that were new.

    An unusable address gives a message already in failure, with the reason: nothing is dropped in silence.
    """
    new: list[Message] = []
    for start in range(0, len(rows), BATCH):
        new += _queue_batch(rows[start : start + BATCH], by, at)
    failed = [message for message in new if message.status == Status.FAILED]
    wrong = {message.pk for message in failed if _READERS[Channel(message.channel)](message.recipient).is_wrong}
    publish([failed_event(m, address_is_wrong=m.pk in wrong) for m in failed], by=by, at=at)
    if len(failed) < len(new):
        for wake in _wake_worker:
            transaction.on_commit(wake)
    return new


def _queue_batch(rows: Sequence[Outgoing], by: Actor, at: datetime) -> list[Message]:
    known = set(
        Message.objects.filter(dedup_key__in=[row.dedup_key for row in rows]).values_list("dedup_key", flat=True)
    )
    fresh: dict[str, Message] = {}
    own = own_wordings()
    for row in rows:
        if row.dedup_key not in known and row.dedup_key not in fresh:
            fresh[row.dedup_key] = _built(row, own, by, at)
    _hold_stopped(fresh.values())
    # Two transactions may queue the same key at once: the unique constraint lets one through.
    Message.objects.bulk_create(fresh.values(), ignore_conflicts=True)
    written = Message.objects.filter(uuid__in=[message.uuid for message in fresh.values()]).order_by("pk")
    return list(written)


def _hold_stopped(messages: Collection[Message]) -> None:
    """An SMS to somebody who answered STOP fails at once, and says why: another channel is to be found."""
    leaving = [m for m in messages if m.channel == Channel.SMS and m.status == Status.QUEUED]
    stopped = stopped_numbers([message.recipient for message in leaving])
    for message in leaving:
        if message.recipient in stopped:
            message.status, message.error = Status.FAILED, STOPPED


def _built(row: Outgoing, own: Own, by: Actor, at: datetime) -> Message:
    channel = Channel(row.channel)
    recipient = _READERS[channel](row.to)
    rendered = render(channel, row.template, row.context, own=own, variant=row.variant)
    send_after = _moment(row, at)
    status, error = (Status.FAILED, recipient.problem) if recipient.problem else _in_time(row, send_after)
    return Message(
        uuid=uuid4(),
        channel=channel,
        status=status,
        error=error,
        recipient=recipient.value,
        subject=rendered.subject,
        body=rendered.body,
        extras=rendered.extras,
        segments=rendered.segments,
        template=row.template,
        about=row.about,
        dedup_key=row.dedup_key,
        person_id=row.person_id,
        entry_id=row.entry_id,
        immediate=row.immediate,
        is_registered=row.is_registered,
        send_after=send_after,
        expires_at=row.expires_at,
        created_at=at,
        created_by_kind=by.kind,
        created_by_id=by.id,
        created_by_label=by.label[:120],
        document_id=row.document_id,
    )


def _moment(row: Outgoing, at: datetime) -> datetime:
    wanted = max(at, row.send_after or at)
    if row.early and not row.immediate:
        return conf.moment_before(row.channel, wanted, at=at)
    return conf.first_moment(row.channel, wanted, immediate=row.immediate)


def _in_time(row: Outgoing, send_after: datetime) -> tuple[Status, str]:
    """A message that could only leave too late says so at once; a reminder too late was never promised."""
    if row.expires_at is None or send_after < row.expires_at:
        return Status.QUEUED, ""
    return (Status.CANCELLED if row.early else Status.FAILED), too_late(row.expires_at)


def too_late(expires_at: datetime) -> str:
    """Why a message does not leave any more."""
    return f"Trop tard : ce message n’était plus utile après le {moment_fr(expires_at)}."


@action
def cancel_messages(*, dedup_keys: Sequence[str], reason: str, by: Actor, at: datetime) -> int:
    """Withdraw messages that have not left yet (a reminder of an appointment that no longer is); return how many.

    Those a worker reserved too: it only sends what is still waiting when it marks it as being sent.
    """
    waiting = Message.objects.select_for_update(of=("self",)).filter(dedup_key__in=dedup_keys, status=Status.QUEUED)
    found = list(waiting.order_by("pk"))
    Message.objects.filter(pk__in=[message.pk for message in found]).update(
        status=MESSAGE.named("cancel").target, error=reason
    )
    publish([_event(events.MessageCancelled, message) for message in found], by=by, at=at, reason=reason)
    return len(found)


@action
def redirect_messages(*, recipients: Mapping[int, str], reason: str, by: Actor, at: datetime) -> list[Message]:
    """Send what waits to another address with the same words, under the same key; return what leaves instead.

    `recipients` gives the new address by message; empty, nothing is left for that channel: the message fails and says
    so, until another address gives it back.
    """
    held = Message.objects.select_for_update(of=("self",)).filter(pk__in=recipients).order_by("pk")
    known = [one for one in held if one.status == Status.QUEUED or (one.status, one.error) == GIVEN_UP_FOR_NOW]
    lost = [one for one in known if not recipients[one.pk] and one.status == Status.QUEUED]
    for message in lost:
        message.status, message.error = MESSAGE.named("fail").target, NO_WAY_LEFT
    moved = [(one, read) for one in known if (read := _new_recipient(one, recipients[one.pk]))]
    copies = [_copy(message, read, by, at) for message, read in moved]
    withdrawn = [message for message, _ in moved if message.status == Status.QUEUED]
    for message, _ in moved:
        # The one that leaves keeps the key: whoever looks for what was sent finds it.
        message.dedup_key = f"{message.dedup_key}:{message.pk}"
    for message in withdrawn:
        message.status, message.error = MESSAGE.named("cancel").target, reason
    Message.objects.bulk_update([*lost, *(message for message, _ in moved)], ["status", "error", "dedup_key"])
    _hold_stopped(copies)
    Message.objects.bulk_create(copies)
    publish([_event(events.MessageCancelled, message) for message in withdrawn], by=by, at=at, reason=reason)
    failed = [*lost, *(copy for copy in copies if copy.status == Status.FAILED)]
    publish([failed_event(message) for message in failed], by=by, at=at)
    return copies


def _new_recipient(message: Message, to: str) -> Recipient | None:
    """The address to use instead; None when it is the same, or when there is none."""
    read = _READERS[Channel(message.channel)](to) if to else None
    is_same = read is not None and read.value == message.recipient and message.status == Status.QUEUED
    return None if is_same else read


def _copy(message: Message, recipient: Recipient, by: Actor, at: datetime) -> Message:
    """The same words to another address, as a message of its own."""
    kept = {name: getattr(message, name) for name in _WORDS}
    wanted = max(at, message.send_after)
    return Message(
        **kept,
        uuid=uuid4(),
        status=Status.FAILED if recipient.problem else Status.QUEUED,
        error=recipient.problem,
        recipient=recipient.value,
        send_after=conf.first_moment(message.channel, wanted, immediate=message.immediate),
        created_at=at,
        created_by_kind=by.kind,
        created_by_id=by.id,
        created_by_label=by.label[:120],
    )


@action
def withdraw_letter(*, document_id: int | None, reason: str, by: Actor, at: datetime) -> int:
    """Take a document out of the letters to print, when it leaves another way: no second copy; return how many."""
    if document_id is None:
        return 0
    waiting = Message.objects.filter(document_id=document_id, status=Status.QUEUED)
    return cancel_messages(dedup_keys=list(waiting.values_list("dedup_key", flat=True)), reason=reason, by=by, at=at)


@action
def cancel(*, message: Message, reason: str, by: Actor, at: datetime) -> Message:
    """Withdraw one waiting message. Raises DomainError when it has just left."""
    return _moved(message, "cancel", reason, by, at, events.MessageCancelled, {"error": reason})


@action
def resend(*, message: Message, reason: str, by: Actor, at: datetime) -> Message:
    """Put a message back in the queue under a new reference. Raises DomainError when its state forbids it."""
    recipient = _READERS[Channel(message.channel)](message.recipient)
    if recipient.problem:
        raise DomainError(f"{recipient.problem} Corrigez-la dans la fiche de la personne, puis invitez de nouveau.")
    if message.channel == Channel.SMS and stopped_numbers([recipient.value]):
        raise DomainError(STOPPED)
    send_after = conf.first_moment(message.channel, at, immediate=message.immediate)
    if message.expires_at is not None and message.expires_at <= send_after:
        raise DomainError(too_late(message.expires_at))
    changes = {
        "uuid": uuid4(),
        "attempts": 0,
        "error": "",
        "provider_ref": "",
        "claim": None,
        "claimed_until": None,
        "sent_at": None,
        "delivered_at": None,
        "print_run": None,
        "send_after": send_after,
    }
    moved = _moved(message, "resend", reason, by, at, events.MessageResent, changes)
    for wake in _wake_worker:
        transaction.on_commit(wake)
    return moved


@action
def settle(*, message: Message, delivered: bool, reason: str, by: Actor, at: datetime) -> Message:
    """Say what became of a message nobody could follow, or of a letter sent back. Raises DomainError."""
    if delivered:
        changes: dict[str, Any] = {"sent_at": message.sent_at or message.claimed_until or at, "error": ""}
        moved = move(message, MESSAGE, "settle_sent", by=by, at=at, reason=reason, changes=changes)
    else:
        moved = move(message, MESSAGE, "settle_failed", by=by, at=at, reason=reason, changes={"error": reason})
        # A letter nobody received came back: its address is no longer that of the person.
        returned = moved.channel == Channel.LETTER
        publish(failed_event(moved, address_is_wrong=returned), by=by, at=at, reason=reason)
    settled = events.MessageSettled(
        person_id=moved.person_id,
        entry_id=moved.entry_id,
        message_id=moved.pk,
        channel=moved.channel,
        status=moved.status,
    )
    publish(settled, by=by, at=at, reason=reason)
    return moved


def _moved(
    message: Message, name: str, reason: str, by: Actor, at: datetime, kind: type[Any], changes: dict[str, Any]
) -> Message:
    event = _event(kind, message)
    return move(message, MESSAGE, name, by=by, at=at, reason=reason, changes=changes, events=event)


def _event(kind: type[Any], message: Message) -> Any:
    return kind(person_id=message.person_id, entry_id=message.entry_id, message_id=message.pk, channel=message.channel)


def failed_event(message: Message, *, address_is_wrong: bool = False) -> events.MessageFailed:
    """What the others are told of a message that failed."""
    return events.MessageFailed(
        person_id=message.person_id,
        entry_id=message.entry_id,
        message_id=message.pk,
        channel=message.channel,
        error=message.error,
        address_is_wrong=address_is_wrong,
    )
