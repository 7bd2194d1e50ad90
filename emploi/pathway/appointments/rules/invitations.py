"""Who is invited, by which channels, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

SMS, EMAIL, LETTER = "sms", "email", "letter"
CHANNELS = (SMS, EMAIL, LETTER)


class Skip(StrEnum):
    """Reasons to leave an entry out of a batch, the most definitive first."""

    CLOSED = "closed"
    DECEASED = "deceased"
    STOPPED = "stopped"
    ALREADY_MET = "already_met"
    ALREADY_BOOKED = "already_booked"
    INVITED_RECENTLY = "invited_recently"
    UNREACHABLE = "unreachable"
    CONFIDENTIAL = "confidential"
    CHANNEL_MISSING = "channel_missing"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a person somebody wants to invite, for her entry or before it."""

    entry_id: int | None
    person_id: int
    reachable_by: frozenset[str]
    address_is_confidential: bool = False
    is_closed: bool = False
    is_deceased: bool = False
    is_stopped: bool = False
    is_booked: bool = False
    is_met: bool = False
    last_sent_at: datetime | None = None


def wished(known: frozenset[str], *, means: str, reads_sms: bool) -> frozenset[str]:
    """Return the channels left when a person said how she wants to be written to.

    An SMS nobody reads is none. The means she prefers takes the place of the other quick ones when it is known; else
    nothing changes. A letter stays known, for the acts that need the post.
    """
    left = known if reads_sms else known - {SMS}
    if means not in left:
        return left
    return frozenset({means}) | (left & {LETTER})


def usable(candidate: Candidate, *, confidential_letters: bool = False) -> frozenset[str]:
    """Return the channels one may use; a letter to a confidential address leaves only when somebody chose it."""
    if candidate.address_is_confidential and not confidential_letters:
        return candidate.reachable_by - {LETTER}
    return candidate.reachable_by


def channels_for(
    candidate: Candidate, asked: frozenset[str] | None = None, *, confidential_letters: bool = False
) -> tuple[str, ...]:
    """Return the channels to use: SMS and e-mail when known, else a letter; or those asked, where possible."""
    known = usable(candidate, confidential_letters=confidential_letters)
    if asked is not None:
        return tuple(channel for channel in CHANNELS if channel in asked & known)
    digital = tuple(channel for channel in (SMS, EMAIL) if channel in known)
    if digital:
        return digital
    return (LETTER,) if LETTER in known else ()


def skip_reason(
    candidate: Candidate,
    *,
    at: datetime,
    cooldown_hours: int,
    asked: frozenset[str] | None = None,
    confidential_letters: bool = False,
) -> Skip | None:
    """Return why this person must not be invited now, None when she may."""
    chosen = channels_for(candidate, asked, confidential_letters=confidential_letters)
    recently = candidate.last_sent_at is not None and at - candidate.last_sent_at < timedelta(hours=cooldown_hours)
    checks = (
        (Skip.CLOSED, candidate.is_closed),
        (Skip.DECEASED, candidate.is_deceased),
        (Skip.STOPPED, candidate.is_stopped),
        (Skip.ALREADY_MET, candidate.is_met),
        (Skip.ALREADY_BOOKED, candidate.is_booked),
        (Skip.INVITED_RECENTLY, recently),
        (Skip.UNREACHABLE, not candidate.reachable_by),
        (Skip.CONFIDENTIAL, not chosen and bool(channels_for(candidate, asked, confidential_letters=True))),
        (Skip.CHANNEL_MISSING, not chosen),
    )
    return next((reason for reason, applies in checks if applies), None)


def last_day_of_validity(sent_on: date, validity_days: int) -> date:
    """Return the last day, inclusive, a link works: the very day announced in the message."""
    return sent_on + timedelta(days=validity_days)
