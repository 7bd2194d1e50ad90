"""Which relaunch of an invitation is due: one after another, each some days after the first words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta


def due(days: Sequence[int], *, done: int, since: date, today: date, not_before: date | None = None) -> int | None:
    """Return the rank of the relaunch due on a day, None when nothing is.

    `done` were sent already, `since` is the day the count began, `not_before` the first day relaunches leave alone. Due
    and not done: a day on which nothing could leave loses none.
    """
    day = falls_on(days, done=done, since=since)
    if day is None or day > today or (not_before is not None and day < not_before):
        return None
    return done


def falls_on(days: Sequence[int], *, done: int, since: date) -> date | None:
    """Return the day the next relaunch is due, None when all were sent."""
    return since + timedelta(days=days[done]) if done < len(days) else None
