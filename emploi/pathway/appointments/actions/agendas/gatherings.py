"""A collective session as a whole: somebody added, everybody told once that it moves or is cancelled (DIS-079)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.appointments.actions.booking import book, cancel, move_appointment
from emploi.pathway.appointments.actions.requests import settle_for
from emploi.pathway.appointments.actions.slots import agent_id_of
from emploi.pathway.appointments.enums import ACTIVE_STATUSES, AppointmentStatus, BookedVia
from emploi.pathway.appointments.events import AppointmentHeld
from emploi.pathway.appointments.models import Appointment, Slot
from emploi.pathway.appointments.queries.targets import Target, targets_of

CAME = "Venue sans être inscrite"
GONE = "Cette séance n’existe plus, ou elle est annulée."


@dataclass(slots=True)
class Moved:
    """Where a session went, and who could not follow, with the reason: her appointment is cancelled."""

    slot: Slot
    followed: int = 0
    left: dict[int, str] = field(default_factory=dict)


@action
def enrol(*, slot_id: int, person_id: int, beyond: bool = False, by: Actor, at: datetime) -> Appointment:
    """Give somebody a seat of a session: a booking before its hour; since, she came without being enrolled.

    `beyond`: one more than the seats, knowingly. Raises DomainError: full, already there, not in the pathway.
    """
    slot = _session(slot_id)
    who = targets_of([], [person_id])[0]
    if who.entry is None and not who.waits:
        raise DomainError("Cette personne n’est pas dans le dispositif aujourd’hui.")
    if slot.appointments.filter(person_id=person_id, status__in=ACTIVE_STATUSES).exists():
        raise DomainError("Cette personne est déjà inscrite à cette séance.")
    if slot.booked >= slot.seats:
        if not beyond:
            raise DomainError("La séance est complète. Cochez « Au-delà des places » pour ajouter quand même.")
        slot.seats = slot.booked + 1
        slot.save(update_fields=["seats"])
    if slot.starts_at > at:
        return book(
            slot_id=slot.pk, entry_id=who.entry_id, person_id=person_id, via=BookedVia.AGENT, modality=slot.modality,
            by=by, at=at,
        )  # fmt: skip
    return _came(slot, who, by=by, at=at)


@action
def cancel_session(*, slot_id: int, reason: str, by: Actor, at: datetime) -> int:
    """Cancel a session to come: nobody may enrol any more, each person is told once; return how many."""
    slot = _to_come(slot_id, reason, at=at)
    _close(slot, reason, at=at)
    planned = _planned(slot)
    for appointment_id in planned:
        cancel(appointment_id=appointment_id, reason=reason, by_us=True, by=by, at=at)
    return len(planned)


@action
def move_session(*, slot_id: int, starts_at: datetime, reason: str, by: Actor, at: datetime) -> Moved:
    """Give a whole session another hour: everybody enrolled follows and is told once.

    Who cannot (she has another appointment at that hour) is cancelled, with the reason.
    """
    slot = _to_come(slot_id, reason, at=at)
    if starts_at <= at:
        raise DomainError("Choisissez une date à venir.", field="day")
    planned = _planned(slot)
    _close(slot, reason, at=at)
    result = Moved(_elsewhere(slot, starts_at, len(planned)))
    for appointment_id in planned:
        try:
            move_appointment(appointment_id=appointment_id, slot_id=result.slot.pk, reason=reason, by=by, at=at)
            result.followed += 1
        except DomainError as refusal:
            result.left[appointment_id] = refusal.message
            cancel(appointment_id=appointment_id, reason=reason, by_us=True, by=by, at=at)
    return result


def _session(slot_id: int) -> Slot:
    locked = Slot.objects.select_for_update(of=("self",)).filter(pk=slot_id, closed_at=None).first()
    if locked is None or not Slot.objects.sessions().filter(pk=slot_id).exists():
        raise DomainError(GONE)
    return locked


def _to_come(slot_id: int, reason: str, *, at: datetime) -> Slot:
    slot = _session(slot_id)
    if not reason.strip():
        raise DomainError("Indiquez la raison.", field="reason")
    if slot.starts_at <= at:
        raise DomainError("Cette séance a commencé : notez plutôt qui est venu.")
    return slot


def _planned(slot: Slot) -> list[int]:
    found = slot.appointments.filter(status=AppointmentStatus.PLANNED).order_by("pk")
    return list(found.values_list("pk", flat=True))


def _close(slot: Slot, reason: str, *, at: datetime) -> None:
    Slot.objects.filter(pk=slot.pk).update(closed_at=at, closed_reason=reason.strip()[:200])


def _elsewhere(slot: Slot, starts_at: datetime, needed: int) -> Slot:
    """The session the same agent already gives at that hour when it has the seats, else one made for it."""
    same = {"agent_id": slot.agent_id, "kind_id": slot.kind_id, "place_id": slot.place_id, "starts_at": starts_at}
    given = Slot.objects.sessions().open().filter(**same).first()
    if given is not None:
        if given.seats - given.booked < needed:
            left = given.seats - given.booked
            raise DomainError(f"La séance de cette date n’a plus que {left} places : il en faut {needed}.", field="day")
        return given
    if clock.is_holiday(starts_at.astimezone(clock.ZONE).date()):
        raise DomainError("C’est un jour férié. Choisissez une autre date.", field="day")
    lasts = slot.ends_at - slot.starts_at
    try:
        with transaction.atomic():
            made = Slot.objects.create(
                agent_id=slot.agent_id, place_id=slot.place_id, kind_id=slot.kind_id, seats=slot.seats,
                modality=slot.modality, period=(starts_at, starts_at + lasts),
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError("La personne qui anime a déjà des créneaux à cette heure.", field="starts_at") from error
    return Slot.objects.get(pk=made.pk)


def _came(slot: Slot, who: Target, *, by: Actor, at: datetime) -> Appointment:
    """She sat down without being enrolled: present, and told nothing, since she is there."""
    taken = set(slot.appointments.filter(status__in=ACTIVE_STATUSES).values_list("seat", flat=True))
    appointment = Appointment.objects.create(
        person=who.person, entry=who.entry, kind_id=slot.kind_id, slot=slot, agent_id=slot.agent_id,
        seat=next(seat for seat in range(1, len(taken) + 2) if seat not in taken),
        place_id=slot.place_id, starts_at=slot.starts_at, ends_at=slot.ends_at, modality=slot.modality,
        status=AppointmentStatus.HELD, booked_at=at, booked_via=BookedVia.AGENT, booked_by_id=agent_id_of(by),
        marked_at=at, marked_by_id=agent_id_of(by), note=CAME,
    )  # fmt: skip
    event = AppointmentHeld(
        person_id=who.person.pk,
        entry_id=who.entry_id,
        appointment_id=appointment.pk,
        kind=slot.kind.slug,
        held_on=slot.starts_at.astimezone(clock.ZONE).date(),
        modality=slot.modality,
    )
    publish(event, by=by, at=at, reason=CAME)
    settle_for(appointment, outcome=CAME, by=by, at=at)
    return appointment
