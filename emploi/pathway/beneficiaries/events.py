"""What happened to persons, households and entries: ids and plain values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class PersonCreated(Event):
    """A person was created by hand."""


@dataclass(frozen=True, kw_only=True)
class PersonCorrected(Event):
    """An agent corrected what describes a person."""

    fields: str


@dataclass(frozen=True, kw_only=True)
class PersonDied(Event):
    """The death of a person is known."""

    died_on: date


@dataclass(frozen=True, kw_only=True)
class ContactAdded(Event):
    """A way to reach a person was added."""

    contact_id: int
    contact_kind: str
    source: str


@dataclass(frozen=True, kw_only=True)
class ContactDied(Event):
    """A way to reach a person no longer works."""

    contact_id: int
    contact_kind: str


@dataclass(frozen=True, kw_only=True)
class NeedsTold(Event):
    """Somebody said what she needs to come to an appointment: values separated by spaces."""

    needs: str
    source: str


@dataclass(frozen=True, kw_only=True)
class WishTold(Event):
    """Somebody said how she wants to be written to; nothing said is an answer too."""

    means: str
    reads_sms: bool
    source: str


@dataclass(frozen=True, kw_only=True)
class AddressTyped(Event):
    """An agent typed the address of a household."""

    household_id: int


@dataclass(frozen=True, kw_only=True)
class EntryOpened(Event):
    """A person entered the pathway; the stock of a first load carries kind `stock` and starts no clock."""

    opened_on: date
    kind: str


@dataclass(frozen=True, kw_only=True)
class EntryClosed(Event):
    """A person left the pathway."""

    closed_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class EntryReopened(Event):
    """The same entry runs again; `continuous` when the right never stopped (only the dossier number changed)."""

    reopened_on: date
    continuous: bool = False


@dataclass(frozen=True, kw_only=True)
class EntryDateCorrected(Event):
    """A file imported late shows that an entry began, or ended, on another day, or that it is (not) of the stock."""

    opened_on: date
    former_opened_on: date
    closed_on: date | None = None
    former_closed_on: date | None = None
    kind: str = ""
    former_kind: str = ""


@dataclass(frozen=True, kw_only=True)
class FranceTravailTold(Event):
    """Somebody said whether France Travail follows the person, and what it recommends."""

    followed: bool | None
    since: date | None = None
    path: str = ""
    path_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class DutiesUnknown(Event):
    """The payer does not say whether the person is subject to rights and duties: a human must check."""


@dataclass(frozen=True, kw_only=True)
class DutiesSettled(Event):
    """An agent settled whether the person is subject to rights and duties."""

    subject: bool


@dataclass(frozen=True, kw_only=True)
class HouseholdsDisappeared(Event):
    """Dossiers are missing from a monthly file: flagged, never closed."""

    count: int
    reference_on: date


@dataclass(frozen=True, kw_only=True)
class ReviewSettled(Event):
    """An agent settled a point to check."""

    review_id: int
    review_kind: str


@dataclass(frozen=True, kw_only=True)
class ContactPreferred(Event):
    """The way to reach a person first was chosen."""

    contact_id: int
    contact_kind: str


@dataclass(frozen=True, kw_only=True)
class PersonsMerged(Event):
    """Two records of one human being were put together; `person_id` is the one that stays."""

    absorbed_id: int
    record_id: int


@dataclass(frozen=True, kw_only=True)
class EntryAbsorbed(Event):
    """A duplicate entry was closed; what it had done counts for the entry that stays (`entry_id`)."""

    absorbed_entry_id: int


@dataclass(frozen=True, kw_only=True)
class MergeUndone(Event):
    """Two records put together were parted; one event for each of them."""

    other_id: int
    record_id: int
