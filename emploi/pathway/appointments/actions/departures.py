"""An agent leaves, a place closes: nobody may book there any more; what is booked stays, to be moved one by one.

A person dies: nobody writes to her any more and her seat is free. A person leaves the pathway: nobody invites her.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Max, Q
from django.db.models.functions import Greatest

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging.actions import cancel_messages
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.queries import waiting_keys
from emploi.foundation.ui.french import pluriel
from emploi.foundation.workflow import move
from emploi.pathway.appointments import workflow
from emploi.pathway.appointments.actions.closures import close_days
from emploi.pathway.appointments.actions.lost_contacts import settle_found
from emploi.pathway.appointments.actions.requests import settle_open
from emploi.pathway.appointments.actions.slots import drop_slots, leave
from emploi.pathway.appointments.actions.waiting.withdrawal import LEFT, withdraw_invitations
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.events import AppointmentCancelled, OpeningEnded
from emploi.pathway.appointments.models import Appointment, Opening, Slot, SlotRequest

AGENT_LEFT = "Compte désactivé"
PLACE_CLOSED = "Lieu fermé"
DEATH = "Décès de la personne"


@action
def close_agenda_of_agent(*, agent_id: int, by: Actor, at: datetime) -> int:
    """End the openings of an agent who left and close her slots; returns the number of appointments to move."""
    hers = Q(agent_id=agent_id)
    _end_openings(hers, reason=AGENT_LEFT, by=by, at=at)
    last_at = Slot.objects.open().filter(hers, starts_at__gt=at).aggregate(last=Max("starts_at"))["last"]
    if last_at is None:
        return 0
    last_on = last_at.astimezone(clock.ZONE).date()
    # The screen of closed days already lists whom to move, with their buttons.
    closed = close_days(agent_id=agent_id, first_on=at.date(), last_on=last_on, reason=AGENT_LEFT, by=by, at=at)
    return closed.to_move


@action
def close_agenda_of_place(*, place_id: int, by: Actor, at: datetime) -> None:
    """Refuse while people are expected at a place; else end its openings and close its slots."""
    here = Q(place_id=place_id)
    _end_openings(here, reason=PLACE_CLOSED, by=by, at=at)
    Slot.objects.open().filter(here, starts_at__gt=at).update(closed_at=at, closed_reason=PLACE_CLOSED)
    # Counted once closed: nobody can book any more. A refusal undoes what precedes.
    expected = Appointment.objects.filter(here, status=AppointmentStatus.PLANNED, ends_at__gt=at).count()
    if expected:
        some = pluriel(expected, "rendez-vous à venir y est prévu", "rendez-vous à venir y sont prévus")
        raise DomainError(f"Ce lieu ne peut pas fermer : {some}. Déplacez-{'les' if expected > 1 else 'le'} d’abord.")


@action
def release_dead(*, person_ids: Collection[int], by: Actor, at: datetime) -> None:
    """Free what was to come and withdraw every message that waits; nothing is written to the family."""
    coming = Appointment.objects.planned().filter(person_id__in=person_ids, starts_at__gt=at)
    for appointment in coming.select_for_update(of=("self",)):
        move(
            appointment,
            workflow.APPOINTMENT,
            workflow.CANCEL_BY_US,
            by=by,
            at=at,
            reason=DEATH,
            changes={"cancelled_at": at, "cancelled_reason": DEATH},
            events=AppointmentCancelled(
                person_id=appointment.person_id,
                entry_id=appointment.entry_id,
                appointment_id=appointment.pk,
                starts_at=appointment.starts_at,
                by_us=True,
            ),
        )
        leave(appointment.slot_id, at=at)
    cancel_messages(dedup_keys=waiting_keys(person_ids), reason=DEATH, by=by, at=at)
    # Nobody telephones the family to offer a slot or to ask for another number.
    settle_open(SlotRequest.objects.filter(person_id__in=person_ids), outcome=DEATH, by=by, at=at)
    settle_found(person_ids=person_ids, channels=Channel.values, outcome=DEATH, by=by, at=at)


@action
def release_leavers(*, entry_ids: Collection[int], by: Actor, at: datetime) -> None:
    """Withdraw the invitations that wait for people who left, and their requests; a date taken is kept or cancelled.

    Nothing is cancelled by itself: a right may come back, and somebody may still expect her.
    """
    withdraw_invitations(entry_ids=entry_ids, reason=LEFT, by=by, at=at)
    settle_open(SlotRequest.objects.filter(entry_id__in=entry_ids), outcome=LEFT, by=by, at=at)


def _end_openings(which: Q, *, reason: str, by: Actor, at: datetime) -> None:
    running = Q(last_on=None) | Q(last_on__gte=at.date())
    openings = list(Opening.objects.select_for_update(of=("self",)).filter(which, running))
    for opening in openings:
        drop_slots(opening, since=at, at=at, reason=reason)
    Opening.objects.filter(pk__in=[opening.pk for opening in openings]).update(
        last_on=Greatest(F("first_on"), at.date())
    )
    ended = [OpeningEnded(opening_id=opening.pk, last_on=at.date()) for opening in openings]
    publish(ended, by=by, at=at, reason=reason)
