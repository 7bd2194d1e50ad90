"""What a newer file changes in the life of a household, told once to each adult it concerns: plain values only.

What the entry of a person already says (EntryOpened, EntryClosed, EntryReopened) is not told a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class HouseholdEvent(Event):
    """Something the payer's files show of a household, on the day they describe."""

    household_id: int
    on: date


@dataclass(frozen=True, kw_only=True)
class ClaimPending(HouseholdEvent):
    """A claim waits for a decision."""


@dataclass(frozen=True, kw_only=True)
class ClaimRefused(HouseholdEvent):
    """A claim that waited is refused."""

    motive: str


@dataclass(frozen=True, kw_only=True)
class RightSuspended(HouseholdEvent):
    """The right, or only its payment, is suspended for a reason that is not a sanction."""

    state: str
    motive: str


@dataclass(frozen=True, kw_only=True)
class RightResumed(HouseholdEvent):
    """The right is paid again after a suspension."""


@dataclass(frozen=True, kw_only=True)
class RightClosed(HouseholdEvent):
    """The right ended, for an adult whose entry does not say it."""

    motive: str


@dataclass(frozen=True, kw_only=True)
class SanctionApplied(HouseholdEvent):
    """The payer applied a decision of the Département: the proof that a sanction really runs."""

    state: str
    motive: str


@dataclass(frozen=True, kw_only=True)
class RightReduced(HouseholdEvent):
    """The payer applies a reduction decided by the Département (ReductionRSA), in euros."""

    amount: str


@dataclass(frozen=True, kw_only=True)
class ReductionEnded(HouseholdEvent):
    """A reduction no longer applies."""


@dataclass(frozen=True, kw_only=True)
class HouseholdMoved(HouseholdEvent):
    """The household lives in another commune (codes and names of that day, empty when not known)."""

    former_commune: str
    commune: str
    former_name: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class JoinedHousehold(HouseholdEvent):
    """The person came into a household already known, as an adult."""

    role: str


@dataclass(frozen=True, kw_only=True)
class LeftHousehold(HouseholdEvent):
    """The person left a household, and no entry ended for it."""


@dataclass(frozen=True, kw_only=True)
class ChildArrived(HouseholdEvent):
    """One child or several joined the household."""

    count: int


@dataclass(frozen=True, kw_only=True)
class TransferredIn(HouseholdEvent):
    """The dossier comes from another payer, and no entry says it."""


@dataclass(frozen=True, kw_only=True)
class TransferredOut(HouseholdEvent):
    """The dossier goes to another payer, and no entry says it."""
