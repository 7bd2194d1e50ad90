"""Where to put the appointments of somebody who is away: same place and hour with a colleague, else the nearest."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from itertools import islice


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


class Offers:
    """Offers in order of their hour, by kind and place: the closest are read without sorting the others again."""

    def __init__(self, offers: Iterable[Offer]) -> None:
        self._of_kind: dict[int, list[Offer]] = defaultdict(list)
        self._of_place: dict[tuple[int, int], list[Offer]] = defaultdict(list)
        for offer in sorted(offers, key=lambda one: (one.starts_at, one.slot_id)):
            if offer.left > 0:
                self._of_kind[offer.kind_id].append(offer)
                self._of_place[offer.kind_id, offer.place_id].append(offer)

    def nearest(self, one: Displaced) -> Iterator[Offer]:
        """Yield the slots that suit an appointment, the best first: its place, then the others, hour by hour.

        Never earlier than the hour the person knows: she might learn it too late.
        """
        here = self._of_place.get((one.kind_id, one.place_id), [])
        yield from here[bisect_left(here, one.starts_at, key=_hour) :]
        anywhere = self._of_kind.get(one.kind_id, [])
        for offer in islice(anywhere, bisect_left(anywhere, one.starts_at, key=_hour), None):
            if offer.place_id != one.place_id:
                yield offer


def offers_for(one: Displaced, offers: Iterable[Offer]) -> list[Offer]:
    """The slots that suit an appointment, the best first."""
    return list(Offers(offers).nearest(one))


def propose(displaced: Sequence[Displaced], offers: Iterable[Offer]) -> dict[int, int]:
    """Return a slot for each appointment that can have one; no seat is given twice, the closest pairs first."""
    offers = list(offers)
    book = Offers(offers)
    waiting: list[tuple[tuple[bool, float, int], datetime, int, int]] = []
    coming = [(one, book.nearest(one)) for one in displaced]

    def ask(rank: int) -> None:
        """Put the next best offer of an appointment in the queue."""
        one, suiting = coming[rank]
        offer = next(suiting, None)
        if offer is not None:
            heappush(waiting, (_distance(one, offer), one.starts_at, one.appointment_id, rank))

    for rank in range(len(coming)):
        ask(rank)
    left = {offer.slot_id: offer.left for offer in offers}
    found: dict[int, int] = {}
    while waiting:
        (_, _, slot_id), _, appointment_id, rank = heappop(waiting)
        if left[slot_id] > 0:
            found[appointment_id] = slot_id
            left[slot_id] -= 1
        else:
            ask(rank)
    return found


def _hour(offer: Offer) -> datetime:
    return offer.starts_at


def _distance(one: Displaced, offer: Offer) -> tuple[bool, float, int]:
    """How far an offer is from what the person knows: the place first, then the hours."""
    return (offer.place_id != one.place_id, (offer.starts_at - one.starts_at).total_seconds(), offer.slot_id)
