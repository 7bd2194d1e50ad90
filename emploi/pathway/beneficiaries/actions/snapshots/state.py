"""What one batch holds in memory between reading and writing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from emploi.pathway.beneficiaries.facts import FileFacts, HouseholdFacts, MemberFacts
from emploi.pathway.beneficiaries.keys import Keys
from emploi.pathway.beneficiaries.rules.matching import Identity


@dataclass(slots=True)
class StoredHousehold:
    """What the database knows of a dossier before the batch."""

    id: int
    claim_number: str
    content_hash: str
    last_reference_on: date | None
    last_created_on: date | None
    tied_hashes: str
    state: str
    motive: str
    disappeared_on: date | None
    transferred_in_on: date | None
    transferred_out_on: date | None
    typed_commune: str | None
    last_seen_on: date | None = None

    def order(self) -> tuple[date, date]:
        """Where its last file stands in the order of files; a dossier typed by hand comes before any file."""
        return (self.last_reference_on or date.min, self.last_created_on or date.min)

    def last_order_before(self, file: FileFacts) -> bool:
        """Whether this file is more recent than the last one that showed the dossier."""
        return self.order() < file_order(file)


@dataclass(slots=True)
class PersonSlot:
    """A person of the batch: known already (`stored`), or new and given an id when written."""

    identity: Identity
    id: int = 0
    stored: tuple[Any, ...] | None = None
    facts: MemberFacts | None = None
    keys: Keys | None = None
    # What a file older than the known ones says of the person: it only fills what is blank.
    past: MemberFacts | None = None
    searchable: bool = False
    # What the payer says otherwise than the agent who corrected, by column.
    differences: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class StoredRole:
    """An active role before the batch."""

    id: int
    household_id: int
    person: PersonSlot
    role: str
    subject: bool | None
    pole_emploi_number: str


@dataclass(slots=True)
class Member:
    """A member of a dossier once recognised; `subject` is what holds, a manual answer included."""

    person: PersonSlot
    facts: MemberFacts
    keys: Keys
    subject: bool | None = None


@dataclass(slots=True)
class Work:
    """One dossier to write: its facts, what was stored, its members."""

    facts: HouseholdFacts
    stored: StoredHousehold | None
    tied_hashes: str
    id: int = 0
    previous_id: int | None = None
    commune: str | None = None
    # What each member of `facts` is compared by, in their order.
    keys: list[Keys] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    roles: list[StoredRole] = field(default_factory=list)
    gone: list[StoredRole] = field(default_factory=list)
    # Members of the dossier this one replaces (NUMDEMRSAPRECE): supporting evidence only.
    before: list[StoredRole] = field(default_factory=list)


@dataclass(slots=True)
class Doubtful:
    """A point to check raised while recognising."""

    person: PersonSlot
    kind: str
    other: PersonSlot


@dataclass(slots=True)
class Sorted:
    """A batch sorted by what must be done with each dossier."""

    new: list[Work] = field(default_factory=list)
    changed: list[Work] = field(default_factory=list)
    older: list[Work] = field(default_factory=list)
    unchanged: int = 0
    seen_again: list[StoredHousehold] = field(default_factory=list)
    # Unchanged, but received before the files that showed them already.
    early: list[Work] = field(default_factory=list)
    communes: set[str] = field(default_factory=set)

    @property
    def current(self) -> list[Work]:
        """The dossiers whose present state is written."""
        return self.new + self.changed


def file_order(file: FileFacts) -> tuple[date, date]:
    """Where a file stands in the order of files: its reference (DTREF), then its creation (DTCREAFLUX)."""
    return (file.reference_on, file.created_on)
