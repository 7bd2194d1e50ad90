"""When a person dies, nobody writes to her any more and her seat is free."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.messaging.actions import cancel_messages
from emploi.foundation.messaging.queries import waiting_keys
from emploi.foundation.workflow import move
from emploi.pathway.appointments import workflow
from emploi.pathway.appointments.events import AppointmentCancelled
from emploi.pathway.appointments.models import Appointment

REASON = "Décès de la personne"


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
            reason=REASON,
            changes={"cancelled_at": at, "cancelled_reason": REASON},
            events=AppointmentCancelled(
                person_id=appointment.person_id,
                entry_id=appointment.entry_id,
                appointment_id=appointment.pk,
                starts_at=appointment.starts_at,
                by_us=True,
            ),
        )
    cancel_messages(dedup_keys=waiting_keys(person_ids), reason=REASON, by=by, at=at)
