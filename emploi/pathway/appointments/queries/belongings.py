"""What a person has of this app, for the page that compares two records and for whoever reads what she answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from emploi.foundation.ui.french import moment_year_fr
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.reception.hooks import Coming


def appointments_in_words(person_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the appointments of these people as lines, the latest first."""
    lines: dict[int, list[str]] = defaultdict(list)
    found = Appointment.objects.filter(person__in=person_ids).select_related("kind").order_by("-starts_at", "-pk")
    for appointment in found:
        when = moment_year_fr(appointment.starts_at)
        lines[appointment.person_id].append(
            f"{appointment.kind.name}, {when} : {appointment.get_status_display().lower()}"
        )
    return lines


def coming_of(person_id: int, at: datetime) -> list[Coming]:
    """Return what a person has planned from now on, the nearest first."""
    planned = Appointment.objects.filter(person=person_id, status=AppointmentStatus.PLANNED, starts_at__gte=at)
    found = planned.select_related("kind", "place", "agent").order_by("starts_at", "pk")[:3]
    return [Coming(one.pk, one.starts_at, one.kind.name, one.place.name, one.agent.full_name) for one in found]
