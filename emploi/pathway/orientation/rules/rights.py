"""The text of rights and duties as dated data: which version is in force a day, and what tells two texts apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class RightsWords:
    """One version of the text, with its day and its source."""

    version: str
    valid_from: date
    source_title: str
    source_href: str
    content: dict[str, Any]

    @property
    def digest(self) -> str:
        """What tells this text from any other, were it corrected under the same number."""
        said = [self.version, self.valid_from.isoformat(), self.source_title, self.content]
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def parse_rights(rows: Sequence[Mapping[str, Any]]) -> tuple[RightsWords, ...]:
    """Read the versions of a file, the earliest first."""
    found = [
        RightsWords(
            version=str(row["version"]),
            valid_from=row["valid_from"],
            source_title=str(row["source"]["title"]),
            source_href=str(row["source"].get("href", "")),
            content={
                "opening": row.get("opening", ""),
                "parts": [
                    {"title": part["title"], "lines": list(part.get("lines", ())), "words": part.get("words", "")}
                    for part in row["parts"]
                ],
            },
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: one.valid_from))


def words_on(day: date, shipped: Sequence[RightsWords], own: Sequence[RightsWords]) -> RightsWords:
    """Return the text of a day: the Département's last one begun by then, else the product's; the first before all."""
    for versions in (own, shipped):
        begun = [one for one in versions if one.valid_from <= day]
        if begun:
            return begun[-1]
    return shipped[0]
