"""A tag, a code, an amount, a date of the payer, said in French."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from emploi.exchanges.caf import codes
from emploi.foundation.ui.french import date_long_fr, month_fr

FILE = Path(__file__).with_name("labels.toml")
HIDDEN = "•••"
HIDDEN_ADDRESS = "L’adresse de cette personne est confidentielle."
HEALTH = "Une partie, qui touche à la santé, n’est pas affichée pour votre rôle."
_YES = {"1": "Oui", "true": "Oui", "0": "Non", "false": "Non"}
_DATES = ("DT", "DD", "DF")
_COUNTS = ("NB", "RGNAI", "RGCRE")
_HOUR = 5  # of « 05:12:00.0000 »
_NARROW = "\u202f"


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader sees of a value; `code` is shown beside a coded one, `is_unknown` says that no list has it."""

    text: str
    code: str = ""
    is_unknown: bool = False


def block_title(tag: str) -> str:
    """The French title of a block, its own name when we have none."""
    return str(_words()["blocks"].get(tag, tag))


def field_label(tag: str) -> str:
    """The French label of a field, its own name when we have none."""
    return str(_words()["fields"].get(tag, tag))


def list_name(tag: str) -> str:
    """What a list of codes is about, with its tag for the payers' technicians."""
    return f"{_words()['lists'].get(tag) or field_label(tag)} ({tag})"


def is_health(tag: str, code: str) -> bool:
    """Whether this very value tells of somebody's health."""
    health = _words()["health"]
    tells_by_amount = tag in health["fields"] and bool(code.strip("0."))
    return tells_by_amount or code in health["codes"].get(tag, ())


def is_health_block(tag: str) -> bool:
    """Whether a whole block tells of somebody's health."""
    return tag in health_blocks()


def health_blocks() -> tuple[str, ...]:
    """The blocks that tell of somebody's health whatever they hold."""
    return tuple(_words()["health"]["blocks"])


def is_address(tag: str) -> bool:
    """Whether a block or a field says where somebody lives."""
    return tag in _words()["address"]["tags"]


def said(tag: str, raw: str) -> Said:
    """The value of a tag in French; what is not understood is shown as received."""
    value = " ".join(raw.split())
    if not value:
        return Said("")
    if tag in codes.lists():
        label, known = codes.label(tag, value), codes.is_known(tag, value)
        return Said(label if known else f"Code {value}", value if label != value or not known else "", not known)
    return Said(_plain(tag, value))


def _plain(tag: str, value: str) -> str:
    """A value without a list of codes, by what its tag announces."""
    if tag.startswith("TOP"):
        return _YES.get(value, value)
    if tag.startswith("HEU"):
        return value[:_HOUR].replace(":", " h ")
    if tag == "MOISRESS" or tag.startswith(_DATES):
        day = _day(value)
        said_by = month_fr if tag == "MOISRESS" else date_long_fr
        return said_by(day) if day else value
    if tag.startswith("MT"):
        return euros(value)
    return str(int(value)) if tag.startswith(_COUNTS) and value.isdecimal() else value


def euros(value: str) -> str:
    """« 0001675.00 » → « 1 675,00 € »."""
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return value
    return f"{amount:,.2f}".replace(",", _NARROW).replace(".", ",") + "\u00a0€"


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
