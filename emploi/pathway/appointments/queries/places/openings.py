"""Openings as a list: those that run, are to come or are over, with their coming slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from emploi.pathway.appointments.models import Opening, Slot

CURRENT, RUNNING, TO_COME, ENDED = "", "en-cours", "a-venir", "terminees"


def openings_of(manageable: QuerySet[Opening]) -> QuerySet[Opening]:
    """These openings by agent, with what a line shows."""
    found = manageable.select_related("agent", "place__commune", "kind")
    return found.order_by("agent__last_name", "agent__first_name", "place__name", "starts_at", "id")


def in_state(found: QuerySet[Opening], state: str, today: date) -> QuerySet[Opening]:
    """Keep the openings that run, are to come, are over; without a state, those that are not over."""
    over = Q(last_on__lt=today)
    if state == ENDED:
        return found.filter(over)
    if state == TO_COME:
        return found.filter(~over, first_on__gt=today)
    return found.filter(~over, first_on__lte=today) if state == RUNNING else found.filter(~over)


@dataclass(frozen=True, slots=True)
class Coming:
    """How many slots of an opening are to come, and how many of them are booked."""

    slots: int = 0
    booked: int = 0


def coming_of(page: Sequence[Opening], now: datetime) -> dict[int, Coming]:
    """Return the coming slots of the openings of one page, by opening: one query whatever the Département."""
    slots = Slot.objects.filter(opening__in=[one.pk for one in page], starts_at__gte=now).order_by()
    counts = slots.values("opening").annotate(
        free=Count("pk", filter=Q(closed_at=None)), booked=Count("pk", filter=Q(booked__gt=0))
    )
    known = {row["opening"]: Coming(row["free"], row["booked"]) for row in counts}
    return {one.pk: known.get(one.pk, Coming()) for one in page}
