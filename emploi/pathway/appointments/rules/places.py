"""How many people a place receives at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime


def most_at_once(moments: Iterable[tuple[datetime, datetime]]) -> int:
    """Return the largest number of these moments that run together; one that ends leaves its desk to the next."""
    steps = sorted(step for start, stop in moments for step in ((start, 1), (stop, -1)))
    most = now = 0
    for _, step in steps:
        now += step
        most = max(most, now)
    return most
