"""The list behind each number of the page of capacity: as many lines as the number says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, QuerySet

from emploi.foundation.clock import ZONE, add_weeks, start_of
from emploi.oversight.steering.queries.capacity import PAST_WEEKS
from emploi.pathway.appointments.models import Appointment, Slot
from emploi.pathway.appointments.queries.slots import first_interview_kind
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks.models import Deadline
from emploi.territory.geography.models import TerritoryCommune
from emploi.territory.geography.queries import default_grid

NOWHERE = "none"
Rows = TypeVar("Rows", bound=QuerySet[Any])
_PLANNED = Appointment.objects.filter(entry=OuterRef("entry_id"), is_first_interview=True, status="planned")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which number: the moment, the weeks (the last excluded), the territory ("" for all), the officer, the place."""

    at: datetime
    first: date
    until: date
    territory: str = ""
    agent_id: int | None = None
    place_id: int | None = None


def waiting(asked: Asked) -> QuerySet[Deadline]:
    """Entrants without appointment whose delay ends these weeks; those already late are owed the current week."""
    today = asked.at.astimezone(ZONE).date()
    owed = Deadline.objects.filter(
        kind="first_interview", is_actionable=True, entry__closed_on=None, due_on__lt=asked.until
    ).filter(~Exists(_PLANNED))
    if asked.first > today:
        owed = owed.filter(due_on__gte=asked.first)
    return _somewhere(owed, "entry__commune_id", asked.territory).select_related("person").order_by("due_on", "pk")


def past_entrants(asked: Asked) -> QuerySet[Entry]:
    """The entrants of the last quarter: their mean is what is expected."""
    monday = _monday(asked.at)
    found = Entry.objects.filter(is_stock=False, opened_on__gte=add_weeks(monday, -PAST_WEEKS), opened_on__lt=monday)
    return _somewhere(found, "commune_id", asked.territory).select_related("person").order_by("-opened_on", "pk")


def slots(asked: Asked, *, free_only: bool) -> QuerySet[Slot]:
    """The slots to come, those with a free seat or all; seats are summed, a slot may hold several."""
    found = Slot.objects.open().filter(
        kind_id=first_interview_kind().pk,
        starts_at__gte=max(asked.at, start_of(asked.first)),
        starts_at__lt=start_of(asked.until),
    )
    if free_only:
        found = found.filter(booked__lt=F("seats"))
    if asked.agent_id:
        found = found.filter(agent_id=asked.agent_id)
    if asked.place_id:
        found = found.filter(place_id=asked.place_id)
    placed = _somewhere(found, "place__commune_id", asked.territory)
    return placed.select_related("agent", "place").order_by("starts_at", "pk")


def _somewhere(rows: Rows, commune: str, territory: str) -> Rows:
    if not territory:
        return rows
    links = TerritoryCommune.objects.filter(grid=default_grid())
    if territory == NOWHERE:
        return rows.exclude(**{f"{commune}__in": links.values("commune_id")})
    return rows.filter(**{f"{commune}__in": links.filter(territory_id=int(territory)).values("commune_id")})


def _monday(at: datetime) -> date:
    today = at.astimezone(ZONE).date()
    return today - timedelta(days=today.weekday())
