"""Openings and their slots: create, change, end, close days; booked slots never move by themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.ui.french import liste_fr, pluriel
from emploi.pathway.appointments.actions.places.capacity import within_capacity
from emploi.pathway.appointments.actions.places.strays import close_booked, realign
from emploi.pathway.appointments.actions.slots import agent_id_of, drop_slots, fill, last_day_to_generate
from emploi.pathway.appointments.enums import Modality, Weeks
from emploi.pathway.appointments.events import OpeningChanged, OpeningCreated, OpeningEnded
from emploi.pathway.appointments.models import Kind, Opening
from emploi.pathway.appointments.queries.places.kinds import is_given_at, where
from emploi.territory.geography.models import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningPlan:
    """What an agent types to open hours: the same form creates and changes."""

    agent_id: int
    place_id: int
    kind_id: int
    first_on: date
    last_on: date | None
    weekdays: Collection[int]
    starts_at: time
    ends_at: time
    slot_minutes: int
    seats: int = 1
    weeks: str = Weeks.ALL
    modality: str = Modality.PHYSICAL


@dataclass(frozen=True, slots=True)
class Generated:
    """What a generation did: `refused` slots overlap another opening of the same agent."""

    opening: Opening
    added: int
    removed: int
    refused: int


@action
def create_opening(*, plan: OpeningPlan, by: Actor, at: datetime) -> Generated:
    """Create a recurring opening and its slots at once."""
    _check(plan)
    opening = Opening(created_at=at, created_by_id=agent_id_of(by))
    _apply(opening, plan)
    with within_capacity(opening, since=at, field="place"):
        opening.save()
        filled = fill(opening, at=at, until=last_day_to_generate(opening, at.date()))
    publish(
        OpeningCreated(opening_id=opening.pk, agent_id=plan.agent_id, place_id=plan.place_id, slots=filled.added),
        by=by,
        at=at,
    )
    return Generated(opening, filled.added, 0, filled.refused)


@action
def change_opening(*, opening_id: int, plan: OpeningPlan, by: Actor, at: datetime) -> Generated:
    """Change an opening; its free coming slots are replaced, the booked ones stay where they are."""
    _check(plan)
    opening = _locked(opening_id)
    _apply(opening, plan)
    with within_capacity(opening, since=at, field="place"):
        opening.save()
        removed = drop_slots(opening, since=at, at=at, reason="Permanence modifiée")
        filled = fill(opening, at=at, until=last_day_to_generate(opening, at.date()))
    realign(opening, at=at)
    publish(OpeningChanged(opening_id=opening.pk, slots_added=filled.added, slots_removed=removed), by=by, at=at)
    return Generated(opening, filled.added, removed, filled.refused)


@action
def end_opening(*, opening_id: int, last_on: date, reason: str, by: Actor, at: datetime) -> Generated:
    """End an opening after a day; free slots beyond disappear, the booked ones stay to be moved."""
    opening = _locked(opening_id)
    if not reason.strip():
        raise DomainError("Indiquez la raison.", field="reason")
    if last_on < clock.add_days(at.date(), -1):
        raise DomainError("Ce jour est passé. Choisissez aujourd’hui ou un jour à venir.", field="last_on")
    opening.last_on = max(last_on, opening.first_on)
    opening.save(update_fields=["last_on"])
    after = max(at, clock.start_of(clock.add_days(last_on, 1)))
    removed = drop_slots(opening, since=after, at=at, reason=reason)
    close_booked(opening.slots.filter(starts_at__gte=after), at=at)
    publish(OpeningEnded(opening_id=opening.pk, last_on=last_on), by=by, at=at, reason=reason)
    return Generated(opening, 0, removed, 0)


@action
def generate_slots(*, opening_id: int, until: date | None = None, by: Actor, at: datetime) -> Generated:
    """Create the missing slots of an opening up to a day; running it again changes nothing."""
    opening = _locked(opening_id)
    filled = fill(opening, at=at, until=until or last_day_to_generate(opening, at.date()))
    return Generated(opening, filled.added, 0, filled.refused)


@action
def extend_openings(*, by: Actor, at: datetime) -> int:
    """Create the slots of the new days of every running opening; returns how many were added."""
    today = at.date()
    added = 0
    started = Opening.objects.filter(first_on__lte=clock.add_months(today, 12), agent__is_active=True)
    for opening in started.select_for_update(of=("self",)).select_related("agent", "place"):
        until = last_day_to_generate(opening, today)
        if opening.generated_until is None or opening.generated_until < until:
            added += fill(opening, at=at, until=until).added
    return added


def _locked(opening_id: int) -> Opening:
    found = Opening.objects.select_for_update(of=("self",)).filter(pk=opening_id).first()
    if found is None:
        raise DomainError("Cette permanence n’existe plus.")
    return found


def _apply(opening: Opening, plan: OpeningPlan) -> None:
    opening.agent_id, opening.place_id, opening.kind_id = plan.agent_id, plan.place_id, plan.kind_id
    opening.first_on, opening.last_on = plan.first_on, plan.last_on
    opening.weekdays = sorted(set(plan.weekdays))
    opening.starts_at, opening.ends_at = plan.starts_at, plan.ends_at
    opening.slot_minutes, opening.seats = plan.slot_minutes, plan.seats
    opening.weeks, opening.modality = plan.weeks, plan.modality


def _check(plan: OpeningPlan) -> None:
    """Refuse a plan that would give no slot, field by field."""
    if not plan.weekdays:
        raise DomainError("Choisissez au moins un jour de la semaine.", field="weekdays")
    if plan.ends_at <= plan.starts_at:
        raise DomainError("L’heure de fin doit être après l’heure de début.", field="ends_at")
    if plan.last_on is not None and plan.last_on < plan.first_on:
        raise DomainError("Le dernier jour doit être après le premier.", field="last_on")
    length = (plan.ends_at.hour - plan.starts_at.hour) * 60 + plan.ends_at.minute - plan.starts_at.minute
    if plan.slot_minutes < 5 or plan.slot_minutes > length:
        raise DomainError("La durée d’un rendez-vous doit tenir dans la permanence.", field="slot_minutes")
    _check_kind(plan)


def _check_kind(plan: OpeningPlan) -> None:
    """An opening is given as its kind says; what is physical is only decided remote person by person, with a reason."""
    kind = Kind.objects.get(pk=plan.kind_id)
    if plan.seats < 1:
        raise DomainError("Indiquez au moins une personne.", field="seats")
    if plan.seats > 1 and kind.is_first_interview:
        raise DomainError("Le premier rendez-vous est individuel : une personne à la fois.", field="seats")
    if plan.seats > 1 and not kind.is_collective:
        raise DomainError("Ce type de rendez-vous est individuel : une personne à la fois.", field="seats")
    if plan.seats == 1 and kind.is_collective:
        said = "Ce type de rendez-vous est collectif : indiquez combien de personnes sont reçues ensemble."
        raise DomainError(said, field="seats")
    if plan.modality != Modality.PHYSICAL and kind.physical_required:
        said = "Ce type de rendez-vous a lieu sur place. À distance, cela se décide personne par personne."
        raise DomainError(said, field="modality")
    if plan.modality not in kind.modalities:
        ways = " ou ".join(Modality(way).label.lower() for way in kind.modalities)
        raise DomainError(f"Ce type de rendez-vous se donne {ways}.", field="modality")
    _check_place(plan, kind)


def _check_place(plan: OpeningPlan, kind: Kind) -> None:
    """A kind is given only where it says, and a session has no more seats than the room."""
    place = Place.objects.get(pk=plan.place_id)
    if not is_given_at(kind, place):
        raise DomainError(f"Ce type de rendez-vous se donne seulement ici : {liste_fr(where(kind))}.", field="place")
    seats = place.room_seats
    if plan.seats > 1 and plan.modality == Modality.PHYSICAL and seats is not None and plan.seats > seats:
        if not seats:
            raise DomainError(f"« {place.name} » n’a pas de salle de réunion.", field="place")
        said = f"La salle de « {place.name} » a {pluriel(seats, 'place')} : indiquez {seats} personnes au plus."
        raise DomainError(said, field="seats")
