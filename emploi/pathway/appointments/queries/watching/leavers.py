"""People who left the pathway and still have a date: somebody keeps it or cancels it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment


def leavers_expected(at: datetime) -> QuerySet[Appointment]:
    """Coming appointments of people who left and whom nobody decided to receive all the same, the soonest first."""
    coming = Appointment.objects.filter(status=AppointmentStatus.PLANNED, starts_at__gt=at, kept_at=None)
    gone = coming.filter(entry__closed_on__isnull=False)
    return gone.select_related("person", "place", "agent", "kind", "entry").order_by("starts_at", "pk")
