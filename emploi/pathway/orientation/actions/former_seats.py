"""The free slots of ours a former tool had already promised: same agent, same hour, same place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from emploi.pathway.appointments.models import Appointment, Slot
from emploi.pathway.beneficiaries.identifiers import normalise_name
from emploi.pathway.orientation.facts import FormerFacts


@dataclass(slots=True)
class Seats:
    """Free slots by agent and hour, read once a batch; `taken`: the people already booked here at an hour."""

    taken: set[tuple[int, datetime]] = field(default_factory=set)
    free: dict[tuple[int, datetime], list[Slot]] = field(default_factory=lambda: defaultdict(list))

    def take(self, row: FormerFacts, *, is_first: bool) -> Slot | None:
        """The slot a line falls in, held for it. A first interview is for who is not oriented, and only for them."""
        if row.referent_id is None or row.appointment_at is None:
            return None
        found = self.free[(row.referent_id, row.appointment_at)]
        slot = next((one for one in found if one.kind.is_first_interview == is_first and _is_place(row, one)), None)
        if slot is not None:
            found.remove(slot)
            self.taken.add((row.person_id, row.appointment_at))
        return slot


def seats_for(rows: Sequence[FormerFacts]) -> Seats:
    """Read what a batch may take: two statements, whatever its size."""
    hours = {row.appointment_at for row in rows if row.appointment_at}
    agents = {row.referent_id for row in rows if row.appointment_at and row.referent_id}
    seats = Seats()
    if not agents:
        return seats
    people = {row.person_id for row in rows if row.appointment_at}
    held = Appointment.objects.planned().filter(person__in=people, starts_at__in=hours)
    seats.taken = set(held.values_list("person_id", "starts_at"))
    slots = Slot.objects.free().filter(agent__in=agents, starts_at__in=hours).select_related("kind", "place")
    for slot in slots.order_by("pk"):
        # A collective session may hold several of the people of a batch.
        seats.free[(slot.agent_id, slot.starts_at)] += [slot] * (slot.seats - slot.booked)
    return seats


def _is_place(row: FormerFacts, slot: Slot) -> bool:
    """Whether the place written is that of the slot; a line that names no place trusts the agent's own agenda."""
    written = normalise_name(row.appointment_place)
    return not written or written == normalise_name(slot.place.name)
