"""Keeping what is received, once: the message it answers is found, a STOP and a notice of failure do what they say."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging import events
from emploi.foundation.messaging.actions import STOPPED, cancel_messages
from emploi.foundation.messaging.enums import Channel, Link, ReplyKind, Status
from emploi.foundation.messaging.inbound.addresses import message_id_in
from emploi.foundation.messaging.inbound.mail import Failure, ReceivedMail, believable
from emploi.foundation.messaging.models import Message, Reply, SmsStop
from emploi.foundation.messaging.receipts import Announced, apply_receipt, uuid_of
from emploi.foundation.messaging.rules import recipients
from emploi.foundation.messaging.rules.replies import is_stop

POST = Actor.system("Réponses reçues")
MAX_SMS = 2000
# The codes that condemn the mailbox itself (RFC 3463): a full one, or a refused text, does not.
_DEAD_BOXES = ("5.1.", "5.2.1")
# Without a reference, an older message is hardly what somebody answers.
_RECENT = timedelta(days=90)
_SENT = (Status.SENDING, Status.SENT, Status.DELIVERED, Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class ReceivedSms:
    """An SMS as the operator tells it: its number for it, from whom, the text, when, our reference when it knows it."""

    identifier: str
    sender: str
    text: str
    at: datetime | None = None
    reference: str = ""


@action
def receive_sms(*, sms: ReceivedSms, by: Actor, at: datetime) -> Reply | None:
    """Keep an SMS received; None when it was already. « STOP » alone stops the SMS to that number."""
    number = recipients.mobile(sms.sender)
    sender = number.value[:20]
    message, link = _answered_sms(sms, sender, at)
    reply = _kept(
        Reply(
            key=_key(sms.identifier),
            channel=Channel.SMS,
            kind=ReplyKind.STOP if is_stop(sms.text) else ReplyKind.ANSWER,
            sender=sender,
            text=sms.text[:MAX_SMS],
            is_cut=len(sms.text) > MAX_SMS,
            message=message,
            link=link,
            said_at=believable(sms.at, at),
            received_at=at,
        )
    )
    if reply is None:
        return None
    if reply.kind == ReplyKind.STOP and not number.problem:
        _stop(reply, by, at)
    _tell(reply, by, at)
    return reply


@action
def receive_mail(*, mail: ReceivedMail, by: Actor, at: datetime) -> Reply | None:
    """Keep an e-mail received; None when it was already. Nothing is ever sent back: no loop can begin."""
    message, link = _answered_mail(mail, at)
    reply = _kept(
        Reply(
            key=mail.key,
            channel=Channel.EMAIL,
            kind=mail.kind,
            sender=mail.sender,
            sender_name=mail.sender_name,
            subject=mail.subject,
            text=mail.text,
            original=mail.original,
            attachments=list(mail.attachments),
            is_cut=mail.is_cut,
            message=message,
            link=link,
            said_at=believable(mail.said_at, at),
            received_at=at,
        )
    )
    if reply is None:
        return None
    if mail.failure is not None and message is not None:
        apply_receipt(receipt=_receipt(message, mail.failure), by=by, at=at)
    if reply.kind == ReplyKind.ANSWER:
        _tell(reply, by, at)
    return reply


@action
def resume_sms(*, number: str, by: Actor, at: datetime) -> SmsStop:
    """Let SMS leave again for a number, as its holder asked. Raises DomainError when they were not stopped."""
    stop = SmsStop.objects.select_for_update(of=("self",)).filter(number=number, lifted_at=None).first()
    if stop is None:
        raise DomainError("Les SMS partent déjà vers ce numéro.")
    stop.lifted_at, stop.lifted_by_label = at, by.label[:120]
    stop.save(update_fields=["lifted_at", "lifted_by_label"])
    publish(events.SmsResumed(stop_id=stop.pk), by=by, at=at)
    return stop


@action
def forget_replies(*, reply_ids: list[int], by: Actor, at: datetime) -> int:
    """Erase replies nobody needs any more; a number stays stopped."""
    return int(Reply.objects.filter(pk__in=reply_ids).delete()[1].get("messaging.Reply", 0))


def _key(identifier: str) -> str:
    """The operator's number for an SMS; a very long one is summed up."""
    digest = hashlib.sha256(identifier.encode()).hexdigest()
    return f"sms:{identifier if len(identifier) <= len(digest) else digest}"


