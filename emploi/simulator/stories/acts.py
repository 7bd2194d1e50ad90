"""What happens to an entry after it opens, one act after the other: read by the bulk loader and by the real actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from emploi.simulator.stories.agenda import Taken


@dataclass(eq=False, slots=True)
class Visit:
    """One appointment of the story."""

    taken: Taken
    via: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something done at a moment."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Invited(Act):
    """An invitation left, in the batch of that moment."""

    is_relaunch: bool


@dataclass(frozen=True, slots=True)
class Opened(Act):
    """The person looked at her link."""


@dataclass(frozen=True, slots=True)
class Booked(Act):
    """A slot was taken."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class Convened(Act):
    """A date was imposed."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class Called(Act):
    """An agent called."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Cancelled(Act):
    """An appointment will not take place."""

    visit: Visit
    by_us: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Missed(Act):
    """Nobody came, nobody said why."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class Excused(Act):
    """Nobody came, for a reason."""

    visit: Visit
    reason: str


@dataclass(frozen=True, slots=True)
class Met(Act):
    """The interview began; `settled` when the orientation is decided before leaving, else it is left open."""

    visit: Visit
    settled: bool


@dataclass(frozen=True, slots=True)
class Decided(Act):
    """The orientation was decided; `after_interview`, `on_file` or `by_default`."""

    basis: str
    on: date


@dataclass(frozen=True, slots=True)
class Transmitted(Act):
    """France Travail was told."""
