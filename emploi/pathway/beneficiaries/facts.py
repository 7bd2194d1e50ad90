"""What an importer knows of one dossier, as plain values: the border between any file format and our tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """One ranked address of a dossier; rank 1 is the current one (RGADR 01)."""

    rank: int
    complement: str
    number: str
    street_type: str
    street: str
    place: str
    postal_code: str
    insee: str
    city: str
    country: str
    since: date | None


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """One person as a dossier shows them; `subject` is droits et devoirs: True, False or unknown (None)."""

    role: str
    title: str
    last_name: str
    birth_name: str
    first_name: str
    birth_date: date | None
    birth_date_precision: str
    birth_rank: int | None
    sex: str
    nir13: str
    nir_valid: bool
    subject: bool | None
    pole_emploi_number: str


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """One whole dossier of a benefits file, already normalised and valid alone."""

    claim_number: str
    payer: str
    payer_organism: str
    payer_number: str
    claimed_on: date | None
    right_origin_on: date | None
    state: str
    motive: str
    amount: Decimal | None
    homeless: bool
    dependants: int
    family_situation: str
    previous_claim_number: str
    transfer_in_on: date | None
    transfer_out_on: date | None
    content_hash: str
    members: tuple[MemberFacts, ...]
    addresses: tuple[AddressFacts, ...]
    # The day the right really ended (DTCLORSA, or DDDEPAMUT for a move), when the payer says it.
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file says of itself: DTREF, DTCREAFLUX, the day it was deposited, monthly or daily, first load or not."""

    reference_on: date
    created_on: date
    received_on: date
    source: str
    run_id: int
    first_load: bool


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """One line of a CAF contact file (caf-flows.md §2.6); phones in E.164, best first."""

    payer_number: str
    role: str
    nir13: str
    claim_number: str
    phones: tuple[str, ...]
    email: str
    duties_since_on: date | None = None
    claimed_on: date | None = None


@dataclass(frozen=True, slots=True)
class TypedAddress:
    """An address as an agent types it; `insee` is the commune's code when chosen in the official list."""

    complement: str = ""
    number: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    insee: str = ""


@dataclass(frozen=True, slots=True)
class TypedPerson:
    """A person as an agent types them, before any file names them."""

    title: str
    last_name: str
    birth_name: str
    first_name: str
    birth_date: date | None
    birth_date_precision: str = "N"
    sex: str = ""
    nir13: str = ""
    role: str = "DEM"
    claim_number: str = ""
    payer: str = ""
    payer_number: str = ""
    claimed_on: date | None = None
    phone: str = ""
    email: str = ""
    france_travail_number: str = ""
    local_number: str = ""
    interpreter_language: str = ""
    subject: bool | None = None
    address: TypedAddress = TypedAddress()
