"""Time: now and today in the Département's zone, French working days, legal delays.

The only reader of the machine's clock; `EMPLOI_NOW` freezes it for tests and demonstrations.
"""

import os
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from emploi.foundation import department

ZONE = ZoneInfo("Europe/Paris")
SATURDAY = 5

_frozen: ContextVar[datetime | None] = ContextVar("emploi_frozen_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in Paris time."""
    frozen_at = _frozen.get()
    if frozen_at is not None:
        return frozen_at
    declared = os.environ.get("EMPLOI_NOW", "")
    return _read(declared) if declared else datetime.now(ZONE)


def today() -> date:
    """The present day in Paris."""
    return now().date()


@contextmanager
def frozen(at: datetime | date | str) -> Iterator[datetime]:
    """Holds the clock at a moment, for instance in a test."""
    moment = _as_moment(at)
    token = _frozen.set(moment)
    try:
        yield moment
    finally:
        _frozen.reset(token)


def at_noon(day: date) -> datetime:
    """Noon of a day in Paris: the moment given to facts known by their day only."""
    return datetime.combine(day, time(12), ZONE)


def start_of(day: date) -> datetime:
    """The first moment of a day in Paris."""
    return datetime.combine(day, time(0), ZONE)


def add_days(day: date, count: int) -> date:
    """Calendar days (legal.md §6: « jours » without « ouvrés » are calendar days)."""
    return day + timedelta(days=count)


def add_weeks(day: date, count: int) -> date:
    """Whole weeks of seven days."""
    return day + timedelta(weeks=count)


def add_months(day: date, count: int) -> date:
    """The same day number `count` months later, or the last day of a shorter month (AMB-05)."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_working_days(day: date, count: int) -> date:
    """The day `count` French working days later."""
    for _ in range(count):
        day = next_working_day(day + timedelta(days=1))
    return day


def is_holiday(day: date) -> bool:
    """Whether the day is a public holiday in the Département in force (Alsace, Moselle and overseas have more)."""
    return day in _holidays(day.year, department.identity().holidays_of)


def is_working_day(day: date) -> bool:
    """Monday to Friday, public holidays excepted."""
    return day.weekday() < SATURDAY and not is_holiday(day)


def next_working_day(day: date) -> date:
    """The day itself when worked, else the next one: for deadlines the person owes, never for ours."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=64)
def _holidays(year: int, where: str) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", subdiv=where or None, years=year))


def _read(text: str) -> datetime:
    return _as_moment(datetime.fromisoformat(text) if "T" in text or " " in text else date.fromisoformat(text))


def _as_moment(at: datetime | date | str) -> datetime:
    if isinstance(at, str):
        return _read(at)
    if isinstance(at, datetime):
        return at.astimezone(ZONE) if at.tzinfo else at.replace(tzinfo=ZONE)
    return datetime.combine(at, time(9), ZONE)
