"""When a slot may be taken, moved, cancelled, and when a presence may be noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Refusal(StrEnum):
    """Why a booking is refused."""

    ENTRY_CLOSED = "entry_closed"
    DECEASED = "deceased"
    ALREADY_MET = "already_met"
    ALREADY_BOOKED = "already_booked"
    PAST = "past"
    TOO_SOON = "too_soon"
    NOT_BY_PERSON = "not_by_person"
    REMOTE_WITHOUT_REASON = "remote_without_reason"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for which slot, and what stands in the way."""

    starts_at: datetime
    by_person: bool
    bookable_by_person: bool
    physical_required: bool
    is_physical: bool
    has_reason: bool
    entry_closed: bool = False
    deceased: bool = False
    is_met: bool = False
    is_booked: bool = False


def refusal(asked: Asked, *, at: datetime, notice_minutes: int) -> Refusal | None:
    """Return the first reason to refuse, None when the slot may be taken.

    An agent may place a person until the last moment; the person herself needs the announced notice.
    """
    notice = timedelta(minutes=notice_minutes)
    checks = (
        (Refusal.DECEASED, asked.deceased),
        (Refusal.ENTRY_CLOSED, asked.entry_closed),
        (Refusal.ALREADY_MET, asked.is_met),
        (Refusal.ALREADY_BOOKED, asked.is_booked),
        (Refusal.PAST, asked.starts_at <= at),
        (Refusal.TOO_SOON, asked.by_person and asked.starts_at < at + notice),
        (Refusal.NOT_BY_PERSON, asked.by_person and not asked.bookable_by_person),
        (Refusal.REMOTE_WITHOUT_REASON, asked.physical_required and not asked.is_physical and not asked.has_reason),
    )
    return next((reason for reason, applies in checks if applies), None)


def person_may_change(starts_at: datetime, *, at: datetime, notice_hours: int) -> bool:
    """True while the person may still move or cancel her appointment herself."""
    return at + timedelta(hours=notice_hours) <= starts_at


def reminder_moment(starts_at: datetime, *, at: datetime, hours: int) -> datetime | None:
    """When to send the reminder (RG-06); None when the confirmation of today already is one."""
    moment = starts_at - timedelta(hours=hours)
    return moment if moment > at else None


def may_mark_present(starts_on: date, *, today: date) -> bool:
    """A person may be early, never a day early."""
    return starts_on <= today


def may_mark_missed(starts_at: datetime, *, at: datetime) -> bool:
    """Nobody is absent before the hour."""
    return starts_at <= at


def may_undo(marked_on: date | None, *, today: date) -> bool:
    """A presence is corrected the day it was noted; afterwards it counts."""
    return marked_on == today
