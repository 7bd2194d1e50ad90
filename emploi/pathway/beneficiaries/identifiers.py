"""The door to the rules about names, numbers and contacts, for the exchanges that bring people in."""

from __future__ import annotations

from emploi.pathway.beneficiaries.keys import Prepared, knowing, prepare_members
from emploi.pathway.beneficiaries.rules.contacts import looks_like_email, phone_kind
from emploi.pathway.beneficiaries.rules.identity import (
    NirCheck,
    check_nir,
    compact,
    nir_agrees,
    nir_key,
    normalise_name,
)

__all__ = [
    "NirCheck",
    "Prepared",
    "check_nir",
    "compact",
    "knowing",
    "looks_like_email",
    "nir_agrees",
    "nir_key",
    "normalise_name",
    "phone_kind",
    "prepare_members",
]
