"""What happens to figures."""

from dataclasses import dataclass

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class FigureTyped(Event):
    """Somebody typed the figure of an indicator for a period, or withdrew it (no value)."""

    indicator: str
    since: str
    until: str
    value: str
    former: str


@dataclass(frozen=True, kw_only=True)
class MonthFrozen(Event):
    """The figures of a month of entry became final for one promise."""

    cohort: str
    month: str
    entrants: int
