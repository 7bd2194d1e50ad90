"""The slots offered at the fifth step, for the first meeting with the referent or his organisation (RG-07, TR-07)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from emploi.foundation import clock
from emploi.pathway.appointments.models import Kind, Slot
from emploi.pathway.appointments.queries.places.kinds import GIVEN_THERE
from emploi.pathway.appointments.queries.slots import free_slots
from emploi.pathway.appointments.queries.targets import who_may_receive
from emploi.pathway.orientation.models import Decision
from emploi.pathway.orientation.queries.decisions import referents_of
from emploi.pathway.orientation.rules.meetings import spread
from emploi.territory.geography.models import Place
from emploi.territory.geography.queries import nearest_places

PLACES_SHOWN, SLOTS_A_PLACE, SLOTS_OF_ONE_PLACE = 3, 6, 24
# Read for each professional at each place: enough for a whole page of one place.
READ_EACH = SLOTS_OF_ONE_PLACE


@dataclass(frozen=True, slots=True)
class Near:
    """A place with free slots of the body, how far it is, and those shown."""

    place: Place
    km: float | None
    slots: list[Slot]


@dataclass(frozen=True, slots=True)
class Meetings:
    """What may be chosen for the next appointment."""

    kind: Kind
    everywhere: list[Near]
    shown: list[Near]


def kinds_after_interview() -> list[Kind]:
    """Return the kinds of appointment the administrator proposes at the end of an interview, in their order."""
    return list(Kind.objects.filter(is_active=True, offered_after_interview=True))


def meetings(
    decision: Decision, kind: Kind, *, at: datetime, since: date | None = None, place_id: int | None = None
) -> Meetings:
    """Return the free slots with the referent, else with the agents of the body: nearest places first, several agents.

    One query for the slots, whatever the number of places and agents.
    """
    start = max(at, clock.start_of(since)) if since else at
    until = clock.start_of(clock.add_days(start.astimezone(clock.ZONE).date(), kind.booking_horizon_days + 1))
    free = free_slots(kind_id=kind.pk, since=start, until=until, agent_ids=_receivers(decision, kind, at.date()))
    rank = Window(RowNumber(), partition_by=[F("place_id"), F("agent_id")], order_by=[F("starts_at"), F("id")])
    rows = free.filter(GIVEN_THERE).annotate(rank=rank).filter(rank__lte=READ_EACH)
    by_place: dict[int, list[Slot]] = {}
    for slot in rows.select_related("agent", "place__commune"):
        by_place.setdefault(slot.place_id, []).append(slot)
    nearest = nearest_places(decision.entry.commune_id) if by_place else []
    everywhere = [Near(near.place, near.km, by_place[near.place.pk]) for near in nearest if near.place.pk in by_place]
    chosen = [one for one in everywhere if one.place.pk == place_id]
    kept, most = (chosen, SLOTS_OF_ONE_PLACE) if place_id else (everywhere[:PLACES_SHOWN], SLOTS_A_PLACE)
    return Meetings(kind, everywhere, [Near(one.place, one.km, spread(one.slots, most)) for one in kept])


def _receivers(decision: Decision, kind: Kind, on: date) -> list[int]:
    """Return who gives this appointment: the referent when named, else the agents of the body, as the kind allows."""
    if decision.referent_id is not None:
        return [decision.referent_id]
    if who_may_receive(kind, decision.entry_id) is not None:
        return []  # with the referent only, and none is named
    return list(referents_of(decision.responsible_organization_id, on).values_list("pk", flat=True))
