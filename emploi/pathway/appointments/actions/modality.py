"""How people will meet: decided before, when something changes."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.appointments.actions import notices
from emploi.pathway.appointments.actions.seats import TO_AGENT
from emploi.pathway.appointments.enums import AppointmentStatus, Modality
from emploi.pathway.appointments.events import ModalityChanged
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.appointments.queries.rooms import ways_of
from emploi.pathway.appointments.rules.booking import Refusal

NOT_GIVEN = "Ce type de rendez-vous ne se donne pas de cette façon."


@action
def set_modality(*, appointment_id: int, modality: str, reason: str, by: Actor, at: datetime) -> Appointment:
    """Change how a coming appointment takes place, with a reason; the person is told (RG-08, AMB-55)."""
    appointment = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("kind", "slot")
        .filter(pk=appointment_id)
        .first()
    )
    if appointment is None or appointment.status != AppointmentStatus.PLANNED or appointment.starts_at <= at:
        raise DomainError("Ce rendez-vous n’est plus à venir : il ne change plus.")
    if modality not in Modality.values:
        raise DomainError("Choisissez comment le rendez-vous a lieu.", field="modality")
    if modality == appointment.modality:
        raise DomainError("Le rendez-vous a déjà lieu de cette façon.", field="modality")
    if modality not in ways_of(appointment):
        has_no_room = modality == Modality.VIDEO and modality in appointment.kind.modalities
        raise DomainError(TO_AGENT[Refusal.NO_ROOM] if has_no_room else NOT_GIVEN, field="modality")
    if not reason.strip():
        is_refused = appointment.kind.physical_required and modality != Modality.PHYSICAL
        said = TO_AGENT[Refusal.REMOTE_WITHOUT_REASON] if is_refused else "Indiquez la raison."
        raise DomainError(said, field="reason")
    appointment.modality, appointment.modality_reason = modality, reason.strip()[:200]
    appointment.save(update_fields=["modality", "modality_reason"])
    event = ModalityChanged(
        person_id=appointment.person_id,
        entry_id=appointment.entry_id,
        appointment_id=appointment.pk,
        modality=modality,
    )
    publish(event, by=by, at=at, reason=reason.strip())
    notices.forget(appointment, by=by, at=at)
    notices.announce_modality(appointment, by=by, at=at)
    return appointment
