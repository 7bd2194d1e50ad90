"""When a message may leave, and when to try again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

# One minute, five, a quarter of an hour, an hour, four hours: an operator's breakdown rarely lasts longer.
RETRY_MINUTES = (1, 5, 15, 60, 240)
# What is brought forward before a closing leaves this much earlier: a last SMS refused once is tried again in time.
BEFORE_CLOSING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SendingHours:
    """The hours during which a telephone may ring, and whether it may on Sundays and public holidays."""

    opens: time
    closes: time
    rest_days: bool = False


def may_leave(at: datetime, hours: SendingHours, *, is_rest_day: Callable[[date], bool]) -> bool:
    """Tell whether a message may leave at that moment."""
    if not hours.rest_days and is_rest_day(at.date()):
        return False
    return hours.opens <= at.time() < hours.closes


def next_moment(at: datetime, hours: SendingHours, *, is_rest_day: Callable[[date], bool]) -> datetime:
    """Return the first moment from `at` when a message may leave."""
    if may_leave(at, hours, is_rest_day=is_rest_day):
        return at
    day = at.date() if at.time() < hours.opens else at.date() + timedelta(days=1)
    while not hours.rest_days and is_rest_day(day):
        day += timedelta(days=1)
    # Built from the wall clock, so that the night of a change of hour opens at the same hour of the morning.
    return datetime.combine(day, hours.opens, at.tzinfo)


def last_moment(at: datetime, hours: SendingHours, *, is_rest_day: Callable[[date], bool]) -> datetime:
    """Return the last moment not after `at` when a message may leave; before a closing, with time to send them all."""
    if may_leave(at, hours, is_rest_day=is_rest_day):
        return at
    day = at.date() if at.time() >= hours.closes else at.date() - timedelta(days=1)
    while not hours.rest_days and is_rest_day(day):
        day -= timedelta(days=1)
    closing = datetime.combine(day, hours.closes, at.tzinfo) - BEFORE_CLOSING
    return max(closing, datetime.combine(day, hours.opens, at.tzinfo))


def retry_at(at: datetime, attempts: int) -> datetime | None:
    """Return when to try again after `attempts` failures, None when it is enough."""
    if attempts > len(RETRY_MINUTES):
        return None
    return at + timedelta(minutes=RETRY_MINUTES[attempts - 1])
