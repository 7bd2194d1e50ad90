"""From a recurring opening to its slots (TR-02: there must be slots before people are invited)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Pattern:
    """A weekly opening: ISO weekdays, local hours, minutes of one slot."""

    first_on: date
    last_on: date | None
    weekdays: frozenset[int]
    starts_at: time
    ends_at: time
    minutes: int


@dataclass(frozen=True, slots=True)
class Days:
    """Days without any slot: public holidays and closures of the agent or of the place."""

    holidays: Collection[date]
    closed: Collection[date]

    def __contains__(self, day: date) -> bool:
        """True when nobody is received that day."""
        return day in self.holidays or day in self.closed


def opening_days(pattern: Pattern, *, since: date, until: date, without: Days) -> Iterator[date]:
    """Yield the open days of the pattern between two inclusive dates."""
    day = max(pattern.first_on, since)
    last = until if pattern.last_on is None else min(pattern.last_on, until)
    while day <= last:
        if day.isoweekday() in pattern.weekdays and day not in without:
            yield day
        day += timedelta(days=1)


def slots_of_day(pattern: Pattern, day: date, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """Yield the aware (start, end) of each whole slot of a day; a remainder too short for a slot is dropped."""
    step = timedelta(minutes=pattern.minutes)
    start, closing = datetime.combine(day, pattern.starts_at), datetime.combine(day, pattern.ends_at)
    while start + step <= closing:
        yield start.replace(tzinfo=zone), (start + step).replace(tzinfo=zone)
        start += step


def slots_between(
    pattern: Pattern, *, since: date, until: date, without: Days, zone: tzinfo
) -> list[tuple[datetime, datetime]]:
    """Return every (start, end) of the pattern between two inclusive dates, in order."""
    days = opening_days(pattern, since=since, until=until, without=without)
    return [slot for day in days for slot in slots_of_day(pattern, day, zone)]
