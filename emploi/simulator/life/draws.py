"""Deterministic draws: every part of a life has its own stream, found again from the seed and a path of numbers."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from math import log
from random import Random
from typing import Final, Generic, TypeVar

T = TypeVar("T")
MASK: Final = (1 << 64) - 1

# One number a stream, so that a change in one part of a life never moves another part.
TENANCY, RIGHT, CORE, MEMBER, DUTIES, CONTACT, STORY, DEFECT, INCOME = range(9)


class Draws:
    """A stream of draws; only `random()` is used, whose sequence Python guarantees from one version to the next."""

    __slots__ = ("random",)

    def __init__(self, key: int) -> None:
        # The draws are of a game, not of a secret: reproducible is what is wanted.
        self.random = Random(key).random  # noqa: S311

    def chance(self, probability: float) -> bool:
        """True with that probability."""
        return self.random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number, both bounds included."""
        return low + int(self.random() * (high - low + 1))

    def pick(self, values: Sequence[T]) -> T:
        """One of the values, each as likely."""
        return values[int(self.random() * len(values))]

    def wait(self, mean: float) -> float:
        """A waiting time without memory."""
        return -mean * log(1.0 - self.random())


class Wheel(Generic[T]):
    """Values with their weights."""

    __slots__ = ("bounds", "values")

    def __init__(self, weighted: Sequence[tuple[T, float]]) -> None:
        self.values = [value for value, _ in weighted]
        self.bounds = list(accumulate(weight for _, weight in weighted))

    def draw(self, draws: Draws) -> T:
        """One value, as likely as its weight."""
        return self.values[bisect(self.bounds, draws.random() * self.bounds[-1], 0, len(self.values) - 1)]


def stream(seed: int, *path: int) -> Draws:
    """The stream of that seed and path."""
    return Draws(mix(seed, *path))


def mix(seed: int, *path: int) -> int:
    """A 64-bit number that two neighbouring paths do not share (splitmix64)."""
    state = seed & MASK
    for step in path:
        state = (state + step * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & MASK
        state ^= state >> 31
    return state
