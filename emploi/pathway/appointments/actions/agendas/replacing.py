"""Replacing the appointments of somebody who is away: each one moves, is handed over or cancelled, or stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments.actions.booking import cancel, move_appointment
from emploi.pathway.appointments.models import Appointment, Slot
from emploi.pathway.appointments.queries.taken import taken
from emploi.territory.agents.models import Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What to do with one appointment: a slot, a colleague at the same hour, or cancel and tell the person."""

    appointment_id: int
    slot_id: int | None = None
    agent_id: int | None = None
    cancels: bool = False


@dataclass(slots=True)
class Replaced:
    """What became of the appointments; `refused` tells, for each that did not move, why."""

    moved: list[Appointment] = field(default_factory=list)
    cancelled: list[Appointment] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def replace_appointments(*, choices: Sequence[Choice], reason: str, by: Actor, at: datetime) -> Replaced:
    """Carry out the choices one by one, each whole or not at all: one that fails holds none of the others back."""
    done = Replaced()
    for choice in choices:
        try:
            _replace(choice, done, reason=reason, by=by, at=at)
        except DomainError as refusal:
            done.refused[choice.appointment_id] = refusal.message
    return done


@action
def hand_over(*, appointment_id: int, agent_id: int, reason: str, by: Actor, at: datetime) -> Appointment:
    """Give an appointment to a colleague at the same hour and place, in a slot made for it; the person is told."""
    found = Appointment.objects.select_related("slot__opening", "slot__kind")
    appointment = found.filter(pk=appointment_id).first()
    agent = Agent.objects.filter(pk=agent_id, is_active=True).first()
    if appointment is None or agent is None:
        raise DomainError("Ce rendez-vous ou cet agent n’existe plus.")
    slot = _already_made(appointment, agent) or _made_for(appointment, agent)
    return move_appointment(appointment_id=appointment_id, slot_id=slot.pk, reason=reason, by=by, at=at)


def _replace(choice: Choice, done: Replaced, *, reason: str, by: Actor, at: datetime) -> None:
    what = choice.appointment_id
    if choice.cancels:
        done.cancelled.append(cancel(appointment_id=what, reason=reason, by_us=True, by=by, at=at))
    elif choice.agent_id is not None:
        done.moved.append(hand_over(appointment_id=what, agent_id=choice.agent_id, reason=reason, by=by, at=at))
    elif choice.slot_id is not None:
        done.moved.append(move_appointment(appointment_id=what, slot_id=choice.slot_id, reason=reason, by=by, at=at))


def _already_made(appointment: Appointment, agent: Agent) -> Slot | None:
    """The slot made for the others of the same session, when a seat is left."""
    found = Slot.objects.free().filter(agent=agent, opening=None, **_like(appointment))
    return found.first() if appointment.slot.is_session else None


def _made_for(appointment: Appointment, agent: Agent) -> Slot:
    moment = (appointment.starts_at, appointment.ends_at)
    no_longer = f"{agent.full_name} n’est plus libre à cette heure."
    if taken([agent.pk], *moment).covers(agent.pk, appointment.place_id, moment):
        raise DomainError(no_longer)
    try:
        with transaction.atomic():
            return Slot.objects.create(agent=agent, **_like(appointment))
    except IntegrityError as error:
        raise DomainError(no_longer) from error


def _like(appointment: Appointment) -> dict[str, Any]:
    """What a colleague's slot shares with the one it replaces: place, hour, seats and how people are met."""
    return {
        "place_id": appointment.place_id,
        "kind_id": appointment.kind_id,
        "period": (appointment.starts_at, appointment.ends_at),
        "seats": appointment.slot.seats if appointment.slot.is_session else 1,
        "modality": appointment.slot.modality,
    }
