"""A household: its people, its home, its payer, and what happens to them month after month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from emploi.simulator.life import numbers
from emploi.simulator.life.calibration import Calibration
from emploi.simulator.life.draws import CORE, Draws, stream
from emploi.simulator.life.homes import Home, homes_of
from emploi.simulator.life.months import first_day
from emploi.simulator.life.people import (
    CHILD,
    CLAIMANT,
    OTHER,
    SPOUSE,
    Family,
    Person,
    children_births,
    claimant_birth,
    in_own_month,
    leaves_at,
    spouse_birth,
)
from emploi.simulator.life.scenery import Scenery

MONTH = 30.4375
SITUATIONS_ALONE, SITUATIONS_TOGETHER = ("CEL", "CEL", "CEL", "DIV", "SEF", "ISO", "VEU"), ("MAR", "VIM", "VIM", "PAC")


@dataclass(frozen=True, slots=True)
class Household:
    """People who share one dossier; the same for all the tenancies of one core."""

    slot: int
    core: int
    since: date
    payer: str
    organism: str
    payer_number: str
    self_employed: bool
    homeless: bool
    people: tuple[Person, ...]
    homes: tuple[Home, ...]
    alone_as: str
    together_as: str

    def present(self, day: date) -> list[Person]:
        """The people of the household on a day, claimant first."""
        return [person for person in self.people if person.present(day)]

    def homes_on(self, day: date) -> list[Home]:
        """The addresses known on a day, the current one first, three at most (RGADR 01 to 03)."""
        return [home for home in reversed(self.homes) if home.since <= day][:3]

    def situation(self, day: date) -> tuple[str, date]:
        """SITFAM and the day it began."""
        for person in self.people:
            if person.role == SPOUSE and person.present(day):
                return self.together_as, person.joined_on
        ends = [person.left_on for person in self.people if person.role == SPOUSE and person.left_on <= day]
        return (self.alone_as, max(ends)) if ends else (self.alone_as, self.since)


def household_of(slot: int, core: int, first_month: int, seed: int, figures: Calibration, place: Scenery) -> Household:
    """The household of that place and core, which first came in `first_month`."""
    draws = stream(seed, CORE, slot, core)
    # People are older than their claim: the household exists some months before the payer shows it.
    since = first_day(first_month) - timedelta(days=150 + int(draws.random() * 1500))
    start = first_day(first_month)
    people = _people(draws, Family(seed, slot, core, start, figures), start, figures)
    if core and draws.chance(figures.identity["lookalike_share"]):
        people = (_alike(people[0], slot, seed, figures, place), *people[1:])
    town = place.town(draws)
    payer, self_employed = _payer(draws, figures, town.self_employed, place)
    number = numbers.allocataire_number(seed, slot, core)
    if payer == "MSA":
        number = _agricultural_number(people[0])
    return Household(
        slot=slot, core=core, since=since,
        payer=payer, organism=place.organisms.get(payer, ""), payer_number=number,
        self_employed=self_employed,
        homeless=draws.chance(figures.household["homeless_share"]),
        people=people,
        homes=homes_of(draws, town, since, place, 1.0 / figures.household["monthly_move"]),
        alone_as=draws.pick(SITUATIONS_ALONE), together_as=draws.pick(SITUATIONS_TOGETHER),
    )  # fmt: skip


def _alike(person: Person, slot: int, seed: int, figures: Calibration, place: Scenery) -> Person:
    """Somebody known already who comes back as if unknown: a letter of the name is lost, the NIR is not told."""
    known = household_of(slot, 0, figures.origin, seed, figures, place).people[0]
    name = known.birth_name
    middle = len(name) // 2
    return replace(
        person,
        sex=known.sex,
        last_name=name[:middle] + name[middle + 1 :],
        birth_name=name[:middle] + name[middle + 1 :],
        first_name=known.first_name,
        second_name="",
        birth_date=known.birth_date,
        precision=known.precision,
        nir="",
        name_change=None,
    )


def _payer(draws: Draws, figures: Calibration, local: float | None, place: Scenery) -> tuple[str, bool]:
    """CAF or MSA; most of the MSA's people work for themselves."""
    share = figures.household["self_employed_share"] if local is None else local
    msa = draws.chance(figures.flow["msa_share"]) and "MSA" in place.organisms
    self_employed = draws.chance(figures.flow["farmer_msa_share"] if msa else share)
    return "MSA" if msa else "CAF", self_employed


def _agricultural_number(claimant: Person) -> str:
    """The MSA's MATRICULE is the NIR of the claimant, digits only."""
    nir = numbers.nir(claimant.serial, claimant.sex, claimant.birth_date.year)
    return nir.replace("2A", "20").replace("2B", "20")


def _people(draws: Draws, family: Family, start: date, figures: Calibration) -> tuple[Person, ...]:
    shares, kind = figures.household, draws.random()
    couple = kind < shares["couple_share"]
    parent = kind < shares["couple_share"] + shares["lone_parent_share"]
    sex = "2" if draws.chance(0.85 if parent and not couple else 0.46) else "1"
    born = claimant_birth(draws, figures, start)
    people = [family.person(0, CLAIMANT, sex, born, date.min)]
    people += _spouse(draws, family, people[0], start, shares, couple=couple)
    if parent and (not couple or draws.chance(shares["couple_parent_share"])):
        people += _children(draws, family, people[0], start, figures)
    if draws.chance(shares["other_member_share"]):
        old = born - timedelta(days=int(25 * 365.25))
        people.append(family.person(7, OTHER, draws.pick("12"), old, date.min, last_name=people[0].birth_name))
    return tuple(people)


def _spouse(
    draws: Draws, family: Family, claimant: Person, start: date, shares: dict[str, float], *, couple: bool
) -> list[Person]:
    """The spouse of a couple, who may leave, or the one somebody alone meets later."""
    formed = shares["monthly_couple_formed"]
    joined = date.min if couple else start + timedelta(days=int(draws.wait(1.0 / formed) * MONTH))
    split = int(draws.wait(1.0 / shares["monthly_couple_split"]) * MONTH)
    born = spouse_birth(draws, claimant.birth_date, start)
    sex = {"1": "2", "2": "1"}[claimant.sex] if draws.chance(0.96) else claimant.sex
    if joined > start + timedelta(days=int(120 * MONTH)):
        return []
    left = (start if couple else joined) + timedelta(days=60 + split)
    name = claimant.last_name if draws.chance(0.45) else ""
    return [family.person(1, SPOUSE, sex, born, joined, left, last_name=name)]


def _children(draws: Draws, family: Family, claimant: Person, start: date, figures: Calibration) -> list[Person]:
    """Children already there, and perhaps one born later."""
    births = children_births(draws, figures.children.draw(draws), claimant.birth_date, start)
    later = start + timedelta(days=int(draws.wait(1.0 / figures.household["monthly_birth"]) * MONTH))
    if (later - claimant.birth_date).days < 43 * 365 and len(births) < 5:
        births.append(later)
    children = []
    for index, drawn in enumerate(births[:5], start=2):
        born = in_own_month(numbers.serial(family.slot, family.core, index), drawn)
        sex = draws.pick("12")
        children.append(family.person(index, CHILD, sex, born, born, leaves_at(born), last_name=claimant.birth_name))
    return children
