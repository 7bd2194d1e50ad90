"""Free slots: soonest, nearest, by day, before a deadline."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, NotRequired, TypedDict, Unpack

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncWeek

from emploi.foundation import clock
from emploi.foundation.ui.french import pluriel
from emploi.pathway.appointments.enums import Modality
from emploi.pathway.appointments.models import Kind, Slot
from emploi.pathway.appointments.queries.choosing.hours import moments_offered, outside
from emploi.pathway.appointments.queries.places.capacity import with_a_desk
from emploi.pathway.appointments.queries.places.kinds import given_at
from emploi.pathway.appointments.queries.recipients import due_dates
from emploi.territory.geography.models import Place
from emploi.territory.geography.queries import nearest_places, place_territories

# Beyond, the exact number helps nobody and costs a scan of every free slot of the Département.
MOST_COUNTED = 99

# A few index probes a place, whatever the number of agents.
BY_PLACE = """
    SELECT place.id, soonest.free, soonest.next_at
      FROM geography_place AS place
     CROSS JOIN LATERAL (
           SELECT count(*) AS free, min(starts_at) AS next_at
             FROM (SELECT starts_at FROM appointments_slot
                    WHERE kind_id = %(kind)s AND place_id = place.id AND closed_at IS NULL AND booked < seats
                      AND starts_at >= %(since)s
                      AND (%(until)s::timestamptz IS NULL OR starts_at < %(until)s::timestamptz)
                      AND (%(agents)s::bigint[] IS NULL OR agent_id = ANY(%(agents)s::bigint[]))
                      AND (NOT %(accessible)s OR place.accessible OR modality <> 'physical')
                    ORDER BY starts_at LIMIT %(most)s) AS counted) AS soonest
     WHERE place.is_active AND soonest.free > 0
       AND (NOT %(herself)s OR NOT place.is_reserved OR %(home)s = ANY (place.sector))
       AND (place.id IN (SELECT place_id FROM appointments_kind_places WHERE kind_id = %(kind)s)
            OR place.kind = ANY((SELECT place_kinds FROM appointments_kind WHERE id = %(kind)s)::varchar[])
            OR NOT EXISTS (SELECT FROM appointments_kind_places WHERE kind_id = %(kind)s)
               AND (SELECT place_kinds = '{}' FROM appointments_kind WHERE id = %(kind)s))
"""
# From afar, no stair is in the way.
REACHED_BY_WHEELCHAIR = Q(place__accessible=True) | ~Q(modality=Modality.PHYSICAL)


class Asked(TypedDict):
    """Among which free slots somebody chooses: of a kind, between two moments, of some agents, without stairs."""

    kind_id: int
    since: datetime
    until: NotRequired[datetime | None]
    agent_ids: NotRequired[Collection[int] | None]
    accessible: NotRequired[bool]
    # Somebody who chooses by herself, and her commune: places reserved to other sectors are not shown to her.
    herself: NotRequired[bool]
    home: NotRequired[str | None]


class AskedAt(Asked):
    """The same, early, in the evening or on a Saturday only (DIS-115); "" for every hour."""

    moment: NotRequired[str]


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A place with free slots, as offered to a person: how far, how many (up to MOST_COUNTED + 1), from when."""

    place: Place
    km: float | None
    free: int
    next_at: datetime
    slots: list[Slot] = field(default_factory=list)

    @property
    def free_words(self) -> str:
        """The number of free slots in words, "plus de 99" when there are many."""
        if self.free > MOST_COUNTED:
            return f"plus de {MOST_COUNTED} créneaux libres"
        return pluriel(self.free, "créneau libre", "créneaux libres")


@dataclass(frozen=True, slots=True)
class DayChoice:
    """A day with free slots at one place."""

    day: date
    free: int


def first_interview_kind() -> Kind:
    """The kind that meets the 15 days (RG-01)."""
    return Kind.objects.get(is_first_interview=True)


