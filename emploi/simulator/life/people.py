"""The people of a household: who they are, when they join and leave, under which name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from emploi.simulator.life import numbers
from emploi.simulator.life.calibration import Calibration
from emploi.simulator.life.draws import MEMBER, Draws, stream
from emploi.simulator.life.months import last_day
from emploi.simulator.life.names import names, without_accents

CLAIMANT, SPOUSE, CHILD, OTHER = "DEM", "CJT", "ENF", "AUT"
ADULTHOOD: Final = 20  # a child is counted until twenty
YEAR: Final = 365.25
FOREVER: Final = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Person:
    """One simulated person; `name_changes` are (day, last name), `nir_since` the day the payer knows the NIR."""

    serial: int
    role: str
    sex: str
    last_name: str
    birth_name: str
    first_name: str
    second_name: str
    birth_date: date
    precision: str
    birth_rank: int
    birth_place: str
    nir: str
    nir_since: date
    joined_on: date
    left_on: date
    name_change: tuple[date, str] | None = None

    @property
    def is_adult(self) -> bool:
        """Claimant or spouse: the only ones who enter the pathway."""
        return self.role in (CLAIMANT, SPOUSE)

    def present(self, day: date) -> bool:
        """Whether the person belongs to the household on a day."""
        return self.joined_on <= day < self.left_on

    def name_on(self, day: date) -> str:
        """The last name the payer writes on a day."""
        if self.name_change and day >= self.name_change[0]:
            return self.name_change[1]
        return self.last_name

    def nir_on(self, day: date) -> str:
        """The NIR the payer knows on a day, blank before."""
        return self.nir if day >= self.nir_since else ""


class Family:
    """Draws the members of one household."""

    def __init__(self, seed: int, slot: int, core: int, start: date, figures: Calibration) -> None:
        self.seed, self.slot, self.core = seed, slot, core
        self.start, self.figures = start, figures

    def person(
        self, index: int, role: str, sex: str, born: date, joined: date, left: date = FOREVER, last_name: str = ""
    ) -> Person:
        """One person; their own draws give names, NIR and accidents of identity."""
        draws = stream(self.seed, MEMBER, self.slot, self.core, index)
        rank = numbers.serial(self.slot, self.core, index)
        accents = draws.chance(self.figures.identity["accent_share"])
        own = names().surname(draws)
        first, second = names().first_name(draws, sex), names().first_name(draws, sex)
        birth_name = last_name if role in (CHILD, OTHER) and last_name else own
        shown = last_name if last_name and (role == CHILD or draws.chance(0.6)) else birth_name
        born, precision = self._birth(draws, rank, born, role)
        nir, since = self._nir(draws, rank, sex, born, joined)
        return Person(
            serial=rank, role=role, sex=sex,
            last_name=shown if accents else without_accents(shown),
            birth_name=birth_name if accents else without_accents(birth_name),
            first_name=first if accents else without_accents(first),
            second_name=second[:15] if draws.chance(0.35) else "",
            birth_date=born, precision=precision, birth_rank=1,
            birth_place=draws.pick(names().birth_places),
            nir=nir, nir_since=since, joined_on=joined, left_on=left,
            name_change=self._name_change(draws, role, max(joined, self.start)),
        )  # fmt: skip

    def _birth(self, draws: Draws, rank: int, born: date, role: str) -> tuple[date, str]:
        """Puts the birth in the month that keeps NIRs apart; some births abroad are known by their year only."""
        precision = "N"
        if role != CHILD and draws.chance(self.figures.identity["partial_birth_share"]):
            precision = draws.pick("JO")
        if precision == "O":
            return date(born.year, 1, 1), precision
        return in_own_month(rank, born.replace(day=1) if precision == "J" else born), precision

    def _nir(self, draws: Draws, rank: int, sex: str, born: date, joined: date) -> tuple[str, date]:
        shares, chance = self.figures.identity, draws.random()
        if chance < shares["without_nir_share"]:
            return "", FOREVER
        provisional = chance < shares["without_nir_share"] + shares["provisional_nir_share"]
        first = {"1": "7", "2": "8"}[sex] if provisional else sex
        late = draws.chance(shares["late_nir_share"])
        return numbers.nir(rank, first, born.year), joined + timedelta(days=150) if late else date.min

    def _name_change(self, draws: Draws, role: str, joined: date) -> tuple[date, str] | None:
        months = draws.wait(1.0 / self.figures.household["monthly_name_change"])
        if role in (CHILD, OTHER) or months > 120:
            return None
        return joined + timedelta(days=int(months * 30.4)), names().surname(draws)


def in_own_month(rank: int, born: date) -> date:
    """The birth moved to the month its NIR says."""
    return date(born.year, numbers.birth_month(rank), min(born.day, 28))


def claimant_birth(draws: Draws, figures: Calibration, start: date) -> date:
    """The claimant's birth, by age band (CAL-P06)."""
    low, high = figures.ages.draw(draws)
    return start - timedelta(days=int((low + draws.random() * (high - low + 1)) * YEAR))


def spouse_birth(draws: Draws, born: date, start: date) -> date:
    """A spouse within some years of the claimant, never under nineteen."""
    drawn = born + timedelta(days=int((draws.random() - 0.5) * 12 * YEAR))
    return min(drawn, start - timedelta(days=int(19 * YEAR)))


def children_births(draws: Draws, count: int, parent: date, start: date) -> list[date]:
    """Births of children still minor at the start, when the parent was between 18 and 42."""
    earliest = max(parent + timedelta(days=int(18 * YEAR)), start - timedelta(days=int(19 * YEAR)))
    latest = min(parent + timedelta(days=int(42 * YEAR)), start)
    span = (latest - earliest).days
    if span <= 0:
        return []
    return sorted(earliest + timedelta(days=int(draws.random() * span)) for _ in range(count))


def leaves_at(born: date) -> date:
    """The end of the month of the twentieth birthday."""
    return last_day((born.year + ADULTHOOD) * 12 + born.month - 1)
