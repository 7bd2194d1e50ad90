"""The five steps of the first interview, in the order of RG-07: each done, or left open with a reason and an owner."""

from __future__ import annotations

from collections.abc import Mapping

ORDER = ("rights_and_duties", "diagnosis", "orientation", "engagement", "next_appointment")
OPEN, DONE, LEFT_OPEN = "open", "done", "left_open"
SETTLED = (DONE, LEFT_OPEN)


def blocking(states: Mapping[str, str], step: str) -> str:
    """Return the first earlier step still open, which must be done or left open before this one; else ''."""
    for earlier in ORDER[: ORDER.index(step)]:
        if states.get(earlier, OPEN) == OPEN:
            return earlier
    return ""


def current(states: Mapping[str, str]) -> str:
    """Return the step to do now: the first open one, else the first left open, else ''."""
    for wanted in (OPEN, LEFT_OPEN):
        for step in ORDER:
            if states.get(step, OPEN) == wanted:
                return step
    return ""


def all_settled(states: Mapping[str, str]) -> bool:
    """Tell whether every step is done or left open: the interview may close."""
    return all(states.get(step, OPEN) in SETTLED for step in ORDER)
