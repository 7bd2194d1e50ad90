"""Who is in the pathway, exactly as definitions.md (« Entrant ») says, with the reason of each answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ADULTS = frozenset({"DEM", "CJT"})
OPEN = frozenset({"2", "3"})
PENDING = "0"
REFUSED = "1"
PAYMENT_SUSPENDED = "4"
CLOSED = frozenset({"5", "6"})
# Below the payment threshold, hospitalisation, action not started: the right goes on (definitions.md).
MOTIVES_STILL_IN = frozenset({"05", "44", "70"})


class Why(StrEnum):
    """Reason codes of the scope rule."""

    IN_SCOPE = "in_scope"
    NOT_AN_ADULT_ROLE = "not_an_adult_role"
    CLAIM_PENDING = "claim_pending"
    CLAIM_REFUSED = "claim_refused"
    PAYMENT_SUSPENDED = "payment_suspended"
    RIGHT_CLOSED = "right_closed"
    STATE_UNKNOWN = "state_unknown"
    DUTIES_UNKNOWN = "duties_unknown"
    OUTSIDE_DUTIES = "outside_duties"


class Leaving(StrEnum):
    """Why somebody leaves the pathway; same values as enums.ClosingReason."""

    RIGHT_ENDED = "right_ended"
    DUTIES_ENDED = "duties_ended"
    MOVED_OUT = "moved_out"
    LEFT_HOUSEHOLD = "left_household"
    DUPLICATE = "duplicate"
    ANNULLED = "annulled"


@dataclass(frozen=True, slots=True)
class Scope:
    """True, False or None (nobody can tell: a human must check), and why."""

    value: bool | None
    why: Why


_BY_STATE = {
    PENDING: Scope(False, Why.CLAIM_PENDING),
    REFUSED: Scope(False, Why.CLAIM_REFUSED),
    PAYMENT_SUSPENDED: Scope(False, Why.PAYMENT_SUSPENDED),
    **dict.fromkeys(CLOSED, Scope(False, Why.RIGHT_CLOSED)),
}
_BY_SUBJECT = {
    True: Scope(True, Why.IN_SCOPE),
    False: Scope(False, Why.OUTSIDE_DUTIES),
    None: Scope(None, Why.DUTIES_UNKNOWN),
}
_UNKNOWN_STATE = Scope(False, Why.STATE_UNKNOWN)
_NOT_AN_ADULT = Scope(False, Why.NOT_AN_ADULT_ROLE)
_LEAVING_MOTIVES = {"MUT": Leaving.MOVED_OUT, "RGD": Leaving.DUPLICATE, "EFF": Leaving.ANNULLED}


def scope(state: str, motive: str, role: str, subject: bool | None) -> Scope:
    """Tell whether a person in this role of this household is in the pathway, and why."""
    if role not in ADULTS:
        return _NOT_AN_ADULT
    if has_right(state, motive):
        return _BY_SUBJECT[subject]
    return _BY_STATE.get(state, _UNKNOWN_STATE)


def in_scope(state: str, motive: str, role: str, subject: bool | None) -> bool | None:
    """Tell whether a person is in the pathway: yes, no, or unknown."""
    return scope(state, motive, role, subject).value


def has_right(state: str, motive: str) -> bool:
    """Tell whether the household's right counts as open for the pathway."""
    return state in OPEN or (state == PAYMENT_SUSPENDED and motive in MOTIVES_STILL_IN)


def leaving(
    state: str, motive: str, role: str, subject: bool | None, *, transferred_out: bool = False
) -> Leaving | None:
    """Tell why a person whose entry runs must leave, or None.

    A suspension does not stop the clock, an unknown does not either: only an end does (definitions.md, J0 and Rates).
    """
    if role not in ADULTS:
        return Leaving.LEFT_HOUSEHOLD
    if state in CLOSED and transferred_out:
        return Leaving.MOVED_OUT
    if state in CLOSED:
        return _LEAVING_MOTIVES.get(motive, Leaving.RIGHT_ENDED)
    if state == REFUSED:
        return Leaving.ANNULLED
    return Leaving.DUTIES_ENDED if subject is False else None
