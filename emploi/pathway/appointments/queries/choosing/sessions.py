"""Collective sessions: those to come and their filling, and who must be telephoned when one moves or is cancelled."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Slot
from emploi.pathway.appointments.queries.agenda import appointments
from emploi.pathway.appointments.queries.reach import Reach, reach_of_homes
from emploi.pathway.appointments.queries.targets import targets_of


def coming_sessions(
    since: datetime, *, agent_id: int | None = None, place_id: int | None = None, kind_id: int | None = None
) -> QuerySet[Slot]:
    """The sessions from a moment on, the soonest first."""
    found = Slot.objects.sessions().open().filter(starts_at__gte=since)
    asked = {"agent_id": agent_id, "place_id": place_id, "kind_id": kind_id}
    found = found.filter(**{name: value for name, value in asked.items() if value})
    return found.select_related("agent", "place__commune", "kind").order_by("starts_at", "pk")


def to_telephone(slot: Slot) -> list[tuple[Appointment, Reach]]:
    """Of a session moved or cancelled, the people no SMS and no e-mail reaches: somebody has to call them."""
    if slot.closed_at is None:
        return []
    dropped = list(
        appointments().filter(slot=slot, status=AppointmentStatus.CANCELLED_BY_US, cancelled_at=slot.closed_at)
    )
    targets = targets_of([], [one.person_id for one in dropped])
    reach = reach_of_homes({target.person.pk: target.household_id for target in targets})
    known = [(one, reach.get(one.person_id, Reach())) for one in dropped]
    return [(one, way) for one, way in known if not way.mobile and not way.email]
