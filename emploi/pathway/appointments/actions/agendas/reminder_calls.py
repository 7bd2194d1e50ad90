"""Noting that somebody was reminded by telephone of an appointment."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.appointments.actions.lost_contacts import lose_number, phone_in_use
from emploi.pathway.appointments.actions.slots import agent_id_of
from emploi.pathway.appointments.enums import AppointmentStatus, CallOutcome
from emploi.pathway.appointments.events import ReminderCallMade
from emploi.pathway.appointments.models import Appointment, ReminderCall


@action
def note_reminder_call(
    *, appointment_id: int, outcome: str, note: str = "", number: str = "", by: Actor, at: datetime
) -> ReminderCall:
    """Keep the trace of the call; one without an answer leaves the person on the list. Raises DomainError.

    A wrong number is never dialled again, be it on her file or given for this appointment alone.
    """
    appointment = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment_id)
    if outcome not in CallOutcome.values:
        raise DomainError("Dites ce que l’appel a donné.", field="outcome")
    if appointment.status != AppointmentStatus.PLANNED:
        raise DomainError("Ce rendez-vous n’est plus prévu : il n’y a rien à rappeler.")
    if outcome == CallOutcome.WRONG_NUMBER and number:
        _forget_number(appointment, number, by=by, at=at)
    call = ReminderCall.objects.create(
        appointment=appointment, outcome=outcome, note=note.strip()[:500], called_at=at, called_by_id=agent_id_of(by)
    )
    event = ReminderCallMade(
        person_id=appointment.person_id,
        entry_id=appointment.entry_id,
        appointment_id=appointment.pk,
        outcome=outcome,
    )
    publish(event, by=by, at=at)
    return call


def _forget_number(appointment: Appointment, number: str, *, by: Actor, at: datetime) -> None:
    if appointment.phone == number:
        appointment.phone = ""
        appointment.save(update_fields=["phone"])
    if phone_in_use(appointment.person_id, number):
        lose_number(person_id=appointment.person_id, number=number, by=by, at=at)
