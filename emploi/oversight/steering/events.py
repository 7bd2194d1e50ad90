"""What happens to figures."""

from dataclasses import dataclass

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class MonthFrozen(Event):
    """The figures of a month of entry became final for one promise."""

    cohort: str
    month: str
    entrants: int
