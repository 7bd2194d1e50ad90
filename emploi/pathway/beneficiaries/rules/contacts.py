"""Which phone and e-mail address to use first: what an agent or the person gave prevails over the payer's file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_MOBILE = re.compile(r"\+33[67]\d{8}|\+(?:262(?:692|693)|590(?:690|691)|596(?:696|697)|594(?:694))\d{6}")
_EMAIL = re.compile(r"[^\s@,;<>\"']{1,64}@[^\s@,;<>\"']+\.[^\s@,;<>\"'.]{2,}")
_TRUST = {"person": 2, "typed": 2, "caf": 1}


@dataclass(frozen=True, slots=True)
class Reachable:
    """One way to reach a person, as stored."""

    id: int
    kind: str
    value: str
    source: str
    received_on: date
    is_preferred: bool = False
    is_dead: bool = False


def phone_kind(e164: str) -> str:
    """Return `mobile` when the number takes text messages (France and overseas), else `phone`."""
    return "mobile" if _MOBILE.fullmatch(e164) else "phone"


def looks_like_email(text: str) -> bool:
    """Tell whether a text can be an e-mail address, accented letters allowed."""
    return _EMAIL.fullmatch(text) is not None


def best(contacts: list[Reachable], kind: str) -> Reachable | None:
    """Return the one to use: alive, chosen first, then the most trusted, then the latest."""
    alive = [contact for contact in contacts if contact.kind == kind and not contact.is_dead]
    return max(alive, key=lambda c: (c.is_preferred, _TRUST[c.source], c.received_on, c.id), default=None)
