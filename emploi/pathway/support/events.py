"""What happened in the support: ids and plain values only, never why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class RhythmSet(Event):
    """Regular meetings are agreed with a person (DIS-059)."""

    rhythm_id: int
    every_weeks: int
    modality: str
    since: date


@dataclass(frozen=True, kw_only=True)
class RhythmToConfirm(Event):
    """The person has another referent: the regular meetings stop until she confirms them."""

    rhythm_id: int


@dataclass(frozen=True, kw_only=True)
class RhythmConfirmed(Event):
    """The new referent takes the regular meetings on."""

    rhythm_id: int
    to: str


@dataclass(frozen=True, kw_only=True)
class RhythmEnded(Event):
    """The regular meetings are over."""

    rhythm_id: int
    end_reason: str
