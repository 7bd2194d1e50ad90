"""The papers one may bring to an interview, as data; no paper is ever required to be received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emploi.foundation.names import folded
from emploi.foundation.texts.guard import speaks_of_health

OF_THE_KIND = "kind:"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: how it is said, whether it tells health, whether a link that others may open reminds of it."""

    slug: str
    label: str
    why: str = ""
    is_sensitive: bool = False
    is_private: bool = False
    covers: tuple[str, ...] = ()

    @property
    def may_be_reminded(self) -> bool:
        """Tell whether the page of a link may name it: a link shows no more than a first name."""
        return not (self.is_sensitive or self.is_private)


def parse_papers(rows: Sequence[Mapping[str, Any]], extra: Sequence[Mapping[str, Any]] = ()) -> tuple[Paper, ...]:
    """Read the shipped papers, then those a Département adds."""
    return tuple(
        Paper(
            slug=row["slug"],
            label=row["label"],
            why=row.get("why", ""),
            is_sensitive=bool(row.get("sensitive", False)),
            is_private=bool(row.get("private", False)),
            covers=tuple(folded(word) for word in row.get("covers", ())),
        )
        for row in [*rows, *extra]
    )


def expected(papers: Sequence[Paper], lines: Sequence[str]) -> tuple[Paper, ...]:
    """Return the papers of the list, then the lines of the kind of appointment that say another one."""
    others = [line for line in lines if not any(word in folded(line) for paper in papers for word in paper.covers)]
    return (*papers, *(Paper(slug=_slug(line), label=line, is_sensitive=speaks_of_health(line)) for line in others))


def _slug(line: str) -> str:
    kept = "".join(sign if sign.isalnum() else "-" for sign in folded(line))
    return OF_THE_KIND + "-".join(part for part in kept.split("-") if part)[:50]
