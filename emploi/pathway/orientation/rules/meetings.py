"""Which free slots are shown of many: the soonest, and not all those of one professional."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Protocol, TypeVar


class Free(Protocol):
    """A free slot."""

    @property
    def agent_id(self) -> int: ...

    @property
    def starts_at(self) -> datetime: ...


S = TypeVar("S", bound=Free)


def spread(slots: Iterable[S], most: int) -> list[S]:
    """Return at most `most` slots in order of hour: the soonest of each professional, then their second ones, etc."""
    ranks: dict[Hashable, int] = defaultdict(int)
    ranked = []
    for slot in sorted(slots, key=lambda one: one.starts_at):
        ranked.append((ranks[slot.agent_id], slot.starts_at, slot))
        ranks[slot.agent_id] += 1
    kept = sorted(ranked, key=lambda one: one[:2])[:most]
    return [slot for _, _, slot in sorted(kept, key=lambda one: one[1])]
