"""Replies to our messages: received, attributed to a person, settled; a machine decides nothing of what they ask."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging.enums import Channel, Link, ReplyKind
from emploi.foundation.messaging.inbound import receiving
from emploi.foundation.messaging.models import Reply, SmsStop
from emploi.foundation.workflow import move
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.reception.actions.calls import return_to_reception, waiting_call
from emploi.pathway.reception.enums import Means, Subject
from emploi.pathway.reception.events import (
    AnswerAttributed,
    AnswerReceived,
    AnswerSettled,
    AnswerTakenBack,
    SmsAccepted,
    SmsRefused,
)
from emploi.pathway.reception.facts import Holder
from emploi.pathway.reception.models import Call
from emploi.pathway.reception.queries import holders_of
from emploi.pathway.reception.rules import whose
from emploi.pathway.reception.workflow import REPLY
from emploi.territory.rulebook import queries as rulebook

_MEANS = {Channel.SMS.value: Means.SMS, Channel.EMAIL.value: Means.EMAIL}
NOT_WRITTEN = "Cette ligne est un appel : la personne s’y choisit quand on le note."


@action
def receive_answers(*, reply_ids: Collection[int], by: Actor, at: datetime) -> list[Call]:
    """Put replies on the list of the reception, each attributed when there is no doubt about who wrote."""
    due_on = _due_on(at)
    replies = list(Reply.objects.filter(pk__in=reply_ids, reception=None).select_related("message").order_by("pk"))
    holders = holders_of([reply.sender for reply in replies])
    writers = {reply.pk: _writer(reply, holders.get(reply.sender, [])) for reply in replies}
    # A message keeps the number of its person without a link in the database: a file that is gone has no words.
    known = set(
        Person.objects.alive_records().filter(pk__in=[pk for pk in writers.values() if pk]).values_list("pk", flat=True)
    )
    calls = [
        Call(
            means=_MEANS[reply.channel],
            reply=reply,
            person_id=writers[reply.pk] if writers[reply.pk] in known else None,
            subject=Subject.LETTER,
            state=REPLY.initial,
            received_at=reply.received_at,
            due_on=due_on,
        )
        for reply in replies
    ]
    written = Call.objects.bulk_create(calls)
    told = [
        AnswerReceived(
            person_id=call.person_id, call_id=call.pk, means=call.means, is_stop=reply.kind == ReplyKind.STOP
        )
        for call, reply in zip(written, replies, strict=True)
    ]
    publish(told, by=by, at=at)
    return written


@action
def attribute(*, call_id: int, person_id: int, by: Actor, at: datetime) -> Call:
    """Say who wrote; whoever held it and may not see her gives it back. Raises DomainError when it is a call."""
    call = _answer(call_id)
    person = Person.objects.alive_records().filter(pk=person_id).first()
    if person is None:
        raise DomainError("Cette fiche a été réunie avec une autre : cherchez la personne de nouveau.")
    _leave(call, by, at)
    call.person = person
    call.save(update_fields=["person"])
    publish(AnswerAttributed(person_id=person.pk, call_id=call.pk, means=call.means), by=by, at=at)
    return return_to_reception(call, by=by, at=at)


@action
def take_back(*, call_id: int, by: Actor, at: datetime) -> Call:
    """Say that this person did not write: her file no longer shows these words."""
    call = _answer(call_id)
    _leave(call, by, at)
    call.person = None
    call.save(update_fields=["person"])
    return call


@action
def settle(*, call_id: int, note: str, agent_id: int, by: Actor, at: datetime) -> Call:
    """Say what was done of a reply. Raises DomainError."""
    call = waiting_call(call_id)
    if not note.strip():
        raise DomainError("Écrivez en quelques mots la suite donnée.", field="note")
    settled = AnswerSettled(person_id=call.person_id, call_id=call.pk, means=call.means)
    changes = {"answer": note.strip(), "closed_at": at, "closed_by_id": agent_id}
    return move(call, REPLY, "settle", by=by, at=at, changes=changes, events=settled)


@action
def refuse_sms(*, stop_ids: Collection[int], by: Actor, at: datetime) -> None:
    """Write in the file of everybody who holds the number that SMS no longer leave for it."""
    numbers = list(SmsStop.objects.filter(pk__in=stop_ids).values_list("number", flat=True))
    found = {holder.person_id for holders in holders_of(numbers).values() for holder in holders}
    publish([SmsRefused(person_id=person_id) for person_id in sorted(found)], by=by, at=at)


@action
def resume_sms(*, number: str, by: Actor, at: datetime) -> None:
    """Let SMS leave again for a number: its holder asked for it. Raises DomainError."""
    receiving.resume_sms(number=number, by=by, at=at)
    found = {holder.person_id for holder in holders_of([number]).get(number, [])}
    publish([SmsAccepted(person_id=person_id) for person_id in sorted(found)], by=by, at=at)


def _due_on(at: datetime) -> date:
    try:
        days = int(rulebook.value("reply_days", at.date()))
    except rulebook.UnknownValue:
        days = 0  # a setting that misses never refuses what a person wrote: it is due at once
    return clock.add_working_days(at.date(), days) if days else at.date()


def _writer(reply: Reply, holders: list[Holder]) -> int | None:
    written_to = reply.message.person_id if reply.message else None
    is_mail = reply.channel == Channel.EMAIL
    # A signed address and a reference drawn at random are in her message only; an operator's reference is not hers.
    is_signed = reply.link == Link.TOKEN or (is_mail and reply.link == Link.REFERENCE)
    return whose(written_to=written_to, is_signed=is_signed, is_sender_sure=not is_mail, holders=holders)


def _answer(call_id: int) -> Call:
    call = Call.objects.select_for_update(of=("self",)).get(pk=call_id)
    if call.reply_id is None:
        raise DomainError(NOT_WRITTEN)
    return call


def _leave(call: Call, by: Actor, at: datetime) -> None:
    if call.person_id is not None:
        publish(AnswerTakenBack(person_id=call.person_id, call_id=call.pk, means=call.means), by=by, at=at)
