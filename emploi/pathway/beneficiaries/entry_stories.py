"""The whole story of an entry as the files tell it: plain values, for the apps that must follow a story told again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Stop:
    """The right stopped one day for a reason; it came back another, or not yet.

    `continuous`: it had never stopped, only the dossier had changed.
    """

    left_on: date
    reason: str
    back_on: date | None = None
    continuous: bool = False


@dataclass(frozen=True, slots=True)
class EntryStory:
    """One entry from its J0 to its end."""

    entry_id: int
    opened_on: date
    is_stock: bool
    stops: tuple[Stop, ...] = ()
