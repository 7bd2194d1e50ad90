"""What later apps tell this one without being imported: they register a function, this app calls it in bulk."""

from __future__ import annotations

from collections.abc import Callable, Collection

# The agent named as referent of each of these entries; those without one are absent.
Referents = Callable[[Collection[int]], dict[int, int]]

_referents: list[Referents] = []


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
