"""Phones and e-mails: of the fiction range and of a reserved domain, so that a real message reaches nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from emploi.simulator.life import numbers
from emploi.simulator.life.calibration import Calibration
from emploi.simulator.life.draws import CONTACT, stream
from emploi.simulator.life.household import Household
from emploi.simulator.life.names import without_accents
from emploi.simulator.life.people import Person

DOMAIN: Final = "courriel.example"  # RFC 2606: never delivered


@dataclass(frozen=True, slots=True)
class Reach:
    """How a person may be reached; blank when nothing is known, `dead` when it no longer works."""

    mobile: str
    landline: str
    email: str
    dead_phone: bool
    dead_email: bool


def reach_of(person: Person, household: Household, seed: int, figures: Calibration) -> Reach:
    """The phones and e-mail of an adult."""
    draws = stream(seed, CONTACT, household.slot, household.core, person.serial)
    shares = figures.contacts
    mobile = numbers.mobile(draws.random()) if draws.chance(shares["mobile_share"]) else ""
    landline = numbers.landline(draws.random()) if draws.chance(shares["landline_share"]) else ""
    email = _email(person, draws.between(1, 99)) if draws.chance(shares["email_share"]) else ""
    return Reach(
        mobile=mobile,
        landline=landline,
        email=email,
        dead_phone=bool(mobile) and draws.chance(shares["dead_phone_share"]),
        dead_email=bool(email) and draws.chance(shares["dead_email_share"]),
    )


def _email(person: Person, number: int) -> str:
    name = without_accents(f"{person.first_name}.{person.last_name}").lower()
    kept = "".join(char if char.isalnum() or char in ".-" else "" for char in name)
    return f"{kept[:48].strip('.-')}{number}@{DOMAIN}"
