"""What the rulebook is made of, as plain values."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Source:
    """The text a value comes from."""

    title: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a parameter is, whatever its value."""

    slug: str
    title: str
    help: str
    unit: str
    nature: str
    group_slug: str
    group_title: str


@dataclass(frozen=True, slots=True)
class Shipped:
    """A value of a parameter between two days included, as written in a data file."""

    slug: str
    valid_from: date
    valid_to: date | None
    value: Any
    unit: str
    source: Source
    status: str
    note: str = ""
    is_local: bool = False

    def until(self, day: date) -> Self:
        """The same value, ending that day at the latest."""
        return replace(self, valid_to=day if self.valid_to is None else min(self.valid_to, day))

    def since(self, day: date) -> Self:
        """The same value, beginning that day at the earliest."""
        return replace(self, valid_from=max(self.valid_from, day))

    @property
    def is_empty(self) -> bool:
        """Whether no day is left."""
        return self.valid_to is not None and self.valid_to < self.valid_from


@dataclass(frozen=True, slots=True)
class ShippedRegime:
    """A legal regime as written in the data file."""

    code: str
    title: str
    valid_from: date
    valid_to: date | None
    source: Source
    status: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """One line of the table of legal delays: from which event, to which, for how long, and what if not."""

    id: str
    start: str
    due: str
    parameter: str | None
    duration: str
    regimes: tuple[str, ...]
    consequence: str
    status: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """The value in force on a day, with what proves it; decisions keep `slug` and `valid_from`."""

    slug: str
    value: Any
    unit: str
    source: Source
    status: str
    valid_from: date
    valid_to: date | None = None
    is_local: bool = False
    note: str = field(default="", compare=False)


ONE_DAY = timedelta(days=1)
