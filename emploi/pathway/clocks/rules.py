"""When each delay falls due and how it stands: dated parameters in, dates and states out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from emploi.foundation.clock import add_days, add_months, add_weeks, add_working_days
from emploi.pathway.beneficiaries.entry_stories import Stop

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
    "contract": "reorientation_contract_months",
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


SIX_WEEKS = "orientation_six_weeks"
RESTARTED, STOCK = "restarted", "stock"


@dataclass(slots=True)
class Promise:
    """One promise of an entry as its story leaves it."""

    term: Term
    started_on: date
    due_on: date
    met_on: date | None = None
    voided_on: date | None = None
    void_reason: str = ""

    @property
    def is_waiting(self) -> bool:
        """Neither met nor void."""
        return self.met_on is None and self.voided_on is None

    def void(self, on: date, reason: str) -> None:
        """Make it pointless, unless it is settled already."""
        if self.is_waiting:
            self.voided_on, self.void_reason = on, reason

    def run_again(self) -> None:
        """Take back what made it void."""
        self.voided_on, self.void_reason = None, ""


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


def promises(
    opened_on: date,
    stops: Sequence[Stop],
    *,
    is_stock: bool,
    met: Mapping[str, Sequence[date]],
    is_oriented: bool,
    terms: Callable[[date], Sequence[Term]],
) -> dict[str, list[Promise]]:
    """Return the promises of an entry by kind, the latest last, as its whole story leaves them.

    `met` are the days on which each kind was held: a fact is never lost. `is_oriented` speaks for whoever was oriented
    without any clock.
    """
    told = {term.kind: [Promise(term, opened_on, term.due_on(opened_on))] for term in terms(opened_on)}
    for rows in told.values() if is_stock else ():
        rows[0].void(opened_on, STOCK)
    decided = met.get(SIX_WEEKS, ())
    for stop in stops:
        _leave(told, stop)
        if stop.back_on is not None:
            oriented = any(day < stop.back_on for day in decided) if decided else is_oriented
            _come_back(told, stop, stop.back_on, () if oriented else terms(stop.back_on))
    for kind, days in met.items():
        for row, day in zip(reversed(told.get(kind, [])), sorted(days, reverse=True), strict=False):
            row.run_again()
            row.met_on = day
    return told


def _leave(told: Mapping[str, Sequence[Promise]], stop: Stop) -> None:
    for rows in told.values():
        if is_never_owed(stop.reason) or rows[-1].due_on > stop.left_on:
            rows[-1].void(stop.left_on, void_reason(stop.reason))


def _come_back(told: dict[str, list[Promise]], stop: Stop, back_on: date, begin: Sequence[Term]) -> None:
    """What fell due meanwhile stays out, and six new weeks begin; after a right that never stopped, nothing changes."""
    for kind, rows in told.items():
        is_still_to_come = kind != SIX_WEEKS and rows[-1].due_on >= back_on
        if rows[-1].void_reason in _VOID_BY_CLOSING.values() and (stop.continuous or is_still_to_come):
            rows[-1].run_again()
    for term in begin if not stop.continuous else ():
        if term.kind == SIX_WEEKS:
            rows = told.setdefault(SIX_WEEKS, [])
            for row in rows[-1:]:
                row.void(back_on, RESTARTED)
            rows.append(Promise(term, back_on, term.due_on(back_on)))
