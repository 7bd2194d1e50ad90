"""Where the follow-up of a person stands for a kind of appointment: one status, from what was written and held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Standing(StrEnum):
    """The ten statuses of a follow-up."""

    NOT_INVITED = "not_invited"
    PENDING = "pending"
    EXPIRED = "expired"
    BOOKED = "booked"
    TO_MARK = "to_mark"
    CAME = "came"
    ABSENT = "absent"
    EXCUSED = "excused"
    CANCELLED_BY_US = "cancelled_by_us"
    CLOSED = "closed"


ACTION_REQUIRED = (
    Standing.EXPIRED,
    Standing.TO_MARK,
    Standing.ABSENT,
    Standing.EXCUSED,
    Standing.CANCELLED_BY_US,
)
"""What waits for the service: nobody else will move."""

CONVENABLE = (Standing.EXPIRED, Standing.ABSENT, Standing.EXCUSED)
"""Those to whom a date may be imposed: she was offered a choice, and it gave nothing."""

OUTCOMES = {
    "held": Standing.CAME,
    "absent": Standing.ABSENT,
    "excused": Standing.EXCUSED,
    "cancelled_by_person": Standing.EXCUSED,
    "cancelled_by_us": Standing.CANCELLED_BY_US,
}


@dataclass(frozen=True, slots=True)
class Meeting:
    """An appointment of the entry and kind; `moved` when another one took its place."""

    number: int
    status: str
    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None = None
    moved: bool = False

    @property
    def settled_at(self) -> datetime:
        """When its outcome was known: an appointment given up is over before its hour."""
        return self.cancelled_at or self.starts_at


@dataclass(frozen=True, slots=True)
class Letter:
    """An invitation or a convocation of the entry and kind; withdrawn ones are worth nothing."""

    sent_at: datetime
    expires_on: date
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Followed:
    """What is known of the entry: it ended, or nothing is awaited any more for this kind; whether one is enough."""

    ended: bool = False
    awaited: bool = True
    once: bool = True


def standing(known: Followed, meetings: Sequence[Meeting], letters: Sequence[Letter], at: datetime) -> Standing:
    """Return the one status of a follow-up at a moment, the most pressing first."""
    if known.ended:
        return Standing.CLOSED
    planned = [meeting for meeting in meetings if meeting.status == "planned"]
    if any(meeting.ends_at <= at for meeting in planned):
        return Standing.TO_MARK
    if planned:
        return Standing.BOOKED
    if known.once and any(meeting.status == "held" for meeting in meetings):
        return Standing.CAME
    if not known.awaited:
        return Standing.CLOSED
    return _unbooked(meetings, [letter for letter in letters if not letter.revoked], at)


def _unbooked(meetings: Sequence[Meeting], letters: Sequence[Letter], at: datetime) -> Standing:
    """Who has no date: the last thing that happened says it, an invitation sent since wipes out the outcome."""
    last = max(
        (meeting for meeting in meetings if not meeting.moved),
        key=lambda meeting: (meeting.settled_at, meeting.number),
        default=None,
    )
    written = max((letter.sent_at for letter in letters), default=None)
    if last is not None and (written is None or written <= last.settled_at):
        return OUTCOMES[last.status]
    if written is None:
        return Standing.NOT_INVITED
    works = max(letter.expires_on for letter in letters) >= at.date()
    return Standing.PENDING if works else Standing.EXPIRED
