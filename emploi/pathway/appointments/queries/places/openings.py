"""Openings as a list: those that run, are to come or are over, with their coming slots."""

from __future__ import annotations

from collections.abc import Sequence
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


def with_coming(page: Sequence[Opening], now: datetime) -> list[Opening]:
    """Add to the openings of one page their coming slots and those booked: one query whatever the Département."""
    slots = Slot.objects.filter(opening__in=[one.pk for one in page], starts_at__gte=now).order_by()
    counts = slots.values("opening").annotate(
        free=Count("pk", filter=Q(closed_at=None)), booked=Count("pk", filter=Q(booked__gt=0))
    )
    known = {row["opening"]: row for row in counts}
    for one in page:
        row = known.get(one.pk, {"free": 0, "booked": 0})
        one.coming_slots, one.coming_booked = row["free"], row["booked"]  # type: ignore[attr-defined]
    return list(page)
