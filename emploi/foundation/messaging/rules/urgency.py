"""How much a letter hurries, from the last day on which the post still brings it in time."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class Urgency(StrEnum):
    """What a letter still on the table asks for; in the order in which one looks at them."""

    LATE = "late"
    TODAY = "today"
    CAN_WAIT = "can_wait"


def urgency(post_by: date | None, *, today: date, next_post: date) -> Urgency:
    """Say whether the letter leaves today or never: `next_post` is the next day on which the post takes letters."""
    if post_by is None or post_by >= next_post:
        return Urgency.CAN_WAIT
    return Urgency.LATE if post_by < today else Urgency.TODAY
