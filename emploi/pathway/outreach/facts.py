"""A line of the register as an agent types it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class TypedInformation:
    """Who was informed is never asked: when, where, with whom, how many, of what, and what came of it."""

    held_on: date
    kind: str
    commune_code: str
    partner_id: int | None
    place: str
    people: int
    topics: tuple[str, ...]
    outcome: str
    claims_filed: int
    note: str
