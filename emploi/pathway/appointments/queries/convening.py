"""A date proposed to each of the people one is about to convene: her nearest place, its soonest slot, no seat twice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from emploi.foundation import clock
from emploi.pathway.appointments.enums import SkipReason
from emploi.pathway.appointments.models import Slot
from emploi.pathway.appointments.queries import terms
from emploi.pathway.appointments.queries.recipients import Recipient, recipients
from emploi.pathway.appointments.queries.slots import first_interview_kind, free_slots
from emploi.pathway.appointments.queries.targets import targets_of
from emploi.pathway.appointments.rules.convening import Seat, seat_everybody
from emploi.pathway.appointments.rules.invitations import LETTER, skip_reason
from emploi.territory.geography import queries as geography

# Enough for the largest batch wherever people live; one index scan.
SLOTS_READ = 3000


@dataclass(frozen=True, slots=True)
class Convocable:
    """Somebody to convene: the slot proposed, or why a batch cannot."""

    recipient: Recipient
    slot: Slot | None = None
    skipped: SkipReason | None = None

    @property
    def has_letter(self) -> bool:
        """True when the letter that makes the proof can leave."""
        return LETTER in self.recipient.reach.channels


def convocations(entry_ids: Collection[int], *, at: datetime) -> list[Convocable]:
    """Propose a date to each entry, the most urgent served first; ten queries whatever their number.

    Who hides her address is left to her own page: the letter of a convocation is decided there, for her alone.
    """
    found = recipients(targets_of(entry_ids), kind=first_interview_kind(), today=at.date())
    reasons = {one.person.pk: _reason(one, at) for one in found}
    slots = {slot.pk: slot for slot in _slots(at)}
    seats = [Seat(slot.pk, slot.place_id, slot.starts_at, slot.seats - slot.booked) for slot in slots.values()]
    asking = [one for one in found if reasons[one.person.pk] is None]
    near = geography.nearest_places_of(one.target.commune_id for one in asking)
    wishes = {
        one.person.pk: [
            place.place.pk for place in near[one.target.commune_id] if place.place.is_offered_to(one.target.commune_id)
        ]
        for one in asking
    }
    given = seat_everybody(wishes, seats)
    return [Convocable(one, slots.get(given.get(one.person.pk, 0)), reasons[one.person.pk]) for one in found]


def _reason(one: Recipient, at: datetime) -> SkipReason | None:
    if one.is_confidential:
        return SkipReason.CONFIDENTIAL
    # An invitation of yesterday forbids no convocation: it is another act (AMB-57).
    reason = skip_reason(one.candidate, at=at, cooldown_hours=0)
    return SkipReason(reason.value) if reason else None


def _slots(at: datetime) -> list[Slot]:
    kind = first_interview_kind()
    since = clock.start_of(clock.add_days(at.date(), terms.convocation_days(kind, at.date())))
    found = free_slots(kind_id=kind.pk, since=since).filter(place__is_active=True)
    return list(found.select_related("agent", "place")[:SLOTS_READ])
