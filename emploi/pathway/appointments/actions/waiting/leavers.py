"""Keeping the date of somebody who left the pathway: her right may come back, or somebody expects her."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.appointments.actions.slots import agent_id_of
from emploi.pathway.appointments.events import AppointmentKept
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.appointments.queries.watching.leavers import leavers_expected


@action
def keep_appointment(*, appointment_id: int, by: Actor, at: datetime) -> Appointment:
    """Say that somebody who left is still expected. Raises DomainError when it was decided meanwhile."""
    found = leavers_expected(at).select_for_update(of=("self",)).filter(pk=appointment_id).first()
    if found is None:
        raise DomainError("C’est déjà décidé : ce rendez-vous a été gardé, annulé ou déplacé.")
    found.kept_at, found.kept_by_id = at, agent_id_of(by)
    found.save(update_fields=["kept_at", "kept_by"])
    kept = AppointmentKept(
        person_id=found.person_id, entry_id=found.entry_id, appointment_id=found.pk, starts_at=found.starts_at
    )
    publish(kept, by=by, at=at)
    return found
