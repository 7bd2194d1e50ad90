"""Months counted from the first simulated one, and the days the payer's files are made."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from emploi.foundation import clock


def month_number(day: date) -> int:
    """Months since year 0: two neighbouring months differ by one."""
    return day.year * 12 + day.month - 1


@lru_cache(maxsize=2048)
def first_day(month: int) -> date:
    """First day of a month."""
    return date(month // 12, month % 12 + 1, 1)


@lru_cache(maxsize=2048)
def last_day(month: int) -> date:
    """Last day of a month: the DTREF of its file."""
    return first_day(month + 1) - timedelta(days=1)


def day_in(month: int, share: float) -> date:
    """The day of a month at that share (0 to 1) of its length."""
    start = first_day(month)
    return start + timedelta(days=int(share * (first_day(month + 1) - start).days))


@lru_cache(maxsize=2048)
def file_created_on(month: int, delay_days: int) -> date:
    """The day the monthly file of a month is made: about five days later, a working day (caf-flows.md §2.2)."""
    return clock.next_working_day(last_day(month) + timedelta(days=delay_days))


@lru_cache(maxsize=8192)
def daily_file_on(day: date) -> date:
    """The day of the daily file that shows an event: the next working day."""
    return clock.next_working_day(day + timedelta(days=1))


def parse_month(text: str) -> int:
    """`2026-10` as a month number; ValueError when it is not a month."""
    year, _, month = text.partition("-")
    if not (len(year) == 4 and year.isdigit() and month.isdigit() and 1 <= int(month) <= 12):
        raise ValueError(text)
    return int(year) * 12 + int(month) - 1
