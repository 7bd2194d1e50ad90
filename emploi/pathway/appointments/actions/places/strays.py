"""Booked slots that their opening no longer gives: never offered again, and to be moved when nobody is there."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from emploi.foundation import clock
from emploi.pathway.appointments.actions.slots import away_of, pattern_of
from emploi.pathway.appointments.models import Opening, Slot
from emploi.pathway.appointments.rules.slots import Pattern, slots_of_day

STRAY = "La permanence n’a plus lieu à cette heure"


def close_booked(slots: QuerySet[Slot], *, at: datetime) -> int:
    """Close the booked slots of hours that are over: freed, they are offered to nobody; until then, to be moved."""
    return slots.filter(booked__gt=0, closed_at=None).update(closed_at=at, closed_reason=STRAY)


def realign(opening: Opening, *, at: datetime) -> None:
    """After a change of hours: close the booked slots outside them, let go of those that only begin at another minute.

    One that the opening gives again, and that no absence holds, is open again.
    """
    booked = list(opening.slots.filter(booked__gt=0, starts_at__gt=at))
    if not booked:
        return
    pattern = pattern_of(opening)
    away = away_of(opening, at.date(), max(slot.starts_at for slot in booked).astimezone(clock.ZONE).date())
    stray = [slot.pk for slot in booked if not _is_within(slot, opening, pattern)]
    again = [
        slot.pk
        for slot in booked
        if slot.pk not in stray and slot.closed_reason == STRAY and not away.covers((slot.starts_at, slot.ends_at))
    ]
    close_booked(Slot.objects.filter(pk__in=stray), at=at)
    Slot.objects.filter(pk__in=again).update(closed_at=None, closed_reason="")
    # Somebody is still there to receive, but the hour is no longer given: once freed, it closes by itself.
    apart = [slot.pk for slot in booked if slot.pk not in stray and not _is_given(slot, opening, pattern)]
    Slot.objects.filter(pk__in=apart, seats=1).update(opening=None)


def _is_within(slot: Slot, opening: Opening, pattern: Pattern) -> bool:
    """Whether the same agent receives at the same place during the whole slot."""
    start, stop = slot.starts_at.astimezone(clock.ZONE), slot.ends_at.astimezone(clock.ZONE)
    day = start.date()
    hours = pattern.hours_of(day) if day >= pattern.first_on and (pattern.last_on or day) >= day else None
    if hours is None or (slot.agent_id, slot.place_id) != (opening.agent_id, opening.place_id):
        return False
    return bool(hours[0] <= start.time() and stop.time() <= hours[1])


def _is_given(slot: Slot, opening: Opening, pattern: Pattern) -> bool:
    """Whether the opening gives this very slot."""
    same = (slot.kind_id, slot.modality) == (opening.kind_id, opening.modality)
    day = slot.starts_at.astimezone(clock.ZONE).date()
    return same and (slot.starts_at, slot.ends_at) in set(slots_of_day(pattern, day, clock.ZONE))
