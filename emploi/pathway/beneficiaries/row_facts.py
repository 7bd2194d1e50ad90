"""What one line of a spreadsheet says of a person, and what becomes of it: plain dataclasses, no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from emploi.pathway.beneficiaries.facts import TypedAddress

CREATED, UPDATED, UNCHANGED, REFUSED = "created", "updated", "unchanged", "refused"
# Why a difference is shown and not applied: an agent typed the present value, or the payer's file brought it.
NO_ADDRESS = TypedAddress()
KEPT_AGENT, KEPT_PAYER, KEPT_DOUBT = "agent", "payer", "doubt"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as a spreadsheet shows them, already normalised; a blank says nothing and erases nothing."""

    number: int
    last_name: str
    first_name: str
    uuid: str = ""
    title: str = ""
    birth_name: str = ""
    birth_date: date | None = None
    birth_date_precision: str = "N"
    sex: str = ""
    nir13: str = ""
    nir_valid: bool = False
    role: str = ""
    subject: bool | None = None
    claim_number: str = ""
    payer: str = ""
    payer_number: str = ""
    claimed_on: date | None = None
    duties_since_on: date | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    address: TypedAddress = NO_ADDRESS
    local_number: str = ""
    france_travail_number: str = ""
    interpreter_language: str = ""
    under_guardianship: bool | None = None
    confidential_address: bool | None = None

    @property
    def full_name(self) -> str:
        """First name then name, as said aloud."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class RowsFile:
    """Where a batch of lines comes from; `overwrite` also replaces what an agent typed or the payer sent."""

    run_id: int
    received_on: date
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One field a line changes, in words; `kept` says why it is only shown, empty when it is applied."""

    name: str
    before: str
    after: str
    kept: str = ""


@dataclass(slots=True)
class RowOutcome:
    """What a line does; `undo` is what is needed to take it back, plain values only."""

    number: int
    status: str = UNCHANGED
    person_id: int | None = None
    name: str = ""
    differences: list[Difference] = field(default_factory=list)
    suspects: list[str] = field(default_factory=list)
    code: str = ""
    reason: str = ""
    undo: dict[str, Any] = field(default_factory=dict)
