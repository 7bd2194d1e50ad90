"""Names of trades: how they are searched, how the official files of the ROME are read."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from emploi.foundation.names import folded

CODE = re.compile(r"[A-N]\d{4}")
# The columns of the files France Travail publishes (open data), under their names through the years.
CODE_COLUMNS = ("code_rome", "codeRome", "rome")
LABEL_COLUMNS = ("libelle_appellation_long", "libelle_appellation_court", "libelle_rome", "libelle")
SMALL_WORDS = frozenset(
    ["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "un", "une"]
)


class TradeFileError(ValueError):
    """A file of trades cannot be read: the message says why."""


@dataclass(frozen=True, slots=True)
class Named:
    """A trade by one of its names."""

    code: str
    label: str


def searchable(text: str) -> str:
    """Return a text as it is searched: no accent, no capital, words apart."""
    return " ".join(re.findall(r"[a-z0-9]+", folded(text)))[:200]


def words_of(text: str) -> list[str]:
    """Return the words of a search that say something; all of them when none does."""
    words = searchable(text).split()
    return [word for word in words if word not in SMALL_WORDS] or words


def read_names(lines: Iterable[str]) -> Iterator[Named]:
    """Read one of the official files (métiers or appellations), separated by commas or semicolons."""
    rows = list(lines)
    if not rows:
        raise TradeFileError("Ce fichier est vide.")
    head = rows[0].lstrip("\ufeff")
    reader = csv.DictReader([head, *rows[1:]], delimiter=";" if head.count(";") > head.count(",") else ",")
    columns = reader.fieldnames or []
    code, label = _column(columns, CODE_COLUMNS), _column(columns, LABEL_COLUMNS)
    for number, row in enumerate(reader, start=2):
        yield _named(row, code, label, number)


def parse_shipped(data: Mapping[str, Sequence[str]]) -> tuple[Named, ...]:
    """Read the plain names shipped: code → names."""
    return tuple(Named(code, label) for code, labels in data.items() for label in labels)


def _column(columns: Sequence[str], known: Sequence[str]) -> str:
    found = next((name for name in known if name in columns), "")
    if not found:
        raise TradeFileError(f"Colonne attendue : {' ou '.join(known)}. Colonnes lues : {', '.join(columns)}.")
    return found


def _named(row: Mapping[str, str], code: str, label: str, number: int) -> Named:
    named = Named((row[code] or "").strip(), " ".join((row[label] or "").split()))
    if not CODE.fullmatch(named.code) or not named.label:
        raise TradeFileError(f"Ligne {number} : code ROME ou nom de métier absent ou mal écrit.")
    return named
