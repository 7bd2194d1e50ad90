"""Where to put the appointments of somebody who is away: same place and hour with a colleague, else the nearest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Displaced:
    """An appointment that cannot be held where it is."""

    appointment_id: int
    kind_id: int
    place_id: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """A slot somebody else could give, with the seats it has left."""

    slot_id: int
    kind_id: int
    place_id: int
    starts_at: datetime
    left: int = 1


def offers_for(one: Displaced, offers: Iterable[Offer]) -> list[Offer]:
    """The slots that suit an appointment, the best first.

    Never earlier than the hour the person knows: she might learn it too late.
    """
    suiting = [o for o in offers if o.kind_id == one.kind_id and o.left > 0 and o.starts_at >= one.starts_at]
    return sorted(suiting, key=lambda offer: _distance(one, offer))


def propose(displaced: Sequence[Displaced], offers: Sequence[Offer]) -> dict[int, int]:
    """Return a slot for each appointment that can have one; no seat is given twice, the closest pairs first."""
    pairs = sorted(
        ((_distance(one, offer), one, offer) for one in displaced for offer in offers_for(one, offers)),
        key=lambda pair: (pair[0], pair[1].starts_at, pair[1].appointment_id),
    )
    left = {offer.slot_id: offer.left for offer in offers}
    found: dict[int, int] = {}
    for _, one, offer in pairs:
        if one.appointment_id not in found and left[offer.slot_id] > 0:
            found[one.appointment_id] = offer.slot_id
            left[offer.slot_id] -= 1
    return found


def _distance(one: Displaced, offer: Offer) -> tuple[bool, float, int]:
    """How far an offer is from what the person knows: the place first, then the hours."""
    return (offer.place_id != one.place_id, (offer.starts_at - one.starts_at).total_seconds(), offer.slot_id)
