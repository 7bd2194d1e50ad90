"""A date on which an opening is not as usual: other hours, an extra day, or nobody received."""

from __future__ import annotations

from datetime import date, datetime, time

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.appointments.actions.openings import Generated
from emploi.pathway.appointments.actions.places.capacity import within_capacity
from emploi.pathway.appointments.actions.places.strays import realign
from emploi.pathway.appointments.actions.slots import agent_id_of, fill, last_day_to_generate, withdraw
from emploi.pathway.appointments.events import OpeningChanged
from emploi.pathway.appointments.models import Opening, OpeningException


@action
def set_exception(
    *, opening_id: int, day: date, starts_at: time | None, ends_at: time | None, by: Actor, at: datetime
) -> Generated:
    """Give one date other hours, or none; its free slots follow, the booked ones stay where they are."""
    opening = _locked(opening_id)
    _check(opening, day, starts_at, ends_at, today=at.date())
    with within_capacity(opening, since=at, field="starts_at"):
        return _set(opening, day, starts_at, ends_at, by=by, at=at)


def _set(
    opening: Opening, day: date, starts_at: time | None, ends_at: time | None, *, by: Actor, at: datetime
) -> Generated:
    OpeningException.objects.update_or_create(
        opening=opening,
        day=day,
        defaults={"starts_at": starts_at, "ends_at": ends_at, "created_at": at, "created_by_id": agent_id_of(by)},
    )
    return _refill(opening, day, by=by, at=at)


@action
def remove_exception(*, exception_id: int, by: Actor, at: datetime) -> Generated:
    """A date is as usual again."""
    found = OpeningException.objects.filter(pk=exception_id).first()
    if found is None:
        raise DomainError("Cette date est déjà comme d’habitude.")
    opening, day = _locked(found.opening_id), found.day
    with within_capacity(opening, since=at, field=None):
        found.delete()
        return _refill(opening, day, by=by, at=at)


def _locked(opening_id: int) -> Opening:
    openings = Opening.objects.select_for_update(of=("self",)).select_related("agent", "place")
    found = openings.filter(pk=opening_id).first()
    if found is None:
        raise DomainError("Cette permanence n’existe plus.")
    return found


def _check(opening: Opening, day: date, starts_at: time | None, ends_at: time | None, *, today: date) -> None:
    if day < today:
        raise DomainError("Ce jour est passé. Choisissez aujourd’hui ou un jour à venir.", field="day")
    if day < opening.first_on or (opening.last_on is not None and day > opening.last_on):
        raise DomainError("Ce jour est en dehors de la permanence.", field="day")
    if clock.is_holiday(day):
        raise DomainError("C’est un jour férié : personne n’est reçu.", field="day")
    if (starts_at is None) != (ends_at is None):
        missing = "ends_at" if ends_at is None else "starts_at"
        raise DomainError("Indiquez le début et la fin, ou aucune heure si personne n’est reçu.", field=missing)
    if starts_at and ends_at and ends_at <= starts_at:
        raise DomainError("L’heure de fin doit être après l’heure de début.", field="ends_at")


def _refill(opening: Opening, day: date, *, by: Actor, at: datetime) -> Generated:
    since, until = clock.start_of(day), clock.start_of(clock.add_days(day, 1))
    coming = opening.slots.filter(starts_at__gte=max(since, at), starts_at__lt=until)
    removed = withdraw(coming, at=at, reason="Autres heures ce jour-là")
    filled = fill(opening, at=at, until=last_day_to_generate(opening, at.date()))
    realign(opening, at=at)
    publish(OpeningChanged(opening_id=opening.pk, slots_added=filled.added, slots_removed=removed), by=by, at=at)
    return Generated(opening, filled.added, removed, filled.refused)
