"""Closing days: an absent agent, a place under works; the appointments of those days remain to be moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.appointments.actions.slots import agent_id_of, fill, last_day_to_generate
from emploi.pathway.appointments.events import ClosureLifted, DaysClosed
from emploi.pathway.appointments.models import Closure, Opening, Slot


@dataclass(frozen=True, slots=True)
class Closed:
    """What closing days did: slots closed, and appointments that still have to be moved."""

    closure: Closure
    slots: int
    to_move: int


@action
def close_days(
    *,
    agent_id: int | None = None,
    place_id: int | None = None,
    first_on: date,
    last_on: date,
    reason: str,
    by: Actor,
    at: datetime,
) -> Closed:
    """Close days for an agent, a place, or both; nobody can book there, appointments stay until moved."""
    if not reason.strip():
        raise DomainError("Indiquez la raison.", field="reason")
    if agent_id is None and place_id is None:
        raise DomainError("Choisissez un agent, un lieu, ou les deux.", field="agent")
    if last_on < first_on:
        raise DomainError("Le dernier jour doit être après le premier.", field="last_on")
    if last_on < at.date():
        raise DomainError("Ces jours sont passés.", field="last_on")
    closure = Closure.objects.create(
        agent_id=agent_id,
        place_id=place_id,
        first_on=first_on,
        last_on=last_on,
        reason=reason.strip(),
        created_at=at,
        created_by_id=agent_id_of(by),
    )
    slots = _slots(closure).filter(closed_at=None)
    to_move = slots.filter(booked__gt=0).count()
    closed = slots.update(closed_at=at, closed_reason=closure.reason)
    publish(
        DaysClosed(closure_id=closure.pk, agent_id=agent_id, place_id=place_id, first_on=first_on, last_on=last_on),
        by=by,
        at=at,
        reason=closure.reason,
    )
    return Closed(closure, closed, to_move)


@action
def lift_closure(*, closure_id: int, by: Actor, at: datetime) -> int:
    """Open closed days again; returns the number of slots open again."""
    closure = Closure.objects.select_for_update(of=("self",)).filter(pk=closure_id, lifted_at=None).first()
    if closure is None:
        raise DomainError("Ces jours sont déjà ouverts.")
    closure.lifted_at = at
    closure.save(update_fields=["lifted_at"])
    # Slots still booked only lose their mark; the free ones are made again from their opening.
    booked = _slots(closure).filter(closed_at=closure.created_at, booked__gt=0, starts_at__gt=at)
    reopened = booked.update(closed_at=None, closed_reason="")
    for opening in _openings(closure):
        until = last_day_to_generate(opening, at.date())
        reopened += fill(opening, at=at, until=until).added
    publish(ClosureLifted(closure_id=closure.pk), by=by, at=at)
    return reopened


def _slots(closure: Closure) -> QuerySet[Slot]:
    since = clock.start_of(closure.first_on)
    until = clock.start_of(clock.add_days(closure.last_on, 1))
    return Slot.objects.filter(_whose(closure), starts_at__gte=since, starts_at__lt=until)


def _openings(closure: Closure) -> QuerySet[Opening]:
    days = Q(first_on__lte=closure.last_on) & (Q(last_on=None) | Q(last_on__gte=closure.first_on))
    return Opening.objects.select_for_update(of=("self",)).filter(_whose(closure), days)


def _whose(closure: Closure) -> Q:
    """The slots or openings a closure concerns: those of the agent, of the place, or of both together."""
    who = Q(agent_id=closure.agent_id) if closure.agent_id else Q()
    return who & Q(place_id=closure.place_id) if closure.place_id else who
