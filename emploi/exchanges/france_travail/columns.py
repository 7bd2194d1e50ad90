"""The columns of the files of France Travail, as data: no official format is known, this one is to be confirmed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from emploi.exchanges.spreadsheets.lists import BY_SLUG, Field
from emploi.pathway.beneficiaries.identifiers import normalise_name

FILE = Path(__file__).with_name("data") / "columns.yaml"
# Who a line is about.
IDENTITY = ("france_travail_number", "nir", "last_name", "first_name", "full_name", "birth_name", "birth_date")
NAMES = ("last_name", "first_name", "full_name")
LAST_NAMES = ("last_name", "full_name")


@cache
def data() -> dict[str, Any]:
    """What is shipped, read once."""
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def own(part: str) -> tuple[Field, ...]:
    """The columns a list adds to who it is about."""
    return tuple(
        Field(row["slug"], row["label"], tuple(row["titles"]), row.get("example", ""), row.get("help", ""))
        for row in data()[part]
    )


STATEMENTS, RECEIPTS = own("statements"), own("receipts")
STATEMENT_FIELDS = (*(BY_SLUG[slug] for slug in IDENTITY), *STATEMENTS)
RECEIPT_FIELDS = (*RECEIPTS, *(BY_SLUG[slug] for slug in NAMES))
LABELS = {field.slug: field.label for field in (*STATEMENT_FIELDS, *RECEIPT_FIELDS)}
# Shown in the model to fill: a name in two columns is enough.
STATEMENT_MODEL = tuple(field for field in STATEMENT_FIELDS if field.slug != "full_name")
PATHS = {normalise_name(word): path for path, words in data()["paths"].items() for word in words}
RESULTS = {normalise_name(word): value for word, value in data()["results"].items()}


def reason_of(code: str, words: str) -> str:
    """The reason of a refusal in French: France Travail's own words, else what the code is known to mean."""
    return words or str(data()["codes"].get(code, ""))
