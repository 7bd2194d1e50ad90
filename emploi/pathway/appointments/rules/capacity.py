"""How many people can really be received before their own date, with the free slots there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody to receive by a day, in a territory; None when her commune is in none, or unknown."""

    key: int
    territory: int | None
    due_on: date


def unplaced(waits: Iterable[Wait], free: Mapping[int | None, Mapping[date, int]]) -> set[int]:
    """Return the keys of those no slot of their territory can receive in time, the most urgent being served first.

    Serving by date loses nobody: a slot good for an early date is good for every later one.
    """
    left: set[int] = set()
    by_territory: dict[int | None, list[Wait]] = {}
    for wait in waits:
        by_territory.setdefault(wait.territory, []).append(wait)
    for territory, group in by_territory.items():
        group.sort(key=lambda wait: wait.due_on)
        served = placed([wait.due_on for wait in group], free.get(territory, {}))
        left |= {wait.key for wait, is_placed in zip(group, served, strict=True) if not is_placed}
    return left


def placed(due_dates: Sequence[date], free_by_day: Mapping[date, int]) -> list[bool]:
    """Say, for dates in order, whether a slot is left by each of them once the former ones are served."""
    days = sorted(free_by_day)
    answers: list[bool] = []
    position = available = 0
    for due_on in due_dates:
        while position < len(days) and days[position] <= due_on:
            available += free_by_day[days[position]]
            position += 1
        answers.append(available > 0)
        available -= available > 0
    return answers
