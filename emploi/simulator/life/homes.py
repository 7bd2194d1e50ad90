"""Addresses in the real communes of the Département, and the moves from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from emploi.simulator.life.calibration import word_lists
from emploi.simulator.life.draws import Draws
from emploi.simulator.life.names import without_accents
from emploi.simulator.life.scenery import Scenery, Town

LONGEST_LIFE_IN_MONTHS = 120


@dataclass(frozen=True, slots=True)
class Home:
    """One address, as the payer writes it."""

    since: date
    complement: str
    number: str
    street_type: str
    street: str
    postal_code: str
    insee: str
    city: str


def homes_of(draws: Draws, town: Town, since: date, place: Scenery, months_between: float) -> tuple[Home, ...]:
    """The successive addresses of a household over ten years; half of the moves stay in the commune."""
    homes, month = [_home(draws, town, since)], 0.0
    while (month := month + 1 + draws.wait(months_between)) < LONGEST_LIFE_IN_MONTHS:
        town = town if draws.chance(0.5) else place.town(draws)
        homes.append(_home(draws, town, since + timedelta(days=int(month * 30.4375))))
    return tuple(homes)


def _home(draws: Draws, town: Town, since: date) -> Home:
    words = word_lists_once()
    return Home(
        since=since,
        complement=draws.pick(words["complements"]),
        number=str(draws.between(1, 180)),
        street_type=draws.pick(words["street_types"]),
        street=draws.pick(words["streets"])[:32],
        postal_code=draws.pick(town.postal_codes),
        insee=town.insee,
        city=postal_name(town.name),
    )


@lru_cache(maxsize=4096)
def postal_name(name: str) -> str:
    """A commune's name as on an envelope: capitals without accents."""
    return without_accents(name).upper()[:32]


@lru_cache(maxsize=1)
def word_lists_once() -> dict[str, list[str]]:
    """The word lists, read once."""
    return word_lists()
