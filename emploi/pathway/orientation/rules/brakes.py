"""The eight brakes of the plan and their sub-types (FR-01…FR-13, AMB-58), read from data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SEVERITIES: Mapping[int, str] = {1: "gêne un peu", 2: "gêne beaucoup", 3: "bloque"}


class BrakesError(ValueError):
    """The brakes file cannot be used: the message says which line and why."""


@dataclass(frozen=True, slots=True)
class Subtype:
    """One precise difficulty inside a brake, in the person's words."""

    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class BrakeKind:
    """One of the eight brakes: its catalogue code, its label, the question asked, its sub-types."""

    slug: str
    code: str
    label: str
    question: str
    sensitive: bool
    subtypes: tuple[Subtype, ...]

    def subtype_label(self, slug: str) -> str:
        """Return the French label of a sub-type, or an empty string when none was chosen."""
        return next((item.label for item in self.subtypes if item.slug == slug), "")


@dataclass(frozen=True, slots=True)
class BrakeState:
    """A brake of the person as the rules see it."""

    kind: str
    subtype: str = ""
    severity: int = 1
    wants_help: bool = False


@dataclass(frozen=True, slots=True)
class Nomenclature:
    """The ordered list of brakes a Département works with."""

    kinds: tuple[BrakeKind, ...]

    def kind(self, slug: str) -> BrakeKind | None:
        """Return the brake of that slug, if it exists."""
        return next((kind for kind in self.kinds if kind.slug == slug), None)

    def label(self, kind: str, subtype: str = "") -> str:
        """Return "Mobilité : pas de permis" for a kind and a sub-type."""
        found = self.kind(kind)
        if found is None:
            return kind
        precise = found.subtype_label(subtype)
        return f"{found.label} : {precise[:1].lower()}{precise[1:]}" if precise else found.label

    def is_sensitive(self, kind: str) -> bool:
        """Tell whether a brake is health data, shown only under its own permission."""
        found = self.kind(kind)
        return found.sensitive if found else False


def parse_brakes(rows: Sequence[Mapping[str, Any]]) -> Nomenclature:
    """Turn the rows of the brakes file into a nomenclature; raise BrakesError on a duplicate or an empty label."""
    kinds = tuple(_kind(row) for row in rows)
    slugs = [kind.slug for kind in kinds]
    if len(set(slugs)) != len(slugs):
        raise BrakesError("Deux freins portent le même nom.")
    return Nomenclature(kinds)


def _kind(row: Mapping[str, Any]) -> BrakeKind:
    subtypes = tuple(Subtype(slug=item["slug"], label=item["label"]) for item in row.get("subtypes", ()))
    if not row.get("label") or not row.get("question"):
        raise BrakesError(f"Le frein « {row.get('slug')} » n'a pas de libellé ou pas de question.")
    if len({item.slug for item in subtypes}) != len(subtypes):
        raise BrakesError(f"Le frein « {row['slug']} » a deux précisions du même nom.")
    return BrakeKind(
        slug=row["slug"],
        code=row.get("code", ""),
        label=row["label"],
        question=row["question"],
        sensitive=bool(row.get("sensitive", False)),
        subtypes=subtypes,
    )
