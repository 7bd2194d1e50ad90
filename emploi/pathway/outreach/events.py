"""What happened in the register of information: ids and plain values only."""

from __future__ import annotations

from dataclasses import dataclass

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class InformationRecorded(Event):
    """People who are not in the scheme were informed of their rights."""

    information_id: int


@dataclass(frozen=True, kw_only=True)
class InformationCorrected(Event):
    """A line of the register was corrected."""

    information_id: int
    fields: str


@dataclass(frozen=True, kw_only=True)
class InformationCancelled(Event):
    """A line of the register was taken out, with a reason."""

    information_id: int


@dataclass(frozen=True, kw_only=True)
class InformationLinked(Event):
    """The person informed has entered since: her file says so."""

    information_id: int
