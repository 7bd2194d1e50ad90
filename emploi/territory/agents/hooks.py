"""What later apps tell this one without being imported: they register a function, this app calls it."""

from __future__ import annotations

from collections.abc import Callable

# What closing an account leaves behind, in one sentence; empty when it leaves nothing.
Leaves = Callable[[int], str]

_leaves: list[Leaves] = []


def register_closing(function: Leaves) -> Leaves:
    """Register what somebody who leaves leaves behind."""
    if function not in _leaves:
        _leaves.append(function)
    return function


def left_behind(agent_id: int) -> list[str]:
    """Return the sentences to read before an account is closed."""
    return [sentence for function in _leaves if (sentence := function(agent_id))]
