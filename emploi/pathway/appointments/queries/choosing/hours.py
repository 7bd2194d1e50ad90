"""Slots and appointments outside the ordinary hours (DIS-115), in SQL: what rules.hours.moments_of says of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractIsoWeekDay, TruncTime

from emploi.foundation import clock
from emploi.pathway.appointments.rules.hours import CLOSED_DAY, EARLY, EVENING, MOMENTS, Week
from emploi.territory.rulebook import queries as rulebook

LABELS = {EARLY: "Tôt le matin", EVENING: "Le soir", CLOSED_DAY: "Le samedi"}
NOTHING = Q(pk__in=[])


def outside(rows: QuerySet[Any], on: date, moment: str = "") -> QuerySet[Any]:
    """Keep the slots or appointments outside the ordinary hours of a day: at one moment, or at any."""
    return with_hours(rows).filter(condition(on, moment))


def moments_offered(slots: QuerySet[Any], on: date) -> list[tuple[str, str]]:
    """Return the moments at which some of these slots are, as (word of the address, words), in one query."""
    counts = {moment: Count("pk", filter=condition(on, moment)) for moment in MOMENTS}
    found = with_hours(slots.order_by()).aggregate(**counts)
    return [(moment, LABELS[moment]) for moment in MOMENTS if found[moment]]


def with_hours(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add what the condition reads: the day of the week and the hours, in Paris."""
    found: QuerySet[Any] = rows.alias(
        week_day=ExtractIsoWeekDay("starts_at", tzinfo=clock.ZONE),
        begins=TruncTime("starts_at", tzinfo=clock.ZONE),
        ends=TruncTime("ends_at", tzinfo=clock.ZONE),
    )
    return found


def condition(on: date, moment: str = "") -> Q:
    """Return the condition of one moment, or of any."""
    week: Week = rulebook.value("standard_hours", on)
    wanted = [moment] if moment else MOMENTS
    return _any(_moment(week, one) for one in wanted)


def _moment(week: Week, moment: str) -> Q:
    if moment == CLOSED_DAY:
        return Q(week_day__in=[number for number, hours in enumerate(week, 1) if hours is None])
    days = [(number, hours) for number, hours in enumerate(week, 1) if hours is not None]
    if moment == EARLY:
        return _any(Q(week_day=number, begins__lt=hours[0]) for number, hours in days)
    return _any(Q(week_day=number, ends__gt=hours[1]) for number, hours in days)


def _any(conditions: Sequence[Q] | Any) -> Q:
    return reduce(or_, conditions, NOTHING)
