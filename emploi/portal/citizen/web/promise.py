"""The days promised to a person: those before the last day of her fifteen come first, the later ones behind a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from emploi.foundation import clock
from emploi.pathway.appointments import queries
from emploi.pathway.appointments.queries import DayChoice, Link, PlaceChoice
from emploi.pathway.appointments.queries.targets import who_may_receive


@dataclass(frozen=True, slots=True)
class Promise:
    """Until when a person should be met (TR-03), within the moments her link lets her choose among."""

    kind_id: int
    since: datetime
    until: datetime
    due_on: date | None
    # None: whoever receives; else the referent alone, or nobody yet.
    agent_ids: tuple[int, ...] | None = None
    accessible: bool = False
    # Her commune: a place reserved to another sector is not hers to choose.
    home: str | None = None

    @property
    def cut(self) -> datetime:
        """The end of the promised days: never before the first moment, never after the last one."""
        if self.due_on is None:
            return self.until
        return min(max(clock.start_of(clock.add_days(self.due_on, 1)), self.since), self.until)

    @property
    def whole(self) -> dict[str, Any]:
        """Every moment she may choose."""
        who_and_where: dict[str, Any] = {"agent_ids": self.agent_ids, "accessible": self.accessible}
        who_and_where |= {"herself": True, "home": self.home}
        return {"kind_id": self.kind_id, "since": self.since, "until": self.until, **who_and_where}

    @property
    def kept(self) -> dict[str, Any]:
        """The moments within the promise."""
        return {**self.whole, "until": self.cut}

    @property
    def later(self) -> dict[str, Any]:
        """The moments after it."""
        return {**self.whole, "since": self.cut}

    def is_broken_by(self, day: date) -> bool:
        """True when a day comes after the promised ones."""
        return self.due_on is not None and day > self.due_on


@dataclass(frozen=True, slots=True)
class Offer:
    """What a page shows: the choices, whether they are the later ones, and whether later ones are left to show."""

    choices: list[Any]
    is_later: bool
    has_later: bool
    none_in_time: bool


def promise_of(link: Link, *, at: datetime, accessible: bool = False) -> Promise:
    """Return the moments of a link and the last day of the promise, when one still runs."""
    kind = link.invitation.kind
    since, until = queries.bookable_window(kind, at=at)
    entry_id = link.invitation.entry_id
    due_on = queries.due_dates([entry_id]).get(entry_id) if kind.is_first_interview and entry_id else None
    # A date already missed is ours to answer for: it is not held against the person.
    running = due_on if due_on and due_on >= at.date() else None
    hosts = who_may_receive(kind, entry_id, link.invitation)
    return Promise(kind.pk, since, until, running, hosts, accessible, link.commune_id)


def places_offered(promise: Promise, commune_code: str | None, *, wants_later: bool) -> Offer:
    """Return the places with a slot within the promise; all of them when asked, or when none keeps it."""
    everywhere = queries.places_with_slots(commune_code, **promise.whole)
    in_time: list[PlaceChoice] = [choice for choice in everywhere if choice.next_at < promise.cut]
    if wants_later or not in_time:
        return Offer(everywhere, is_later=True, has_later=False, none_in_time=bool(everywhere) and not in_time)
    has_later = len(in_time) < len(everywhere) or bool(queries.places_with_slots(None, **promise.later))
    return Offer(in_time, is_later=False, has_later=has_later, none_in_time=False)


def days_offered(promise: Promise, place_id: int, *, wants_later: bool, moment: str = "") -> Offer:
    """Return the days of a place within the promise; the later ones when asked, or when none keeps it."""
    in_time: list[DayChoice] = queries.days_with_slots(place_id, **promise.kept, moment=moment)
    later: list[DayChoice] = queries.days_with_slots(place_id, **promise.later, moment=moment)
    if later and (wants_later or not in_time):
        return Offer(later, is_later=True, has_later=False, none_in_time=not in_time)
    return Offer(in_time, is_later=False, has_later=bool(later), none_in_time=False)
