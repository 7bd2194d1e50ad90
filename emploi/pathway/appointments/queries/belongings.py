"""What a person has of this app, for the page that compares two records of one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from emploi.foundation.ui.french import moment_year_fr
from emploi.pathway.appointments.models import Appointment


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
