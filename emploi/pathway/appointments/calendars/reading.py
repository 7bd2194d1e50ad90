"""The busy moments of a calendar kept elsewhere; neither titles, nor places, nor guests are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import prod
from typing import Any

import recurring_ical_events
from icalendar import Calendar, vRecur
from icalendar.cal.component import Component

from emploi.foundation import clock
from emploi.pathway.appointments.rules.slots import Moments, merged

# Our own appointments, once copied into that calendar, keep nobody busy a second time.
OURS = "@emploi-dabord."
FREE_IN_OUTLOOK = {"FREE", "WORKINGELSEWHERE"}
# No agenda repeats so often: such a rule would fill the memory.
TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
MAX_A_DAY = 12
MAX_EVENTS = 20_000
MAX_MOMENTS = 20_000


class Unreadable(Exception):
    """What was received is not a calendar; the sentence says why."""


def busy_moments(content: bytes, *, since: datetime, until: datetime) -> list[Moments]:
    """Return when the owner of a calendar is taken between two moments, merged and in order. Raises Unreadable."""
    calendar = _calendar(content)
    try:
        found = recurring_ical_events.of(calendar, skip_bad_series=True).between(since, until)
        moments = [moment for event in found if _is_busy(event) for moment in _moments(event)]
    except Exception as error:  # whatever a stranger's file breaks, it is this file that is refused
        raise Unreadable("Ce calendrier contient une date ou une répétition illisible.") from error
    if len(moments) > MAX_MOMENTS:
        raise Unreadable("Ce calendrier contient trop d’événements.")
    return merged((max(start, since), min(stop, until)) for start, stop in moments if start < until and stop > since)


def _calendar(content: bytes) -> Calendar:
    try:
        calendar = Calendar.from_ical(content)
    except Exception as error:
        raise Unreadable("Ce que donne l’adresse n’est pas un calendrier (fichier .ics).") from error
    if not isinstance(calendar, Calendar) or calendar.name != "VCALENDAR":
        raise Unreadable("Ce que donne l’adresse n’est pas un calendrier (fichier .ics).")
    events = list(calendar.walk("VEVENT"))
    if len(events) > MAX_EVENTS:
        raise Unreadable("Ce calendrier contient trop d’événements.")
    if any(_repeats_too_often(rule) for event in events for rule in _rules(event)):
        raise Unreadable("Un événement de ce calendrier se répète plusieurs fois par jour : il n’est pas lu.")
    return calendar


def _rules(event: Component) -> list[vRecur]:
    """The rules that could be read. One that could not is taken away: its event counts once, on its first date."""
    rules: Any = event.get("RRULE", [])
    written = rules if isinstance(rules, list) else [rules]
    sound = [rule for rule in written if isinstance(rule, vRecur)]
    if len(sound) < len(written):
        del event["RRULE"]
        if sound:
            event["RRULE"] = sound
    return sound


def _repeats_too_often(rule: vRecur) -> bool:
    if {str(one).upper() for one in rule.get("FREQ", [])} & TOO_OFTEN:
        return True
    return prod(max(1, len(rule.get(part, []))) for part in ("BYHOUR", "BYMINUTE", "BYSECOND")) > MAX_A_DAY


def _is_busy(event: Component) -> bool:
    """What the owner marked as free, or cancelled, or what comes from us, takes no time."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return False
    if str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() in FREE_IN_OUTLOOK:
        return False
    return OURS not in str(event.get("UID", ""))


def _moments(event: Component) -> Iterator[Moments]:
    start, stop = event.start, event.end  # type: ignore[attr-defined]  # an event always has both
    begins, ends = _moment(start), _moment(stop)
    if not isinstance(start, datetime) and ends <= begins:
        ends = clock.start_of(start + timedelta(days=1))
    if ends > begins:
        yield begins, ends


def _moment(value: date | datetime) -> datetime:
    """A whole day begins at midnight here; an hour without zone is ours."""
    if not isinstance(value, datetime):
        return clock.start_of(value)
    return (value if value.tzinfo else value.replace(tzinfo=clock.ZONE)).astimezone(clock.ZONE)
