"""Several people received together: who came is noted by list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.texts.guard import warning_of
from emploi.pathway.appointments.actions.attendance import mark_absent, mark_excused, mark_present
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment

PRESENT, ABSENT, EXCUSED = "present", "absent", "excused"
HEALTH = (
    "Cette raison parle de santé et tout le groupe est sur cette page : écrivez « raison personnelle », "
    "ou notez-la sur la page de son rendez-vous."
)
ALREADY = {PRESENT: AppointmentStatus.HELD, ABSENT: AppointmentStatus.ABSENT, EXCUSED: AppointmentStatus.EXCUSED}


@dataclass(slots=True)
class Marked:
    """How many presences were noted; `refused` tells, for each that was not, why."""

    done: int = 0
    refused: dict[int, str] = field(default_factory=dict)


def mark_session(
    *, slot_id: int, marks: Mapping[int, str], reasons: Mapping[int, str], by: Actor, at: datetime
) -> Marked:
    """Note who came among the people of a session, each whole or not at all; a mark already there is left."""
    result = Marked()
    for appointment in Appointment.objects.filter(slot_id=slot_id, pk__in=marks).order_by("pk"):
        mark = marks[appointment.pk]
        if appointment.status == ALREADY.get(mark):
            continue
        try:
            _mark(appointment.pk, mark, reasons.get(appointment.pk, ""), by=by, at=at)
            result.done += 1
        except DomainError as refusal:
            result.refused[appointment.pk] = refusal.message
    return result


def _mark(appointment_id: int, mark: str, reason: str, *, by: Actor, at: datetime) -> None:
    if mark == PRESENT:
        mark_present(appointment_id=appointment_id, by=by, at=at)
    elif mark == ABSENT:
        mark_absent(appointment_id=appointment_id, by=by, at=at)
    elif mark == EXCUSED:
        if warning_of(reason):
            raise DomainError(HEALTH)
        mark_excused(appointment_id=appointment_id, reason=reason, by=by, at=at)
