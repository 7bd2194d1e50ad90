"""When the next regular meeting is due."""

from __future__ import annotations

from datetime import date

from emploi.foundation.clock import add_weeks


def due_on(since: date, every_weeks: int, last_held: date | None) -> date:
    """The first is due on the day agreed; each next one, so many weeks after the last one held."""
    if last_held is None or last_held < since:
        return since
    return add_weeks(last_held, every_weeks)
