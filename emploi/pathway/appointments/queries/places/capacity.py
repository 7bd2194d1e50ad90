"""Desks and rooms: who is at a place at an hour, where too many are, what a half-day still holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q, QuerySet

from emploi.foundation import clock
from emploi.foundation.ui.french import moment_fr, pluriel
from emploi.pathway.appointments.enums import Modality
from emploi.pathway.appointments.models import Slot
from emploi.pathway.appointments.rules.places import most_at_once
from emploi.territory.geography.models import Place

AFTERNOON_HOUR = 13
# How far a place that overflows is looked for: beyond, there is still time to see it.
WATCHED_DAYS = 14
HALVES = ("matin", "après-midi")
# A desk is held by whoever receives there, booked or not; a session sits in the meeting room.
IN_THE_ROOM = Q(kind__is_collective=True, seats__gt=1)
RECEIVES_THERE = Q(closed_at=None, modality=Modality.PHYSICAL)

# What starts adds, what ends takes away: one sorted pass, however many agents share a place.
CROWDED = """
    WITH present AS (
        SELECT slot.place_id, slot.starts_at, slot.ends_at, kind.is_collective AND slot.seats > 1 AS in_room,
               CASE WHEN kind.is_collective AND slot.seats > 1 THEN slot.seats ELSE 1 END AS weight,
               CASE WHEN kind.is_collective AND slot.seats > 1 THEN place.room_seats ELSE place.capacity END AS most
          FROM appointments_slot AS slot
          JOIN geography_place AS place ON place.id = slot.place_id
          JOIN appointments_kind AS kind ON kind.id = slot.kind_id
         WHERE (place.capacity IS NOT NULL OR place.room_seats IS NOT NULL)
           AND (%(place)s::bigint IS NULL OR slot.place_id = %(place)s::bigint)
           AND slot.starts_at >= %(since)s AND (%(until)s::timestamptz IS NULL OR slot.starts_at < %(until)s)
           AND slot.closed_at IS NULL AND slot.modality = 'physical'
    ), steps AS (
        SELECT place_id, in_room, most, starts_at AS moment, weight AS step FROM present WHERE most IS NOT NULL
         UNION ALL
        SELECT place_id, in_room, most, ends_at, -weight FROM present WHERE most IS NOT NULL
    ), counted AS (
        SELECT place_id, in_room, most, moment, step,
               sum(step) OVER one_place AS together
          FROM steps
        WINDOW one_place AS (PARTITION BY place_id, in_room ORDER BY moment, step ROWS UNBOUNDED PRECEDING)
    )
    SELECT place_id, in_room, moment, max(together), max(most) FROM counted
     WHERE step > 0 AND together > most
     GROUP BY place_id, in_room, moment
     ORDER BY place_id, moment, in_room
