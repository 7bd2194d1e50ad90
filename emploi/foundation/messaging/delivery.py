"""The worker's hand: claim a batch, say "sending" and commit, hand over, record what became of each message.

Nothing is sent twice: a message is marked `sending` in a committed transaction before its provider is called. A crash
between the two leaves it `sending`; its reservation runs out, then it is put back when the provider allows it, else it
becomes « à vérifier » and only a receipt or a person settles it. Any number of workers may run at the same time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import uuid4

from django.db import connection
from django.db.models import QuerySet

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.events import publish
from emploi.foundation.messaging import conf
from emploi.foundation.messaging.actions import failed_event, too_late
from emploi.foundation.messaging.enums import Channel, Status
from emploi.foundation.messaging.events import MessageCancelled
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.providers import Outcome, Provider, provider, repeatable_providers
from emploi.foundation.messaging.rules.timing import retry_at
from emploi.foundation.messaging.workflow import MESSAGE

WORKER = Actor.system("Envoi des messages")
BATCH = 400
# Longer than the slowest provider takes for a whole batch; after that the worker is held for dead.
RESERVATION = timedelta(minutes=10)
CARRIED = (Channel.SMS, Channel.EMAIL)
GAVE_UP = "Abandonné après plusieurs essais."


def deliver(*, now: Callable[[], datetime], batch: int = BATCH, limit: int | None = None) -> Counter[str]:
    """Send what may leave, until nothing is left or `limit` messages; return how many of each outcome."""
    done: Counter[str] = Counter()
    done["recovered"] = recover(by=WORKER, at=now())
    done["expired"] = expire(by=WORKER, at=now())
    before = sum(done.values())
    while limit is None or sum(done.values()) - before < limit:
        claimed = claim_batch(size=batch, by=WORKER, at=now())
        if not claimed:
            break
        for name, messages in groupby(claimed, key=lambda message: conf.provider_name(message.channel)):
            done.update(_carried(provider(name), list(messages), now))
    return done


def _carried(carrier: Provider, messages: Sequence[Message], now: Callable[[], datetime]) -> Counter[str]:
    """Hand a batch over; the outcome of a chunk is recorded in the transaction that marks the next one."""
    done: Counter[str] = Counter()
    ours: list[Message] = []
    outcomes: list[Outcome] = []
    carrier.open()
    try:
        for chunk in _chunks(messages, carrier.chunk):
            ours = advance(
                done=ours, outcomes=outcomes, following=chunk, provider_name=carrier.name, by=WORKER, at=now()
            )
            outcomes = []
            outcomes = carrier.send(ours) if ours else []
            done.update(outcome.result for outcome in outcomes)
    finally:
        if outcomes:
            record(messages=ours, outcomes=outcomes, by=WORKER, at=now())
        carrier.close()
    return done


@action
def claim_batch(*, size: int, by: Actor, at: datetime) -> list[Message]:
    """Reserve waiting messages for this worker; those another worker holds are skipped, not waited for."""
    claim = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE messaging_message SET claim = %(claim)s, claimed_until = %(until)s
            WHERE id IN (
                SELECT id FROM messaging_message
                WHERE status = 'queued' AND channel = ANY(%(channels)s) AND send_after <= %(at)s
                  AND (expires_at IS NULL OR expires_at > %(at)s)
                  AND (claimed_until IS NULL OR claimed_until < %(at)s)
                  AND (channel <> 'sms' OR immediate OR %(sms_may_leave)s)
                ORDER BY send_after, id LIMIT %(size)s
                FOR UPDATE SKIP LOCKED)
            RETURNING id
            """,
            {
                "claim": claim,
                "until": at + RESERVATION,
                "at": at,
                "channels": [channel.value for channel in CARRIED],
                "sms_may_leave": conf.sms_may_leave(at),
                "size": size,
            },
        )
        claimed = [row[0] for row in cursor.fetchall()]
    waiting = Message.objects.filter(pk__in=claimed).select_related("document")
    return list(waiting.order_by("channel", "send_after", "pk")) if claimed else []


@action
def advance(
    *,
    done: Sequence[Message],
    outcomes: Sequence[Outcome],
    following: Sequence[Message],
    provider_name: str,
    by: Actor,
    at: datetime,
) -> list[Message]:
    """Record what became of a chunk and mark the next one as being sent: one commit for both."""
    _record(done, outcomes, by, at)
    return _begin(following, provider_name, at)


@action
def begin(*, messages: Sequence[Message], provider_name: str, by: Actor, at: datetime) -> list[Message]:
    """Mark messages as being sent, those this worker still holds; committed before the provider is called."""
    return _begin(messages, provider_name, at)


@action
def record(*, messages: Sequence[Message], outcomes: Sequence[Outcome], by: Actor, at: datetime) -> None:
    """Write what became of messages; a receipt that came first is kept."""
    _record(messages, outcomes, by, at)


