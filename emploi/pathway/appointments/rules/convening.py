"""Seats for people one convenes together: each her nearest place that has one left, its soonest hour."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Seat:
    """A slot with what it has left."""

    slot_id: int
    place_id: int
    starts_at: datetime
    left: int = 1


def seat_everybody(wishes: Mapping[int, Sequence[int]], seats: Iterable[Seat]) -> dict[int, int]:
    """Return a slot for each person, in the order given; `wishes` are her places, the nearest first."""
    waiting: dict[int, deque[int]] = {}
    for seat in sorted(seats, key=lambda seat: (seat.starts_at, seat.slot_id)):
        waiting.setdefault(seat.place_id, deque()).extend([seat.slot_id] * seat.left)
    found: dict[int, int] = {}
    for person_id, places in wishes.items():
        place = next((place for place in places if waiting.get(place)), None)
        if place is not None:
            found[person_id] = waiting[place].popleft()
    return found
