"""The letters that wait to be printed, those that hurry first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from emploi.foundation import clock
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.rules.urgency import Urgency, urgency


@dataclass(frozen=True, slots=True)
class Useful:
    """What a letter is about, and the last day on which posting it is of any use."""

    what: str
    post_by: date


# By key of the message; those nobody speaks for can wait.
Reader = Callable[[Sequence[str], date], Mapping[str, Useful]]
_readers: list[Reader] = []


def register_useful(reader: Reader) -> None:
    """Plug what knows until when the letters of an app are useful."""
    if reader not in _readers:
        _readers.append(reader)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter nobody printed."""

    pk: int
    created_at: datetime
    about: str
    useful: Useful | None
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Pile:
    """The letters of somebody's table: how many, since when, and those that hurry."""

    letters: Sequence[Waiting]

    @property
    def oldest(self) -> datetime | None:
        """Return since when the oldest one waits."""
        return min((letter.created_at for letter in self.letters), default=None)

    def of(self, wanted: Urgency) -> int:
        """Return how many are as urgent as that."""
        return sum(letter.urgency == wanted for letter in self.letters)

    @property
    def late(self) -> int:
        """Return how many would arrive too late."""
        return self.of(Urgency.LATE)

    @property
    def to_post_today(self) -> int:
        """Return how many arrive in time only when posted today."""
        return self.of(Urgency.TODAY)


def pile(letters: QuerySet[Message], today: date) -> Pile:
    """Return these letters with how much each hurries: first what is too late, then what leaves today, then the rest.

    As many queries as there are apps that speak of their letters, whatever the number of letters.
    """
    rows = list(letters.order_by("pk").values_list("pk", "created_at", "about", "dedup_key"))
    useful: dict[str, Useful] = {}
    for reader in _readers:
        useful |= reader([row[3] for row in rows], today)
    next_post = clock.next_working_day(today + timedelta(days=1))
    found = [
        Waiting(pk, created_at, about, known := useful.get(key), _urgency(known, today, next_post))
        for pk, created_at, about, key in rows
    ]
    order = list(Urgency)
    return Pile(sorted(found, key=lambda one: (order.index(one.urgency), _last_day(one), one.pk)))


def _urgency(useful: Useful | None, today: date, next_post: date) -> Urgency:
    return urgency(useful.post_by if useful else None, today=today, next_post=next_post)


def _last_day(one: Waiting) -> date:
    return one.useful.post_by if one.useful else date.max
