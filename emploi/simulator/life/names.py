"""Invented identities: accents, particles, hyphens, very long names; written as the payers write them, in capitals."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from emploi.simulator.life.calibration import word_lists
from emploi.simulator.life.draws import Draws

SURNAME_LENGTH: Final = 28  # NOM and NOMNAI (caf-flows.md §2.3)
FIRST_NAME_LENGTH: Final = 32


class Names:
    """The invented names."""

    def __init__(self) -> None:
        words = word_lists()
        self.surnames = [(head + tail).upper() for head in words["surname_heads"] for tail in words["surname_tails"]]
        self.particles = [particle.upper() for particle in words["particles"]]
        self.first = {
            "2": [(head + tail).upper() for head in words["female_heads"] for tail in words["female_tails"]],
            "1": [(head + tail).upper() for head in words["male_heads"] for tail in words["male_tails"]],
        }
        self.birth_places = words["birth_places"]

    def surname(self, draws: Draws) -> str:
        """A surname; one in nine is double, one in twelve bears a particle."""
        name = draws.pick(self.surnames)
        kind = draws.random()
        if kind < 0.11:
            name = f"{name}{'-' if kind < 0.06 else ' '}{draws.pick(self.surnames)}"
        elif kind < 0.19:
            name = draws.pick(self.particles) + name
        elif kind < 0.2:
            name = f"DE LA {name}-{draws.pick(self.surnames)}"
        return name[:SURNAME_LENGTH].rstrip(" -")

    def first_name(self, draws: Draws, sex: str) -> str:
        """A first name; one in fourteen is compound."""
        name = draws.pick(self.first[sex])
        if draws.chance(0.07):
            name = f"{name}-{draws.pick(self.first[sex])}"
        return name[:FIRST_NAME_LENGTH].rstrip("-")


@lru_cache(maxsize=1)
def names() -> Names:
    """The lists, read once."""
    return Names()


@lru_cache(maxsize=65536)
def without_accents(text: str) -> str:
    """The same text in plain letters."""
    decomposed = unicodedata.normalize("NFD", text.replace("Œ", "OE").replace("œ", "oe"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))
