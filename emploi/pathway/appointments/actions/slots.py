"""Writing slots, for the other actions of this app."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.pathway.appointments.models import BusyTime, Closure, Opening, Slot
from emploi.pathway.appointments.rules.slots import Away, Moments, Pattern, slots_between

# How far an opening without end is generated: beyond, nobody books and holidays of agents are unknown.
HORIZON_MONTHS = 6
OUTSIDE_OPENINGS = "Créneau hors permanence"

# A slot that overlaps another one of the same agent breaks the exclusion constraint: it is left out, never forced.
INSERT = """
    INSERT INTO appointments_slot
           (opening_id, agent_id, place_id, kind_id, seats, modality, period, booked, closed_reason)
    SELECT %s, %s, %s, %s, %s, %s, tstzrange(moment.start, moment.stop), 0, ''
      FROM unnest(%s::timestamptz[], %s::timestamptz[]) AS moment(start, stop)
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Filled:
    """Number of slots added, and of those refused because the agent is already taken at that time."""

    added: int
    refused: int


def agent_id_of(by: Actor) -> int | None:
    """The agent behind an actor, None for the person or the system."""
    return by.id if by.kind == "agent" else None


def last_day_to_generate(opening: Opening, today: date) -> date:
    """The last day whose slots should exist now."""
    horizon = clock.add_months(max(today, opening.first_on), HORIZON_MONTHS)
    return horizon if opening.last_on is None else min(opening.last_on, horizon)


def fill(opening: Opening, *, at: datetime, until: date) -> Filled:
    """Insert the missing coming slots of an opening in one statement, unless the agent left or the place closed."""
    if not (opening.agent.is_active and opening.place.is_active):
        return Filled(added=0, refused=0)
    since = max(at.date(), opening.first_on)
    wanted = [
        slot
        for slot in slots_between(
            pattern_of(opening), since=since, until=until, away=away_of(opening, since, until), zone=clock.ZONE
        )
        if slot[0] > at
    ]
    kept = set(opening.slots.filter(closed_at=None, starts_at__gte=at).values_list("starts_at", "ends_at"))
    missing = [slot for slot in wanted if slot not in kept]
    added = _insert(opening, missing) if missing else 0
    opening.generated_until = max(until, opening.generated_until or until)
    opening.save(update_fields=["generated_until"])
    return Filled(added=added, refused=len(missing) - added)


def drop_slots(opening: Opening, *, since: datetime, at: datetime, reason: str) -> int:
    """Remove the free coming slots of an opening; one that had an appointment, even cancelled, is closed instead."""
    return withdraw(opening.slots.filter(starts_at__gte=since), at=at, reason=reason)


def withdraw(slots: QuerySet[Slot], *, at: datetime, reason: str) -> int:
    """Take back the free ones among these slots; somebody who is just booking one keeps it."""
    free = slots.filter(booked=0, closed_at=None).select_for_update(of=("self",), skip_locked=True)
    coming = Slot.objects.filter(pk__in=list(free.values_list("pk", flat=True)))
    closed = coming.filter(appointments__isnull=False).values("pk")
    count = Slot.objects.filter(pk__in=closed).update(closed_at=at, closed_reason=reason[:200])
    removed, _ = coming.filter(appointments__isnull=True).delete()
    return count + removed


def leave(slot_id: int, *, at: datetime) -> None:
    """Close a slot made outside any opening once nobody has a seat in it: its agent never offered that hour."""
    alone = Slot.objects.open().filter(pk=slot_id, opening=None, booked=0)
    alone.update(closed_at=at, closed_reason=OUTSIDE_OPENINGS)


def take_up_again(slot_id: int) -> None:
    """Open again a slot that `leave` closed, when its agent still has nothing else at that hour."""
    try:
        with transaction.atomic():
            Slot.objects.filter(pk=slot_id, opening=None, booked=0, closed_reason=OUTSIDE_OPENINGS).update(
                closed_at=None, closed_reason=""
            )
    except IntegrityError:
        # She was given another hour across it since: the caller finds the slot closed.
        return


def _insert(opening: Opening, moments: list[Moments]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                opening.pk,
                opening.agent_id,
                opening.place_id,
                opening.kind_id,
                opening.seats,
                opening.modality,
                [start for start, _ in moments],
                [stop for _, stop in moments],
            ],
        )
        return int(cursor.rowcount)


def pattern_of(opening: Opening) -> Pattern:
    """The hours of an opening, as the rules read them."""
    return Pattern(
        first_on=opening.first_on,
        last_on=opening.last_on,
        weekdays=frozenset(opening.weekdays),
        starts_at=opening.starts_at,
        ends_at=opening.ends_at,
        minutes=opening.slot_minutes,
        weeks=opening.weeks,
        exceptions={
            one.day: (one.starts_at, one.ends_at) if one.starts_at and one.ends_at else None
            for one in opening.exceptions.all()
        },
    )


def away_of(opening: Opening, since: date, until: date) -> Away:
    """What keeps an opening from giving its hours between two days."""
    span = [clock.add_days(since, n) for n in range((until - since).days + 1)]
    mine = Q(agent_id=opening.agent_id, place_id=None) | Q(place_id=opening.place_id, agent_id=None)
    both = Q(agent_id=opening.agent_id, place_id=opening.place_id)
    whole = Q(everywhere=True)
    running = Closure.objects.filter(mine | both | whole, lifted_at=None, first_on__lte=until, last_on__gte=since)
    return Away.of(
        holidays={day for day in span if clock.is_holiday(day)},
        taken=[*(moment for closure in running for moment in closure.moments()), *_busy(opening.agent_id, since)],
    )


def _busy(agent_id: int, since: date) -> list[Moments]:
    """When the agent is taken, as her calendar kept elsewhere says."""
    busy = BusyTime.objects.filter(agent_id=agent_id, ends_at__gt=clock.start_of(since))
    return list(busy.values_list("starts_at", "ends_at"))