"""


@dataclass(frozen=True, slots=True)
class Crowd:
    """A moment at which a place, or its meeting room, has more than it can hold."""

    place_id: int
    in_room: bool
    moment: datetime
    together: int
    most: int


@dataclass(frozen=True, slots=True)
class HalfDay:
    """The desks of a place held during a morning or an afternoon, at most at one time."""

    name: str
    taken: int
    capacity: int

    @property
    def is_crowded(self) -> bool:
        """True when more agents receive than there are desks."""
        return self.taken > self.capacity

    @property
    def words(self) -> str:
        """As the board says it: « Matin : 2 bureaux sur 3 pris »."""
        if self.is_crowded:
            return f"{self.name.capitalize()} : {self.taken} agents pour {pluriel(self.capacity, 'bureau', 'bureaux')}"
        return f"{self.name.capitalize()} : {desks_held(self.taken, self.capacity)}"


def desks_held(taken: int, capacity: int) -> str:
    """How many desks are held out of how many: « 2 bureaux sur 3 pris »."""
    return f"{pluriel(taken, 'bureau', 'bureaux')} sur {capacity} pris"


def crowds(*, since: datetime, until: datetime | None = None, place_id: int | None = None) -> list[Crowd]:
    """Where and when more receive, or are received together, than the place can hold; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(CROWDED, {"place": place_id, "since": since, "until": until})
        return [Crowd(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class CrowdedPlace:
    """A place where too many receive in the coming days: the first time, and how many times in all."""

    place: Place
    first: Crowd
    times: int

    @property
    def words(self) -> str:
        """What is wrong, in one sentence."""
        when = moment_fr(self.first.moment.astimezone(clock.ZONE))
        again = (
            f", et {pluriel(self.times - 1, 'autre fois', 'autres fois')} dans les {WATCHED_DAYS} jours"
            if self.times > 1
            else ""
        )
        if self.first.in_room:
            seats = pluriel(self.first.most, "place", "places")
            return f"{self.first.together} personnes attendues dans une salle de {seats}, {when}{again}."
        desks = pluriel(self.first.most, "bureau", "bureaux")
        return f"{self.first.together} agents pour {desks}, {when}{again}."


def crowded_places(at: datetime) -> list[CrowdedPlace]:
    """The places that will overflow soon: earlier data, a desk given up, an absence ended too early."""
    by_place: dict[int, list[Crowd]] = defaultdict(list)
    for crowd in crowds(since=at, until=clock.start_of(clock.add_days(at.date(), WATCHED_DAYS))):
        by_place[crowd.place_id].append(crowd)
    places = Place.objects.filter(pk__in=by_place).order_by("name")
    return [CrowdedPlace(place, by_place[place.pk][0], len(by_place[place.pk])) for place in places]


def there_at(place_id: int, moment: datetime, *, in_room: bool, but_opening_id: int | None = None) -> list[str]:
    """The names of those who receive at a place at a moment, at the desks or in the meeting room."""
    slots = Slot.objects.filter(RECEIVES_THERE, place=place_id, starts_at__lte=moment, ends_at__gt=moment)
    slots = slots.filter(IN_THE_ROOM) if in_room else slots.exclude(IN_THE_ROOM)
    if but_opening_id is not None:
        slots = slots.exclude(opening=but_opening_id)
    agents = {slot.agent for slot in slots.select_related("agent")}
    return sorted(agent.full_name for agent in agents)


def at_desks(place_id: int) -> QuerySet[Slot]:
    """The slots of a place in which an agent holds a desk."""
    return Slot.objects.filter(RECEIVES_THERE, place=place_id).exclude(IN_THE_ROOM)


def full_moments(place: Place, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """The moments, between two, at which somebody is already expected at a desk of the place."""
    expected = at_desks(place.pk).filter(booked__gt=0, starts_at__lt=until, ends_at__gt=since)
    return list(expected.values_list("starts_at", "ends_at"))


def with_a_desk(slots: Sequence[Slot]) -> list[Slot]:
    """Leave out the free slots for which every desk of their place is already promised; nothing without capacity.

    The slots are those of one place, read with it.
    """
    place = slots[0].place if slots else None
    if place is None or place.capacity is None:
        return list(slots)
    expected = full_moments(place, min(one.starts_at for one in slots), max(one.ends_at for one in slots))
    return [one for one in slots if one.booked or has_a_desk(one, expected, place.capacity)]


def has_a_desk(slot: Slot, expected: Sequence[tuple[datetime, datetime]], capacity: int) -> bool:
    """Tell whether one more agent finds a desk for the whole of a slot, others being expected at these moments."""
    if slot.modality != Modality.PHYSICAL or (slot.kind.is_collective and slot.seats > 1):
        return True
    beside = [
        (max(start, slot.starts_at), min(stop, slot.ends_at))
        for start, stop in expected
        if start < slot.ends_at and stop > slot.starts_at
    ]
    return most_at_once(beside) < capacity


def half_days(place: Place, first_on: date, last_on: date) -> dict[date, list[HalfDay]]:
    """The desks held each half-day of a place, nothing when nobody said how many there are; one query."""
    if place.capacity is None:
        return {}
    since, until = clock.start_of(first_on), clock.start_of(clock.add_days(last_on, 1))
    held: dict[tuple[date, int], list[tuple[datetime, datetime]]] = defaultdict(list)
    slots = at_desks(place.pk).filter(starts_at__gte=since, starts_at__lt=until)
    for start, stop in slots.values_list("starts_at", "ends_at"):
        here = start.astimezone(clock.ZONE)
        held[here.date(), int(here.hour >= AFTERNOON_HOUR)].append((start, stop))
    found: dict[date, list[HalfDay]] = defaultdict(list)
    for (day, half), moments in sorted(held.items()):
        found[day].append(HalfDay(HALVES[half], most_at_once(moments), place.capacity))
    return found


def busiest(place_id: int, since: datetime, until: datetime) -> int:
    """How many agents hold a desk of a place together, at the busiest moment between two."""
    slots = at_desks(place_id).filter(starts_at__gte=since, starts_at__lt=until)
    return most_at_once(slots.values_list("starts_at", "ends_at"))
