"""The usual hours of a place, day by day: typed « 8h30-12h, 13h30-17h », kept as data, said in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time

from emploi.foundation.ui.french import hour_fr, liste_fr

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
# Hours of one day, in order; of a week, by ISO number of the day, as JSON keeps it.
Hours = tuple[tuple[time, time], ...]
Stored = dict[str, list[list[str]]]

HOUR = r"(\d{1,2})\s*(?:h|:)\s*(\d{2})?"
SPAN = re.compile(rf"(?:de\s+)?{HOUR}\s*(?:-|–|à)\s*{HOUR}", re.IGNORECASE)
BETWEEN = re.compile(r"\s*(?:,|;|/|\bet\b)\s*", re.IGNORECASE)


def read_hours(text: str) -> Hours:
    """Read the hours of a day as people type them; ValueError when they cannot be, or are not in order."""
    if not text.strip():
        return ()
    found = [_span(part) for part in BETWEEN.split(text.strip())]
    ends = [moment for span in found for moment in span]
    if ends != sorted(set(ends)):
        raise ValueError("hours out of order")
    return tuple(found)


def stored(week: Mapping[int, Hours]) -> Stored:
    """Write hours as JSON keeps them; closed days are left out."""
    return {
        str(day): [[f"{start:%H:%M}", f"{stop:%H:%M}"] for start, stop in hours]
        for day, hours in sorted(week.items())
        if hours
    }


def hours_of(kept: Stored, day: int) -> Hours:
    """Return the hours of an ISO weekday."""
    return tuple((time.fromisoformat(start), time.fromisoformat(stop)) for start, stop in kept.get(str(day), []))


def is_open(kept: Stored, day: int, starts_at: time, ends_at: time) -> bool:
    """Tell whether people can come in at these hours of a weekday; always, when the hours were never said."""
    return not kept or any(start <= starts_at and ends_at <= stop for start, stop in hours_of(kept, day))


def typed(hours: Hours) -> str:
    """Write hours as the form shows them."""
    return ", ".join(f"{_short(start)}-{_short(stop)}" for start, stop in hours)


def in_words(kept: Stored) -> str:
    """Say a week: « du lundi au jeudi, de 8 h 30 à 12 h et de 13 h 30 à 17 h ; le vendredi, de 8 h 30 à 12 h »."""
    groups: list[tuple[list[int], Hours]] = []
    for day in range(1, 8):
        hours = hours_of(kept, day)
        if hours and groups and groups[-1][1] == hours and groups[-1][0][-1] == day - 1:
            groups[-1][0].append(day)
        elif hours:
            groups.append(([day], hours))
    return " ; ".join(f"{_days(days)}, {_hours(hours)}" for days, hours in groups)


def _days(days: Sequence[int]) -> str:
    first, last = DAYS[days[0] - 1], DAYS[days[-1] - 1]
    if len(days) == 1:
        return f"le {first}"
    return f"les {first} et {last}" if len(days) == 2 else f"du {first} au {last}"


def _hours(hours: Hours) -> str:
    return liste_fr([f"de {hour_fr(start)} à {hour_fr(stop)}" for start, stop in hours])


def _span(text: str) -> tuple[time, time]:
    found = SPAN.fullmatch(text.strip())
    if found is None:
        raise ValueError("unreadable hours")
    return time(int(found[1]), int(found[2] or 0)), time(int(found[3]), int(found[4] or 0))


def _short(moment: time) -> str:
    return f"{moment.hour}h{moment.minute:02d}" if moment.minute else f"{moment.hour}h"
