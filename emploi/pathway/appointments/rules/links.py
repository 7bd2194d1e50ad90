"""What a link or a code still opens, and what to tell the person otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class LinkState(StrEnum):
    """What the person finds behind her link."""

    OPEN = "open"
    BOOKED = "booked"
    MET = "met"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """Facts about one invitation and the entry it serves."""

    expires_on: date
    is_revoked: bool
    is_superseded: bool
    superseded_by_convocation: bool
    entry_closed: bool
    has_planned: bool
    has_held: bool


def state_of(facts: LinkFacts, *, today: date) -> LinkState:
    """Return the state of a link; the announced validity is kept even after a newer invitation.

    Only a convocation (date imposed) or a withdrawal ends it earlier. Who has booked always finds her appointment.
    """
    checks = (
        (LinkState.REVOKED, facts.is_revoked),
        (LinkState.BOOKED, facts.has_planned),
        (LinkState.MET, facts.has_held),
        (LinkState.ENDED, facts.entry_closed),
        (LinkState.SUPERSEDED, facts.superseded_by_convocation),
        (LinkState.SUPERSEDED, facts.is_superseded and today > facts.expires_on),
        (LinkState.EXPIRED, today > facts.expires_on),
    )
    return next((state for state, applies in checks if applies), LinkState.OPEN)