def _kept(reply: Reply) -> Reply | None:
    """Write a reply unless it is known; two deliveries at the same second are let through once."""
    try:
        with transaction.atomic():
            reply.save(force_insert=True)
    except IntegrityError:
        if Reply.objects.filter(key=reply.key).exists():
            return None
        raise
    return reply


def _tell(reply: Reply, by: Actor, at: datetime) -> None:
    is_stop_ = reply.kind == ReplyKind.STOP
    publish(events.ReplyReceived(reply_id=reply.pk, channel=reply.channel, is_stop=is_stop_), by=by, at=at)


def _stop(reply: Reply, by: Actor, at: datetime) -> None:
    """Stop the SMS to a number, those that wait to leave included."""
    stop, is_new = SmsStop.objects.get_or_create(
        number=reply.sender, lifted_at=None, defaults={"reply": reply, "stopped_at": at}
    )
    if is_new:
        publish(events.SmsStopped(stop_id=stop.pk), by=by, at=at)
    waiting = Message.objects.filter(channel=Channel.SMS, recipient=reply.sender, status=Status.QUEUED)
    cancel_messages(dedup_keys=list(waiting.values_list("dedup_key", flat=True)), reason=STOPPED, by=by, at=at)


def _answered_sms(sms: ReceivedSms, sender: str, at: datetime) -> tuple[Message | None, str]:
    ours = Message.objects.filter(channel=Channel.SMS, recipient=sender)
    reference = uuid_of(sms.reference)
    # A reference sent to another number is a mistake of the operator: it must not open somebody else's file.
    named = ours.filter(uuid=reference).first() if reference else None
    if named is not None:
        return named, Link.REFERENCE
    # The SMS may have been written while ours waited to leave: only those that left can be answered.
    return _last(ours.filter(recipient=sender), at)


def _answered_mail(mail: ReceivedMail, at: datetime) -> tuple[Message | None, str]:
    ours = Message.objects.filter(channel=Channel.EMAIL)
    signed = message_id_in(mail.recipients)
    found = ours.filter(pk=signed).first() if signed else None
    if found is not None:
        return found, Link.TOKEN
    # Our references are drawn at random: who names one received the message.
    named = ours.filter(uuid__in=mail.references).order_by("-pk").first() if mail.references else None
    if named is not None or mail.kind == ReplyKind.BOUNCE:
        return named, Link.REFERENCE if named else Link.NONE
    return _last(ours.filter(recipient=mail.sender).exclude(person_id=None), at)


def _last(ours: QuerySet[Message], at: datetime) -> tuple[Message | None, str]:
    """The last message of these that left, when it is recent."""
    left = ours.filter(status__in=_SENT, created_at__lte=at, created_at__gt=at - _RECENT)
    found = left.order_by("-created_at", "-pk").first()
    return found, Link.NUMBER if found else Link.NONE


def _receipt(message: Message, failure: Failure) -> Announced:
    """What a notice means for the message it is about; « later », or one about somebody else, changes nothing."""
    word = {"failed": "failed", "delivered": "delivered"}.get(failure.action, failure.action[:20] or "unknown")
    is_for_her = failure.recipient.lower() == message.recipient.lower()
    if failure.recipient and not is_for_her:
        word = "other"
    if word == "failed" and is_for_her and failure.code.startswith(_DEAD_BOXES):
        word = "bounced"
    reason = failure.reason or f"code {failure.code}"
    return Announced(str(message.uuid), word, None, f"Le serveur de la personne répond : {reason}"[:250])