def free_slots(
    *,
    kind_id: int,
    since: datetime,
    until: datetime | None = None,
    place_ids: Collection[int] | None = None,
    agent_ids: Collection[int] | None = None,
    accessible: bool = False,
    herself: bool = False,
    home: str | None = None,
    moment: str = "",
) -> QuerySet[Slot]:
    """Free slots of a kind from a moment on, the soonest first; slice it, one index scan answers."""
    slots: QuerySet[Slot] = Slot.objects.free().filter(kind_id=kind_id, starts_at__gte=since)
    if until is not None:
        slots = slots.filter(starts_at__lt=until)
    if place_ids is not None:
        slots = slots.filter(place_id__in=place_ids)
    if agent_ids is not None:
        slots = slots.filter(agent_id__in=agent_ids)
    if herself:
        slots = slots.filter(Q(place__is_reserved=False) | Q(place__sector__contains=[home or ""]))
    if accessible:
        slots = slots.filter(REACHED_BY_WHEELCHAIR)
    if moment:
        slots = outside(slots, since.astimezone(clock.ZONE).date(), moment)
    return slots.order_by("starts_at", "id")


def places_with_slots(
    commune_code: str | None,
    *,
    kind_id: int,
    since: datetime,
    until: datetime | None = None,
    agent_ids: Collection[int] | None = None,
    accessible: bool = False,
    herself: bool = False,
    home: str | None = None,
) -> list[PlaceChoice]:
    """Places of the kind that still have free slots, the nearest of the commune first (RG-05); up to MOST_COUNTED."""
    asked: dict[str, Any] = {
        "kind": kind_id,
        "since": since,
        "until": until,
        "most": MOST_COUNTED + 1,
        "accessible": accessible,
        "herself": herself,
        "home": home or "",
    }
    with connection.cursor() as cursor:
        cursor.execute(BY_PLACE, {**asked, "agents": None if agent_ids is None else list(agent_ids)})
        found = {place_id: (free, next_at) for place_id, free, next_at in cursor.fetchall()}
    return [
        PlaceChoice(near.place, near.km, *found[near.place.pk])
        for near in nearest_places(commune_code)
        if near.place.pk in found
    ]


def nearest_slots(
    commune_code: str | None,
    *,
    kind_id: int,
    since: datetime,
    until: datetime | None = None,
    places: int = 3,
    per_place: int = 4,
    agent_ids: Collection[int] | None = None,
    accessible: bool = False,
    herself: bool = False,
    home: str | None = None,
) -> list[PlaceChoice]:
    """The soonest slots of the nearest places, for a caller on the phone: never more than `places` × `per_place`."""
    asked: Asked = {
        "kind_id": kind_id, "since": since, "until": until, "agent_ids": agent_ids, "accessible": accessible,
        "herself": herself, "home": home,
    }  # fmt: skip
    return [with_slots(choice, per_place, **asked) for choice in places_with_slots(commune_code, **asked)[:places]]


def with_slots(choice: PlaceChoice, most: int, **asked: Unpack[Asked]) -> PlaceChoice:
    """A place with its soonest slots, `most` at most."""
    slots = free_slots(place_ids=[choice.place.pk], **asked).select_related("agent", "place", "kind")
    return replace(choice, slots=with_a_desk(list(slots[:most])))


def days_with_slots(place_id: int, **asked: Unpack[AskedAt]) -> list[DayChoice]:
    """Days with free slots at a place, in order."""
    rows = (
        free_slots(place_ids=[place_id], **asked)
        .filter(given_at(asked["kind_id"], place_id))
        .order_by()
        .annotate(day=TruncDate("starts_at", tzinfo=clock.ZONE))
        .values("day")
        .annotate(free=Count("starts_at", distinct=True))
        .order_by("day")
    )
    return [DayChoice(row["day"], row["free"]) for row in rows]


