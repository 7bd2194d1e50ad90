"""How a running delay is shown: "J 6/15", with words and an icon besides the colour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from emploi.foundation.ui.french import date_fr, near_fr

TONES = {
    "running": ("info", "clock"),
    "due_soon": ("warning", "clock"),
    "overdue": ("danger", "alert"),
    "met": ("success", "check"),
    "met_late": ("warning", "check"),
    "void": ("neutral", "minus"),
}


@dataclass(frozen=True, slots=True)
class Countdown:
    """A delay ready to be shown; `state` is one of the states of clocks.queries.state_of."""

    label: str
    started_on: date
    due_on: date
    state: str
    today: date
    met_on: date | None = None

    @property
    def elapsed(self) -> int:
        """Return the days since the start, at the day it was met or today."""
        return ((self.met_on or self.today) - self.started_on).days

    @property
    def total(self) -> int:
        """Return the length of the delay in days."""
        return (self.due_on - self.started_on).days

    @property
    def counter(self) -> str:
        """Return "J 6/15"."""
        return f"J\u00a0{self.elapsed}/{self.total}"

    @property
    def tone(self) -> str:
        """Return the tone of the badge."""
        return TONES.get(self.state, TONES["void"])[0]

    @property
    def icon(self) -> str:
        """Return the icon that says the state without colour."""
        return TONES.get(self.state, TONES["void"])[1]

    @property
    def words(self) -> str:
        """Return the state in words, whoever cannot see the colour reads the same thing."""
        left = (self.due_on - self.today).days
        late = -left
        return {
            "running": f"il reste {left} jours" if left > 1 else "il reste 1 jour",
            "due_soon": {0: "dernier jour aujourd’hui", 1: "dernier jour demain"}.get(left, f"il reste {left} jours"),
            "overdue": f"dépassé de {late} jours" if late > 1 else "dépassé de 1 jour",
            "met": f"tenu {near_fr(self.met_on, self.today)}",
            "met_late": f"tenu en retard, {near_fr(self.met_on, self.today)}",
        }.get(self.state, "sans objet")

    @property
    def until(self) -> str:
        """Return the last day in words."""
        return f"jusqu’au {date_fr(self.due_on)}"


def shown_countdown(countdown: Any) -> Any:
    """Return a delay ready to be shown; a row with its state and days elapsed (clocks.queries) is turned into one."""
    row = getattr(countdown, "deadline", None)
    if row is None:
        return countdown
    return Countdown(
        label=str(row.get_kind_display()),
        started_on=row.started_on,
        due_on=row.due_on,
        state=str(countdown.state),
        today=row.started_on + timedelta(days=countdown.elapsed),
        met_on=row.met_on,
    )