def _begin(messages: Sequence[Message], provider_name: str, at: datetime) -> list[Message]:
    transition = MESSAGE.named("begin")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE messaging_message
            SET status = %s, provider = %s, attempts = attempts + 1, claimed_until = %s
            WHERE id = ANY(%s) AND claim = ANY(%s) AND status = ANY(%s) AND (expires_at IS NULL OR expires_at > %s)
            RETURNING id
            """,
            [
                transition.target,
                provider_name,
                at + RESERVATION,
                [message.pk for message in messages],
                list({message.claim for message in messages}),
                list(transition.sources),
                at,
            ],
        )
        kept = {row[0] for row in cursor.fetchall()}
    ours = [message for message in messages if message.pk in kept]
    for message in ours:
        message.status, message.provider, message.attempts = transition.target, provider_name, message.attempts + 1
    return ours


def _record(messages: Sequence[Message], outcomes: Sequence[Outcome], by: Actor, at: datetime) -> None:
    if not outcomes:
        return
    pairs = list(zip(messages, outcomes, strict=True))
    for message, outcome in pairs:
        _apply(message, outcome, at)
    _write(messages)
    failed = [(message, outcome) for message, outcome in pairs if message.status == Status.FAILED]
    publish([failed_event(m, address_is_wrong=outcome.address_is_wrong) for m, outcome in failed], by=by, at=at)


@action
def recover(*, by: Actor, at: datetime) -> int:
    """Take back the messages of a worker that died while sending; return how many."""
    stale = Message.objects.filter(status=Status.SENDING, claimed_until__lt=at)
    harmless = stale.filter(provider__in=repeatable_providers())
    count = _released(harmless, "put_back", "")
    return count + _released(stale, "lose", "L’envoi a été interrompu : le message est peut-être parti.")


@action
def expire(*, by: Actor, at: datetime) -> int:
    """Withdraw what would arrive too late to be of use, letters not asked for printing included; return how many."""
    useless = Message.objects.filter(status=Status.QUEUED, expires_at__lte=at, print_run=None)
    late = list(useless.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:BATCH])
    for message in late:
        message.status = MESSAGE.named("cancel").target
        message.error = f"{too_late(message.expires_at or at)} {message.error}".strip()
    Message.objects.bulk_update(late, ["status", "error"])
    withdrawn = [
        MessageCancelled(person_id=one.person_id, entry_id=one.entry_id, message_id=one.pk, channel=one.channel)
        for one in late
    ]
    publish(withdrawn, by=by, at=at, reason="Trop tard pour être utile")
    return len(late)


def _apply(message: Message, outcome: Outcome, at: datetime) -> None:
    again = retry_at(at, message.attempts) if outcome.result == "put_back" else None
    result = "fail" if outcome.result == "put_back" and again is None else outcome.result
    message.status = MESSAGE.named(result).target
    message.provider_ref = outcome.ref
    message.error = f"{outcome.error} {GAVE_UP}" if result != outcome.result else outcome.error
    message.claimed_until = None
    if again is not None:
        message.send_after = conf.first_moment(message.channel, again, immediate=message.immediate)
    if message.status in (Status.SENT, Status.DELIVERED):
        message.sent_at = at
    if message.status == Status.DELIVERED:
        message.delivered_at = at


def _write(messages: Sequence[Message]) -> None:
    """One statement for the whole chunk; only rows still in the state and hands we left them are touched.

    A receipt may have come before this record: its state is then final and stays; the sending date is still noted.
    """
    if not messages:
        return
    columns: list[Any] = [
        [m.pk for m in messages],
        [m.claim for m in messages],
        [str(m.status) for m in messages],
        [m.provider_ref for m in messages],
        [m.error for m in messages],
        [m.send_after for m in messages],
        [m.sent_at for m in messages],
        [m.delivered_at for m in messages],
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE messaging_message AS m SET
                status = CASE WHEN m.status IN ('sending', 'unknown') THEN v.status ELSE m.status END,
                error = CASE WHEN m.status IN ('sending', 'unknown') THEN v.error ELSE m.error END,
                provider_ref = CASE WHEN v.ref <> '' THEN v.ref ELSE m.provider_ref END,
                send_after = v.send_after, sent_at = coalesce(m.sent_at, v.sent_at),
                delivered_at = coalesce(m.delivered_at, v.delivered_at), claimed_until = NULL
            FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
                        %s::timestamptz[], %s::timestamptz[])
                 AS v(id, claim, status, ref, error, send_after, sent_at, delivered_at)
            WHERE m.id = v.id AND m.claim = v.claim AND m.status <> 'queued'
            """,
            columns,
        )


def _released(stale: QuerySet[Message], name: str, error: str) -> int:
    transition = MESSAGE.named(name)
    return stale.update(status=transition.target, error=error, claimed_until=None)


def _chunks(messages: Sequence[Message], size: int) -> Iterator[list[Message]]:
    for start in range(0, len(messages), size):
        yield list(messages[start : start + size])
