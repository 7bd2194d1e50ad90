"""What later apps tell the reception without being imported: who follows whom, what is planned."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

# The referent of each person, by the orientation in force: person → agent.
Followers = Callable[[Collection[int]], dict[int, int]]
_followers: list[Followers] = []


@dataclass(frozen=True, slots=True)
class Coming:
    """An appointment planned: its number, when, what, where, with whom."""

    appointment_id: int
    starts_at: datetime
    kind: str
    place: str
    agent: str


ComingOf = Callable[[int, datetime], list[Coming]]
_coming: list[ComingOf] = []


def register_followers(function: Followers) -> Followers:
    """Register who knows the referents."""
    if function not in _followers:
        _followers.append(function)
    return function


def follower_of(person_id: int) -> int | None:
    """Return the agent who follows a person, when somebody knows."""
    return next((found[person_id] for ask in _followers if person_id in (found := ask([person_id]))), None)


def register_coming(function: ComingOf) -> ComingOf:
    """Register who knows the appointments planned."""
    if function not in _coming:
        _coming.append(function)
    return function


def coming_of(person_id: int, at: datetime) -> list[Coming]:
    """Return what a person has planned from now on, the nearest first."""
    return [appointment for ask in _coming for appointment in ask(person_id, at)]
