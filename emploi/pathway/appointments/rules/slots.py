"""From a recurring opening to its slots (TR-02: there must be slots before people are invited)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from operator import itemgetter

ODD = "odd"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A weekly opening: ISO weekdays, local hours, minutes of one slot, weeks ("odd", "even" or all), special dates."""

    first_on: date
    last_on: date | None
    weekdays: frozenset[int]
    starts_at: time
    ends_at: time
    minutes: int
    weeks: str = ""
    # Hours of the dates that are not as usual; None when nobody is received.
    exceptions: Mapping[date, tuple[time, time] | None] = field(default_factory=dict)

    def hours_of(self, day: date) -> tuple[time, time] | None:
        """The hours of a day, None when nobody is received."""
        if day in self.exceptions:
            return self.exceptions[day]
        number = day.isocalendar().week
        right_week = not self.weeks or (number % 2 == 1) == (self.weeks == ODD)
        return (self.starts_at, self.ends_at) if right_week and day.isoweekday() in self.weekdays else None


Moments = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Away:
    """When nobody is received: public holidays, and the moments the agent or the place is taken by something else."""

    holidays: Collection[date]
    taken: Sequence[Moments] = ()

    @classmethod
    def of(cls, holidays: Collection[date], taken: Iterable[Moments]) -> Away:
        """Put together whatever takes the agent or the place, in any order, overlapping or not."""
        return cls(holidays, merged(taken))

    def covers(self, moment: Moments) -> bool:
        """True when something else takes a part of this moment; `taken` is in order and never overlaps."""
        last = bisect_left(self.taken, moment[1], key=itemgetter(0)) - 1
        return last >= 0 and self.taken[last][1] > moment[0]


def merged(moments: Iterable[Moments]) -> list[Moments]:
    """The same time as these moments, in order and without overlap."""
    found: list[Moments] = []
    for start, stop in sorted(moments):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        else:
            found.append((start, stop))
    return found


def closed_moments(
    first_on: date,
    last_on: date,
    hours: tuple[time, time] | None,
    zone: tzinfo,
    weekdays: Collection[int] = (),
) -> list[Moments]:
    """The moments of closed days: one whole, the same hours of each day, or of some ISO weekdays only."""
    if weekdays:
        span = (first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1))
        each = (closed_moments(day, day, hours, zone) for day in span if day.isoweekday() in weekdays)
        return [moment for moments in each for moment in moments]
    if hours is None:
        end = datetime.combine(last_on + timedelta(days=1), time(0), zone)
        return [(datetime.combine(first_on, time(0), zone), end)]
    days = [first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1)]
    return [(datetime.combine(day, hours[0], zone), datetime.combine(day, hours[1], zone)) for day in days]


def opening_days(pattern: Pattern, *, since: date, until: date, holidays: Collection[date]) -> Iterator[date]:
    """Yield the open days of the pattern between two inclusive dates."""
    day = max(pattern.first_on, since)
    last = until if pattern.last_on is None else min(pattern.last_on, until)
    while day <= last:
        if day not in holidays and pattern.hours_of(day):
            yield day
        day += timedelta(days=1)


def slots_of_day(pattern: Pattern, day: date, zone: tzinfo) -> Iterator[Moments]:
    """Yield the aware (start, end) of each whole slot of a day; a remainder too short for a slot is dropped."""
    hours = pattern.hours_of(day)
    if hours is None:
        return
    step = timedelta(minutes=pattern.minutes)
    start, closing = datetime.combine(day, hours[0]), datetime.combine(day, hours[1])
    while start + step <= closing:
        yield start.replace(tzinfo=zone), (start + step).replace(tzinfo=zone)
        start += step


def slots_between(pattern: Pattern, *, since: date, until: date, away: Away, zone: tzinfo) -> list[Moments]:
    """Return every (start, end) of the pattern between two inclusive dates, in order."""
    days = opening_days(pattern, since=since, until=until, holidays=away.holidays)
    slots = (slot for day in days for slot in slots_of_day(pattern, day, zone))
    return [slot for slot in slots if not away.covers(slot)]
