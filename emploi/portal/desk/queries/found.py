"""People found by a search, with where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from emploi.foundation.ui.french import age_on, date_num_fr
from emploi.pathway.appointments import queries as appointments
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.beneficiaries import queries as beneficiaries
from emploi.pathway.beneficiaries.models import Entry
from emploi.territory.agents.models import Agent


@dataclass(frozen=True, slots=True)
class FoundLine:
    """One person found: enough to be sure it is the right one."""

    found: beneficiaries.Found
    age: int | None
    entry: Entry | None
    appointment: Appointment | None


def find(text: str, birth: date | None, agent: Agent, *, at: datetime, limit: int) -> list[FoundLine]:
    """Return the people that match a text, a birth date or both, in a constant number of queries."""
    wanted = f"{text} {date_num_fr(birth)}".strip()
    return _complete(beneficiaries.search_persons(wanted, agent, limit=limit), at)


def _complete(found: Sequence[beneficiaries.Found], at: datetime) -> list[FoundLine]:
    """Add the running entry and the next appointment."""
    ids = [person.person_id for person in found]
    entries = {entry.person_id: entry for entry in Entry.objects.open().filter(person_id__in=ids)} if ids else {}
    planned = appointments.next_appointments([entry.pk for entry in entries.values()], at=at) if entries else {}
    return [
        FoundLine(
            found=person,
            age=age_on(person.birth_date, at.date()),
            entry=entries.get(person.person_id),
            appointment=planned.get(entries[person.person_id].pk) if person.person_id in entries else None,
        )
        for person in found
    ]
