"""The list of appointments: past and to come, one line each, whatever the size of the Département."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import QuerySet

from emploi.pathway.appointments.models import Appointment
from emploi.pathway.appointments.permissions import visible_to
from emploi.pathway.beneficiaries.queries import hidden_homes
from emploi.territory.agents.models import Agent

BATCH = 500


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    """One line of the list; `hides_home` when nobody may learn where the person lives."""

    appointment: Appointment
    hides_home: bool = False


def appointments_seen(agent: Agent) -> QuerySet[Appointment]:
    """Return the appointments this agent may see; the place one was moved from is told by the one it became."""
    return visible_to(agent).filter(next=None)


def shown_with(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Read with each row what its line says."""
    return rows.select_related("person", "entry__commune", "kind", "agent", "place", "invitation")


def batches(rows: QuerySet[Appointment]) -> Iterator[AppointmentLine]:
    """Yield every line, five hundred at a time: the memory used does not depend on the Département."""
    found = shown_with(rows).iterator(chunk_size=BATCH)
    while chunk := list(islice(found, BATCH)):
        yield from _lines(chunk)


def _lines(chunk: Sequence[Appointment]) -> list[AppointmentLine]:
    hidden = hidden_homes({row.entry.household_id for row in chunk if row.entry})
    return [
        AppointmentLine(row, row.person.confidential_address or bool(row.entry and row.entry.household_id in hidden))
        for row in chunk
    ]


def is_unmarked(appointment: Appointment, at: datetime) -> bool:
    """Tell whether the hour has passed and nobody said whether the person came."""
    return appointment.status == "planned" and appointment.ends_at <= at
