"""What later apps tell the reception without being imported: who follows whom."""

from __future__ import annotations

from collections.abc import Callable, Collection

# The referent of each person, by the orientation in force: person → agent.
Followers = Callable[[Collection[int]], dict[int, int]]
_followers: list[Followers] = []


def register_followers(function: Followers) -> Followers:
    """Register who knows the referents."""
    if function not in _followers:
        _followers.append(function)
    return function


def follower_of(person_id: int) -> int | None:
    """Return the agent who follows a person, when somebody knows."""
    return next((found[person_id] for ask in _followers if person_id in (found := ask([person_id]))), None)
