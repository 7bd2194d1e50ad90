"""Closing days: an absent agent, a place under works; the appointments of those days remain to be moved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.appointments.actions.places.strays import STRAY
from emploi.pathway.appointments.actions.slots import agent_id_of, fill, last_day_to_generate
from emploi.pathway.appointments.events import ClosureLifted, DaysClosed
from emploi.pathway.appointments.models import Closure, Opening, Slot
from emploi.pathway.appointments.models.openings import NOTHING, during
from emploi.pathway.appointments.queries.calendars import TAKEN_ELSEWHERE
from emploi.pathway.appointments.rules.slots import closed_moments

WHO = "Choisissez un agent, un lieu, ou les deux. Pour fermer partout (pont, grève), cochez « Tout le Département »."
LONGEST_MONTHS = 12


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
    everywhere: bool = False,
    first_on: date,
    last_on: date,
    weekdays: Collection[int] = (),
    starts_at: time | None = None,
    ends_at: time | None = None,
    reason: str,
    by: Actor,
    at: datetime,
) -> Closed:
    """Close days, or hours of each: nobody can book, appointments stay until moved.

    For an agent, a place, both together, or the whole Département; every day between the two, or some weekdays of it.
    """
    if not reason.strip():
        raise DomainError("Indiquez la raison.", field="reason")
    if not everywhere and agent_id is None and place_id is None:
        raise DomainError(WHO, field="everywhere")
    _check_days(first_on, last_on, weekdays, today=at.date())
    _check_hours(starts_at, ends_at)
    closure = Closure.objects.create(
        agent_id=None if everywhere else agent_id,
        place_id=None if everywhere else place_id,
        everywhere=everywhere,
        first_on=first_on,
        last_on=last_on,
        weekdays=sorted(set(weekdays)),
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        created_at=at,
        created_by_id=agent_id_of(by),
    )
    closed = _slots(closure).filter(closed_at=None).update(closed_at=at, closed_reason=closure.reason)
    # Counted once closed: nobody can book any more.
    to_move = _slots(closure).filter(closed_at=at, booked__gt=0).count()
    publish(_told(closure), by=by, at=at, reason=closure.reason)
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
    booked = booked.exclude(closed_reason=STRAY)
    held = reduce(or_, (touched(other) for other in _others(closure)), NOTHING)
    reopened = booked.exclude(held).filter(~TAKEN_ELSEWHERE).update(closed_at=None, closed_reason="")
    for opening in _openings(closure):
        # The days after were never held back.
        until = min(last_day_to_generate(opening, at.date()), closure.last_on)
        reopened += fill(opening, at=at, until=until).added
    publish(ClosureLifted(closure_id=closure.pk), by=by, at=at)
    return reopened


def _told(closure: Closure) -> DaysClosed:
    return DaysClosed(
        closure_id=closure.pk,
        agent_id=closure.agent_id,
        place_id=closure.place_id,
        first_on=closure.first_on,
        last_on=closure.last_on,
        everywhere=closure.everywhere,
        weekdays=tuple(closure.weekdays),
    )


def _check_days(first_on: date, last_on: date, weekdays: Collection[int], *, today: date) -> None:
    if last_on < first_on:
        raise DomainError("Le dernier jour doit être après le premier.", field="last_on")
    if last_on < today:
        raise DomainError("Ces jours sont passés.", field="last_on")
    if weekdays and last_on > clock.add_months(first_on, LONGEST_MONTHS):
        raise DomainError("Une absence qui revient chaque semaine se déclare pour un an au plus.", field="last_on")
    if weekdays and not closed_moments(first_on, last_on, None, clock.ZONE, weekdays):
        raise DomainError("Aucun de ces jours de la semaine n’est entre ces deux dates.", field="weekdays")


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
