"""Whether an address can be used at all, and its one written form."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

# French mobile numbers and those of the overseas Départements: the only ones an SMS reaches.
REGIONS = ("FR", "GP", "GF", "MQ", "RE", "YT")
_CALLING_CODES = {phonenumbers.country_code_for_region(region) for region in REGIONS}
_MOBILE = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
_EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\.]+(\.[^@\s<>,;:\"()\[\]\\.]+)+")
# Mobile numbers Arcep keeps for fiction (06 39 98 …): those of tests and demonstrations, answered by nobody.
FICTION = "+3363998"
MAX_EMAIL = 254
MIN_ADDRESS_LINES = 2


@dataclass(frozen=True, slots=True)
class Recipient:
    """A usable address, or the reason why it is not; `is_wrong` when nobody can be reached there by any means."""

    value: str
    problem: str = ""
    is_wrong: bool = False


def mobile(text: str) -> Recipient:
    """Read a mobile number; the value is its international form "+33612345678"."""
    for region in REGIONS:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        is_fiction = written.startswith(FICTION) and phonenumbers.is_possible_number(number)
        if is_fiction or (number.country_code in _CALLING_CODES and _is_mobile(number)):
            return Recipient(written)
    problem = "Ce numéro n’est pas celui d’un téléphone mobile français."
    return Recipient(text.strip(), problem, is_wrong=not _may_ring(text))


def _may_ring(text: str) -> bool:
    """Tell whether a number could be called: abroad, or at home, no SMS reaches it but somebody may answer."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, "FR"))
    except phonenumbers.NumberParseException:
        return False


def _is_mobile(number: phonenumbers.PhoneNumber) -> bool:
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) in _MOBILE


def email(text: str) -> Recipient:
    """Read an e-mail address."""
    value = text.strip()
    if len(value) > MAX_EMAIL or not _EMAIL.fullmatch(value) or ".." in value:
        return Recipient(value, "Cette adresse e-mail n’est pas complète.", is_wrong=True)
    return Recipient(value)


def postal(text: str) -> Recipient:
    """Read a postal address: the name first, then the lines, empty ones dropped."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    kept = [line for line in lines if line]
    if len(kept) < MIN_ADDRESS_LINES:
        return Recipient("\n".join(kept), "Cette adresse postale n’est pas complète.")
    return Recipient("\n".join(kept))