def moments_at(place_id: int, **asked: Unpack[Asked]) -> list[tuple[str, str]]:
    """The moments outside the ordinary hours at which a place still has free slots, as (word, words)."""
    slots = free_slots(place_ids=[place_id], **asked).filter(given_at(asked["kind_id"], place_id))
    return moments_offered(slots, asked["since"].astimezone(clock.ZONE).date())


def hours_of_day(place_id: int, day: date, **asked: Unpack[AskedAt]) -> list[Slot]:
    """One free slot for each starting hour of a day at a place and each way to meet, whichever agent receives."""
    opening = max(asked["since"], clock.start_of(day))
    closing = clock.start_of(clock.add_days(day, 1))
    until = asked.get("until")
    whole: AskedAt = {**asked, "since": opening, "until": min(closing, until) if until else closing}
    slots = (
        free_slots(place_ids=[place_id], **whole)
        .filter(given_at(asked["kind_id"], place_id))
        .select_related("kind", "place")
    )
    return with_a_desk(list(slots.order_by("starts_at", "modality", "id").distinct("starts_at", "modality")))


def free_by_day(
    *, kind_id: int, since: datetime, until: datetime, place_ids: Collection[int] | None = None
) -> dict[date, int]:
    """Number of free seats of each day between two moments; days without any are absent."""
    rows = (
        free_slots(kind_id=kind_id, since=since, until=until, place_ids=place_ids)
        .order_by()
        .annotate(day=TruncDate("starts_at", tzinfo=clock.ZONE))
        .values_list("day")
        .annotate(free=Sum(F("seats") - F("booked")))
    )
    return dict(rows)


def free_by_territory(*, kind_id: int, since: datetime, until: datetime) -> dict[int | None, dict[date, int]]:
    """Number of free seats of each territory (None: places in none) and day between two moments."""
    rows = (
        free_slots(kind_id=kind_id, since=since, until=until)
        .filter(place__is_active=True)
        .order_by()
        .annotate(day=TruncDate("starts_at", tzinfo=clock.ZONE))
        .values_list("place_id", "day")
        .annotate(free=Sum(F("seats") - F("booked")))
    )
    territories = place_territories()
    found: dict[int | None, dict[date, int]] = {}
    for place_id, day, free in rows:
        territory = territories.get(place_id)
        days = found.setdefault(territory.pk if territory else None, {})
        days[day] = days.get(day, 0) + free
    return found


def slots_before(entry_ids: Iterable[int], *, at: datetime, place_ids: Collection[int] | None = None) -> dict[int, int]:
    """Free first-interview slots left before the last day to meet each entry: two queries whatever their number."""
    due = due_dates(entry_ids)
    if not due:
        return {}
    until = clock.start_of(clock.add_days(max(due.values()), 1))
    by_day = free_by_day(kind_id=first_interview_kind().pk, since=at, until=until, place_ids=place_ids)
    return {entry_id: sum(free for day, free in by_day.items() if day <= due_on) for entry_id, due_on in due.items()}


def supply_by_week(
    *, kind_id: int, since: date | datetime, weeks: int, place_ids: Collection[int] | None = None
) -> list[tuple[int, date, int, int]]:
    """Rows (place_id, Monday, seats, booked) of the open slots from a day or a moment on, week by week.

    Seats already past are no capacity, not even those of the current week.
    """
    first = since if isinstance(since, datetime) else clock.start_of(since)
    day = first.astimezone(clock.ZONE).date()
    monday = day - timedelta(days=day.weekday())
    slots = Slot.objects.open().filter(
        kind_id=kind_id,
        starts_at__gte=first,
        starts_at__lt=clock.start_of(clock.add_weeks(monday, weeks)),
    )
    if place_ids is not None:
        slots = slots.filter(place_id__in=place_ids)
    rows = (
        slots.annotate(week=TruncWeek("starts_at", tzinfo=clock.ZONE))
        .values_list("place_id", "week")
        .annotate(all_seats=Sum("seats"), taken=Sum("booked"))
        .order_by("place_id", "week")
    )
    return [(place_id, week.date(), seats, booked) for place_id, week, seats, booked in rows]
