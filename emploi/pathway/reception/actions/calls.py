"""Calls: noted, returned, handed over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.workflow import move
from emploi.pathway.reception.enums import WAITING, CallState, Reached
from emploi.pathway.reception.events import CallBackGivenUp, CallHandedOver, CallReceived, CallReturned
from emploi.pathway.reception.facts import TypedCall
from emploi.pathway.reception.models import Call, CallBack
from emploi.pathway.reception.permissions import may_hold
from emploi.pathway.reception.rules import refusals
from emploi.pathway.reception.workflow import CALL, REPLY
from emploi.territory.agents.models import Agent
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook import queries as rulebook

DEATH = "Décès de la personne"
ALREADY_SETTLED = "Quelqu’un s’en est déjà occupé : la page montre ce qui a été fait."


@action
def note_call(*, typed: TypedCall, agent_id: int, by: Actor, at: datetime) -> Call:
    """Note a call; one to return gets its last day from the rulebook. Raises DomainError."""
    wrong = refusals(typed)
    if wrong:
        raise DomainError(wrong[0][1], field=wrong[0][0])
    if typed.calls_back and typed.owner_id:
        _check_holder(Agent.objects.filter(pk=typed.owner_id).first(), None, typed.person_id, at)
    days = int(rulebook.value("call_back_days", at.date()))
    call = Call.objects.create(
        person_id=typed.person_id,
        caller="" if typed.person_id else typed.caller.strip(),
        number=typed.number,
        subject=typed.subject,
        question=typed.question.strip(),
        answer=typed.answer.strip(),
        state=CALL.initial,
        received_at=at,
        received_by_id=agent_id,
        owner_id=typed.owner_id if typed.calls_back else None,
        due_on=clock.add_working_days(at.date(), days),
    )
    received = CallReceived(
        person_id=call.person_id, call_id=call.pk, subject=call.subject, is_settled=not typed.calls_back
    )
    if typed.calls_back:
        publish(received, by=by, at=at)
        return call
    return move(call, CALL, "answer", by=by, at=at, changes={"closed_at": at, "due_on": None}, events=received)


@action
def call_back(*, call_id: int, outcome: str, answer: str, agent_id: int, by: Actor, at: datetime) -> Call:
    """Note an attempt; the person reached, the call is settled with what was said. Raises DomainError."""
    call = waiting_call(call_id)
    if outcome == Reached.REACHED and not answer.strip():
        raise DomainError("Écrivez ce que vous avez répondu à la personne.", field="answer")
    CallBack.objects.create(call=call, outcome=outcome, at=at, by_id=agent_id)
    returned = CallReturned(person_id=call.person_id, call_id=call.pk, outcome=outcome)
    if outcome != Reached.REACHED:
        publish(returned, by=by, at=at)
        return call
    changes = {"answer": answer.strip(), "closed_at": at, "closed_by_id": agent_id}
    life = REPLY if call.reply_id else CALL
    return move(call, life, "call_back", by=by, at=at, changes=changes, events=returned)


@action
def give_up(*, call_id: int, reason: str, by: Actor, at: datetime) -> Call:
    """Say that nobody will call back, and why. Raises DomainError."""
    call = waiting_call(call_id)
    given_up = CallBackGivenUp(person_id=call.person_id, call_id=call.pk)
    return move(call, CALL, "give_up", by=by, at=at, reason=reason, changes={"closed_at": at}, events=given_up)


@action
def hand_over(*, call_id: int, owner_id: int | None, service_id: int | None = None, by: Actor, at: datetime) -> Call:
    """Say who is to deal with it, somebody or a service; None gives it to whoever holds the reception."""
    call = waiting_call(call_id)
    owner = Agent.objects.filter(pk=owner_id, is_active=True).first() if owner_id else None
    if owner_id and owner is None:
        raise DomainError("Ce compte n’est plus actif : choisissez quelqu’un d’autre.", field="owner")
    service = Organization.objects.active().filter(pk=service_id).first() if service_id else None
    if service_id and service is None:
        raise DomainError("Ce service n’existe plus : choisissez-en un autre.", field="owner")
    _check_holder(owner, service, call.person_id, at)
    call.owner, call.service = owner, service
    call.save(update_fields=["owner", "service"])
    to = owner.full_name if owner else service.name if service else ""
    handed = CallHandedOver(person_id=call.person_id, call_id=call.pk, to=to, is_reply=call.reply_id is not None)
    publish(handed, by=by, at=at)
    return call


@action
def give_back(*, agent_ids: Collection[int], by: Actor, at: datetime) -> int:
    """Give the calls these agents owed to whoever holds the reception; return how many."""
    owed = list(Call.objects.waiting().filter(owner_id__in=agent_ids).select_for_update(of=("self",)))
    Call.objects.filter(pk__in=[call.pk for call in owed]).update(owner=None)
    handed = [
        CallHandedOver(person_id=call.person_id, call_id=call.pk, to="", is_reply=call.reply_id is not None)
        for call in owed
    ]
    publish(handed, by=by, at=at)
    return len(owed)


@action
def close_dead(*, person_ids: Collection[int], by: Actor, at: datetime) -> int:
    """Give up the calls back owed to people who died; return how many. A family may still call later."""
    owed = Call.objects.filter(person_id__in=person_ids, state=CallState.TO_CALL_BACK)
    found = list(owed.select_for_update(of=("self",)).order_by("pk"))
    for call in found:
        given_up = CallBackGivenUp(person_id=call.person_id, call_id=call.pk)
        move(call, CALL, "give_up", by=by, at=at, reason=DEATH, changes={"closed_at": at}, events=given_up)
    return len(found)


def return_to_reception(call: Call, *, by: Actor, at: datetime) -> Call:
    """Give a reply that waits back to the reception when its holder may not open the file it now belongs to."""
    if call.state in WAITING and not may_hold(call.owner, call.service, call.person_id, at.date()):
        call.owner, call.service = None, None
        call.save(update_fields=["owner", "service"])
        handed = CallHandedOver(person_id=call.person_id, call_id=call.pk, to="", is_reply=call.reply_id is not None)
        publish(handed, by=by, at=at)
    return call


def _check_holder(owner: Agent | None, service: Organization | None, person_id: int | None, at: datetime) -> None:
    if not may_hold(owner, service, person_id, at.date()):
        name = owner.full_name if owner else service.name if service else ""
        raise DomainError(f"{name} ne suit pas cette personne : choisissez quelqu’un d’autre.", field="owner")


def waiting_call(call_id: int) -> Call:
    """The call, held until the end of the transaction. Raises DomainError when somebody settled it."""
    call = Call.objects.select_for_update(of=("self",)).get(pk=call_id)
    if call.state not in WAITING:
        raise DomainError(ALREADY_SETTLED)
    return call
