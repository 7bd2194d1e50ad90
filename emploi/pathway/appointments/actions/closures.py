"""Closing days: an absent agent, a place under works; the appointments of those days remain to be moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.appointments.actions.slots import agent_id_of, fill, last_day_to_generate
from emploi.pathway.appointments.events import ClosureLifted, DaysClosed
from emploi.pathway.appointments.models import Closure, Opening, Slot
from emploi.pathway.appointments.models.openings import NOTHING, during
from emploi.pathway.appointments.queries.calendars import TAKEN_ELSEWHERE


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
    starts_at: time | None = None,
    ends_at: time | None = None,
    reason: str,
    by: Actor,
    at: datetime,
) -> Closed:
    """Close days, or hours of each, for an agent, a place, or both: nobody can book, appointments stay until moved."""
    if not reason.strip():
        raise DomainError("Indiquez la raison.", field="reason")
    if agent_id is None and place_id is None:
        raise DomainError("Choisissez un agent, un lieu, ou les deux.", field="agent")
    if last_on < first_on:
        raise DomainError("Le dernier jour doit être après le premier.", field="last_on")
    if last_on < at.date():
        raise DomainError("Ces jours sont passés.", field="last_on")
    _check_hours(starts_at, ends_at)
    closure = Closure.objects.create(
        agent_id=agent_id,
        place_id=place_id,
        first_on=first_on,
        last_on=last_on,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        created_at=at,
        created_by_id=agent_id_of(by),
    )
    closed = _slots(closure).filter(closed_at=None).update(closed_at=at, closed_reason=closure.reason)
    # Counted once closed: nobody can book any more.
    to_move = _slots(closure).filter(closed_at=at, booked__gt=0).count()
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
    # Slots still booked only lose their mark, unless other days closed hold them; free ones are made again.
    booked = _slots(closure).filter(closed_at__isnull=False, booked__gt=0, starts_at__gt=at)
    held = reduce(or_, (touched(other) for other in _others(closure)), NOTHING)
    reopened = booked.exclude(held).filter(~TAKEN_ELSEWHERE).update(closed_at=None, closed_reason="")
    for opening in _openings(closure):
        until = last_day_to_generate(opening, at.date())
        reopened += fill(opening, at=at, until=until).added
    publish(ClosureLifted(closure_id=closure.pk), by=by, at=at)
    return reopened


def _check_hours(starts_at: time | None, ends_at: time | None) -> None:
    if (starts_at is None) != (ends_at is None):
        missing = "ends_at" if ends_at is None else "starts_at"
        raise DomainError("Indiquez le début et la fin, ou aucune heure pour la journée entière.", field=missing)
    if starts_at and ends_at and ends_at <= starts_at:
        raise DomainError("L’heure de fin doit être après l’heure de début.", field="ends_at")


def _slots(closure: Closure) -> QuerySet[Slot]:
    return Slot.objects.filter(touched(closure))


def touched(closure: Closure) -> Q:
    """The slots that a closure touches."""
    return _whose(closure) & during(closure.moments())


def _others(closure: Closure) -> QuerySet[Closure]:
    """Other closed days that still run at the same time."""
    return Closure.objects.filter(lifted_at=None, first_on__lte=closure.last_on, last_on__gte=closure.first_on)


def _openings(closure: Closure) -> QuerySet[Opening]:
    days = Q(first_on__lte=closure.last_on) & (Q(last_on=None) | Q(last_on__gte=closure.first_on))
    return Opening.objects.select_for_update(of=("self",)).filter(_whose(closure), days)


def _whose(closure: Closure) -> Q:
    """The slots or openings a closure concerns: those of the agent, of the place, or of both together."""
    who = Q(agent_id=closure.agent_id) if closure.agent_id else Q()
    return who & Q(place_id=closure.place_id) if closure.place_id else who
