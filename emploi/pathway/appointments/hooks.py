"""What later apps tell this one without being imported: they register a function, this app calls it in bulk."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.db.models import Q

from emploi.territory.agents.models import Agent

# The agent named as referent of each of these entries; those without one are absent.
Referents = Callable[[Collection[int]], dict[int, int]]

# Whom an agent, or her body, accompanies: a condition on Person that never repeats a row.
Followed = Callable[[Agent], Q]

_referents: list[Referents] = []
_followed: list[Followed] = []


def register_referents(function: Referents) -> Referents:
    """Register who knows the referent of an entry."""
    if function not in _referents:
        _referents.append(function)
    return function


def referents_of(entry_ids: Collection[int]) -> dict[int, int]:
    """Return the agent named as referent of each entry; one call for the whole list."""
    found: dict[int, int] = {}
    for function in _referents if entry_ids else ():
        found |= function(entry_ids)
    return found


def register_followed(function: Followed) -> Followed:
    """Register who knows whom an agent or her body accompanies."""
    if function not in _followed:
        _followed.append(function)
    return function


def followed_by(agent: Agent) -> Q:
    """Return the condition for the people an agent or her body accompanies; nobody when no app knows."""
    found = Q(pk__in=())
    for function in _followed:
        found |= function(agent)
    return found
