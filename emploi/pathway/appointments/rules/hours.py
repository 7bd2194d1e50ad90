"""Hours outside the ordinary ones of the Département (DIS-115): early, in the evening, on a closed day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

# Hours of each day, Monday first; None: closed.
Week = Sequence[tuple[time, time] | None]
EARLY, EVENING, CLOSED_DAY = "matin", "soir", "samedi"
MOMENTS = (EARLY, EVENING, CLOSED_DAY)


def moments_of(weekday: int, begins: time, ends: time, week: Week) -> list[str]:
    """Return what is out of the ordinary in a slot; `weekday` is 0 on Monday."""
    ordinary = week[weekday]
    if ordinary is None:
        return [CLOSED_DAY]
    return [*([EARLY] if begins < ordinary[0] else []), *([EVENING] if ends > ordinary[1] else [])]
