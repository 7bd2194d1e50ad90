"""A place never holds more than it can: openings beyond are refused, a seat is taken under a lock of the day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.french import liste_fr, moment_fr, pluriel
from emploi.pathway.appointments.models import Opening, Slot
from emploi.pathway.appointments.queries.places.capacity import Crowd, crowds, full_moments, has_a_desk, there_at
from emploi.territory.geography.models import Place

# Two people who choose the last desk of one place and day wait for each other here, and nowhere else.
LOCK_OF_THE_DAY = "SELECT pg_advisory_xact_lock(%s::int, %s::int)"
FULL_TO_PERSON = "Ce lieu est complet à cette heure. Choisissez un autre créneau : rien n’a été perdu."


@contextmanager
def within_capacity(opening: Opening, *, since: datetime, field: str | None) -> Iterator[None]:
    """Refuse what is done to an opening if it puts more agents, or more people, than its place can hold.

    What was already beyond (earlier data, a desk given up) stays, and is shown as a warning.
    """
    # Two openings written at the same moment at one place: the second counts the first.
    place = Place.objects.select_for_update(of=("self",), no_key=True).get(pk=opening.place_id)
    if place.capacity is None and place.room_seats is None:
        yield
        return
    before = {(one.in_room, one.moment): one.together for one in crowds(since=since, place_id=place.pk)}
    yield
    after = crowds(since=since, place_id=place.pk)
    worse = [one for one in after if one.together > before.get((one.in_room, one.moment), 0)]
    if worse:
        raise DomainError(_said(place, opening, worse), field=field)


def check_desk(slot: Slot, *, by: Actor) -> None:
    """Refuse a seat when every desk of the place is already promised at that hour; the slot is locked by the caller."""
    place = slot.place
    if place.capacity is None or slot.booked:
        return
    with connection.cursor() as cursor:
        cursor.execute(LOCK_OF_THE_DAY, [place.pk, slot.starts_at.astimezone(clock.ZONE).date().toordinal()])
    expected = full_moments(place, slot.starts_at, slot.ends_at)
    if not has_a_desk(slot, expected, place.capacity):
        desks = pluriel(place.capacity, "bureau", "bureaux")
        to_agent = f"Plus de bureau libre à cette heure : {place.name} en a {desks}. Choisissez un autre créneau."
        raise DomainError(FULL_TO_PERSON if by.kind == "person" else to_agent, field="slot")


def _said(place: Place, opening: Opening, worse: list[Crowd]) -> str:
    """Who is already there and when, for the first moment that would overflow, and how many others there are."""
    first, others = worse[0], len(worse) - 1
    when = moment_fr(first.moment.astimezone(clock.ZONE))
    names = there_at(place.pk, first.moment, in_room=first.in_room, but_opening_id=opening.pk)
    seats = pluriel(first.most, "place") if first.in_room else pluriel(first.most, "bureau", "bureaux")
    has = f"La salle de « {place.name} » a {seats}" if first.in_room else f"« {place.name} » a {seats} pour recevoir"
    receives = "y reçoit" if len(names) == 1 else "y reçoivent"
    already = f" : {when}, {liste_fr(names)} {receives} déjà" if names else ""
    more = f" {pluriel(others, 'autre créneau est', 'autres créneaux sont')} dans ce cas." if others else ""
    return f"{has}{already}.{more} Choisissez d’autres heures, un autre jour ou un autre lieu."
