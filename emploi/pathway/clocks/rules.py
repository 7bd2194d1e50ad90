"""When each delay falls due and how it stands: dated parameters in, dates and states out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from emploi.foundation.clock import add_days, add_months, add_weeks, add_working_days

RUNNING, DUE_SOON, OVERDUE = "running", "due_soon", "overdue"
MET, MET_LATE, VOID = "met", "met_late", "void"

_UNITS: dict[str, Callable[[date, int], date]] = {
    "days": add_days,
    "working_days": add_working_days,
    "weeks": add_weeks,
    "months": add_months,
}

# Which parameter of the rulebook gives each delay.
PARAMETERS = {
    "first_interview": "first_interview_days",
    "orientation_month": "orientation_months",
    "orientation_six_weeks": "orientation_weeks_legal",
    "relaunch": "relaunch_days",
    "call": "call_days",
    "convocation": "convocation_days",
}

# Exits that erase a promise whenever they happen; the others only before the due date (definitions.md, Rates).
_NEVER_OWED = frozenset({"duplicate", "annulled"})
_VOID_BY_CLOSING = {
    "death": "death",
    "moved_out": "moved_out",
    "right_ended": "right_ended",
    "duties_ended": "right_ended",
    "left_household": "right_ended",
    "duplicate": "duplicate",
    "annulled": "annulled",
}


@dataclass(frozen=True, slots=True)
class Term:
    """A delay as the rulebook gives it on a day: count, unit, and which dated value it was."""

    kind: str
    count: int
    unit: str
    slug: str
    valid_from: date

    def due_on(self, started_on: date) -> date:
        """Return the last day in time; « un mois » is the same day of the next month (definitions.md, Oriented)."""
        return _UNITS[self.unit](started_on, self.count)


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a deadline that its state depends on."""

    due_on: date
    met_on: date | None
    voided_on: date | None


def state_of(dates: Dates, *, today: date, due_soon_days: int) -> str:
    """Return how a deadline stands on a day: the due date itself is still in time."""
    if dates.met_on is not None:
        return MET_LATE if dates.met_on > dates.due_on else MET
    if dates.voided_on is not None:
        return VOID
    if today > dates.due_on:
        return OVERDUE
    return DUE_SOON if add_days(today, due_soon_days) >= dates.due_on else RUNNING


def void_reason(closing_reason: str) -> str:
    """Return why a deadline is void when its entry closes for this reason."""
    return _VOID_BY_CLOSING[closing_reason]


def is_never_owed(closing_reason: str) -> bool:
    """Tell whether a promise already missed is erased too: the entry should not have been."""
    return closing_reason in _NEVER_OWED


def days_elapsed(started_on: date, today: date) -> int:
    """Return n of « J n »: 0 on the day of the entry."""
    return (today - started_on).days
