"""The meeting where a request is examined: booked for it by whoever books, it chooses the route (RG-13, TR-12)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.orientation.actions.reorienting.requests import examine_reorientation
from emploi.pathway.orientation.enums import Route
from emploi.pathway.orientation.models import Reorientation
from emploi.pathway.orientation.models.reorientation import OPEN


@action
def tie_meetings(*, appointment_ids: Collection[int], by: Actor, at: datetime) -> int:
    """Tie the appointments that lead to an interview to the requests waiting for one; return how many were."""
    booked = Appointment.objects.filter(pk__in=appointment_ids, is_first_interview=False).exclude(entry=None)
    by_entry = {row.entry_id: row for row in booked.exclude(kind__interview_about="")}
    if not by_entry:
        return 0
    waiting = Reorientation.objects.select_for_update(of=("self",)).filter(entry__in=by_entry, state__in=OPEN)
    rows = list(waiting.exclude(route=Route.PANEL))
    for row in rows:
        row.appointment = by_entry[row.entry_id]
        row.save(update_fields=["appointment"])
        if not row.route:
            examine_reorientation(reorientation_id=row.pk, route=Route.INTERVIEW, by=by, at=at)
    return len(rows)
