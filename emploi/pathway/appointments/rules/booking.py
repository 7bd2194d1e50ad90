"""When a slot may be taken, moved, cancelled, and when a presence may be noted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

VIDEO = "video"


class Refusal(StrEnum):
    """Why a booking is refused."""

    ENTRY_CLOSED = "entry_closed"
    DECEASED = "deceased"
    ALREADY_MET = "already_met"
    UNMARKED = "unmarked"
    ALREADY_BOOKED = "already_booked"
    KIND_BOOKED = "kind_booked"
    SAME_HOUR = "same_hour"
    PAST = "past"
    TOO_SOON = "too_soon"
    NOT_BY_PERSON = "not_by_person"
    TOO_FAR = "too_far"
    OTHER_PLACE = "other_place"
    NO_REFERENT = "no_referent"
    NOT_THE_REFERENT = "not_the_referent"
    OTHER_MODALITY = "other_modality"
    NO_ROOM = "no_room"
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
    # Its hour has passed and nobody said whether she came: it can be neither moved nor replaced.
    is_unmarked: bool = False
    # The same for the other kinds, when only one of them may be to come.
    is_kind_booked: bool = False
    is_busy: bool = False
    # False: whoever receives will do.
    referent_needed: bool = False
    has_referent: bool = False
    is_referent: bool = False
    is_place_of_kind: bool = True
    is_modality_offered: bool = True
    lacks_room: bool = False


def refusal(asked: Asked, *, at: datetime, notice_minutes: int, until: datetime | None = None) -> Refusal | None:
    """Return the first reason to refuse, None when the slot may be taken.

    An agent may place a person until the last moment, at any place and however far; the person herself needs the
    announced notice, and chooses before `until` among the places of the kind.
    """
    notice = timedelta(minutes=notice_minutes)
    checks = (
        (Refusal.DECEASED, asked.deceased),
        (Refusal.ENTRY_CLOSED, asked.entry_closed),
        (Refusal.ALREADY_MET, asked.is_met),
        (Refusal.UNMARKED, asked.is_unmarked),
        (Refusal.ALREADY_BOOKED, asked.is_booked),
        (Refusal.KIND_BOOKED, asked.is_kind_booked),
        (Refusal.SAME_HOUR, asked.is_busy),
        (Refusal.PAST, asked.starts_at <= at),
        (Refusal.TOO_SOON, asked.by_person and asked.starts_at < at + notice),
        (Refusal.TOO_FAR, asked.by_person and until is not None and asked.starts_at >= until),
        (Refusal.NOT_BY_PERSON, asked.by_person and not asked.bookable_by_person),
        (Refusal.OTHER_PLACE, asked.by_person and not asked.is_place_of_kind),
        (Refusal.NO_REFERENT, asked.referent_needed and not asked.has_referent),
        (Refusal.NOT_THE_REFERENT, asked.referent_needed and not asked.is_referent),
        (Refusal.OTHER_MODALITY, not asked.is_modality_offered),
        (Refusal.NO_ROOM, asked.lacks_room),
        (Refusal.REMOTE_WITHOUT_REASON, asked.physical_required and not asked.is_physical and not asked.has_reason),
    )
    return next((reason for reason, applies in checks if applies), None)


def modalities_offered(of_kind: Sequence[str], of_slot: str, *, remote: Collection[str], has_room: bool) -> list[str]:
    """Return the ways to meet in a slot, the slot's own first.

    Who receives on the spot may also telephone; a slot given from afar is not given on the spot. A video needs a room.
    """
    is_from_afar = of_slot in remote
    others = [one for one in of_kind if one != of_slot and (one in remote or not is_from_afar)]
    return [of_slot, *(one for one in others if one != VIDEO or has_room)]


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
