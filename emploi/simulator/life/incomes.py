"""Work, resources and amounts of a household in one month: plausible, rounded, for illustration only."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import date
from typing import Final

from emploi.simulator.life.calibration import Calibration
from emploi.simulator.life.draws import INCOME, stream
from emploi.simulator.life.household import Household
from emploi.simulator.life.months import first_day, month_number
from emploi.simulator.life.people import SPOUSE, Person
from emploi.simulator.life.tenancies import Tenancy

WITHOUT_WORK: Final = ("CHO", "ANP", "SAC", "CHO", "ANP", "SAC", "CHR", "MAL", "SFP")
PART_TIME: Final = (("SAL", "CDD"), ("SAL", "CDI"), ("INT", "INT"), ("CUI", "CUI"), ("TSA", "CDD"))
SPOUSE_SHARE, CHILD_SHARE, THIRD_CHILD_SHARE = 0.5, 0.3, 0.4
HOUSING: Final = (0.12, 0.24, 0.297)  # share of the base counted for housing, by size of household


@dataclass(frozen=True, slots=True)
class Work:
    """What one adult does, since when, and earns each month."""

    code: str
    contract: str
    regime: str
    since: date
    wage: float
    resource: str


@dataclass(frozen=True, slots=True)
class Amounts:
    """The calculation of a right for one month."""

    guaranteed: float
    housing: float
    family: float
    resources: float
    right: float
    raised: bool


def work_of(person: Person, household: Household, tenancy: Tenancy, seed: int, subject: bool | None) -> Work:
    """The work of an adult; whoever is out of rights and duties earns more than the ceiling."""
    draws = stream(seed, INCOME, *tenancy.path, person.serial)
    since = first_day(tenancy.first_month - draws.between(2, 40))
    if subject is False:
        code, contract = draws.pick(PART_TIME)
        return Work(code, contract, "GE", since, 560.0 + draws.between(0, 60) * 10, "001")
    if household.self_employed and person.role != SPOUSE:
        code = "EXP" if household.payer == "MSA" else draws.pick(("ETI", "AEN", "AEN"))
        regime = "AG" if household.payer == "MSA" else "GE"
        return Work(code, "AEN" if code == "AEN" else "", regime, since, draws.between(0, 30) * 10.0, "030")
    if draws.chance(0.18):
        code, contract = draws.pick(PART_TIME)
        return Work(code, contract, "GE", since, 60.0 + draws.between(0, 38) * 10, "001")
    benefits = draws.between(8, 30) * 10.0 if draws.chance(0.06) else 0.0
    return Work(draws.pick(WITHOUT_WORK), "", "GE", since, benefits, "010" if benefits else "000")


def amounts_of(household: Household, day: date, wages: float, figures: Calibration, unpaid: bool) -> Amounts:
    """The amounts of the month of that day; `unpaid` when resources bring the right to nothing."""
    people = household.present(day)
    children = sum(1 for person in people if not person.is_adult)
    couple = any(person.role == SPOUSE for person in people)
    base = base_amount(figures, month_number(day))
    guaranteed = round(base * (1 + _shares(couple, children)), 2)
    housing = 0.0 if household.homeless else round(base * HOUSING[min(len(people), 3) - 1], 2)
    family = 0.0 if children < 2 else 140.0 + 180.0 * (children - 2)
    resources = wages if not unpaid else max(wages, guaranteed)
    return Amounts(
        guaranteed=guaranteed, housing=housing, family=family, resources=resources,
        right=max(round(guaranteed - housing - family - resources, 2), 0.0),
        raised=not couple and any((day - p.birth_date).days < 1100 for p in people if not p.is_adult),
    )  # fmt: skip


def base_amount(figures: Calibration, month: int) -> float:
    """The monthly base of a single person in that month."""
    index = bisect([since for since, _ in figures.amounts], month) - 1
    return figures.amounts[max(index, 0)][1]


def _shares(couple: bool, children: int) -> float:
    second, beyond = min(children, 2), max(children - 2, 0)
    first = SPOUSE_SHARE if not couple and children else CHILD_SHARE
    return (
        (SPOUSE_SHARE if couple else 0.0)
        + (first if second else 0)
        + (CHILD_SHARE if second == 2 else 0)
        + (THIRD_CHILD_SHARE * beyond)
    )
