"""One dossier: a tenancy with its people and its right, and what the payer shows of it on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from emploi.simulator.life import numbers
from emploi.simulator.life.calibration import Calibration
from emploi.simulator.life.duties import Duty, duties_of, subject_on
from emploi.simulator.life.household import Household, household_of
from emploi.simulator.life.incomes import Amounts, Work, amounts_of, work_of
from emploi.simulator.life.months import first_day, month_number
from emploi.simulator.life.people import Person
from emploi.simulator.life.rights import OPEN, SUSPENDED, UNPAID, Phase, Right, right_of
from emploi.simulator.life.scenery import Scenery
from emploi.simulator.life.tenancies import Place, Tenancy

WITH_AMOUNTS = frozenset({OPEN, SUSPENDED, UNPAID})


@dataclass(frozen=True, slots=True)
class World:
    """One simulated Département: its seed, its figures, its scenery."""

    seed: int
    figures: Calibration
    scenery: Scenery


@dataclass(frozen=True, slots=True)
class Dossier:
    """A tenancy, lived from beginning to end."""

    tenancy: Tenancy
    household: Household
    right: Right
    duties: dict[int, tuple[Duty, ...]]
    works: dict[int, Work]
    claim_number: str
    previous_claim_number: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the payer shows of a dossier on a day."""

    dossier: Dossier
    day: date
    phase: Phase
    people: tuple[tuple[Person, bool | None], ...]
    amounts: Amounts | None


def dossier_of(tenancy: Tenancy, first_month: int, world: World) -> Dossier:
    """Lives a tenancy; `first_month` is the one in which its people first came."""
    household = household_of(tenancy.slot, tenancy.core, first_month, world.seed, world.figures, world.scenery)
    daily = 0.0 if household.payer == "MSA" else world.figures.flow["daily_share"]
    right = right_of(tenancy, world.seed, world.figures, daily_share=daily)
    adults = [person for person in household.people if person.is_adult]
    duties = {
        person.serial: duties_of(tenancy, index, right, world.seed, world.figures, daily_share=daily)
        for index, person in enumerate(adults)
    }
    works = {
        person.serial: work_of(person, household, tenancy, world.seed, duties[person.serial][0].subject)
        for person in adults
    }
    former = tenancy.previous if tenancy.previous and tenancy.claim == tenancy.number else None
    claim = (world.seed, tenancy.slot)
    return Dossier(
        tenancy=tenancy, household=household, right=right, duties=duties, works=works,
        claim_number=numbers.claim_number(*claim, tenancy.claim, world.scenery.partner),
        previous_claim_number=numbers.claim_number(*claim, former.claim, world.scenery.partner) if former else "",
    )  # fmt: skip


def snapshot(dossier: Dossier, day: date, figures: Calibration) -> Snapshot | None:
    """The dossier as the payer shows it on a day; None before its first day."""
    phase = dossier.right.at(day)
    if phase is None:
        return None
    people = tuple(
        (person, subject_on(dossier.duties[person.serial], day) if person.is_adult else None)
        for person in dossier.household.present(day)
    )
    amounts = None
    if phase.state in WITH_AMOUNTS:
        wages = sum(dossier.works[person.serial].wage for person, _ in people if person.is_adult)
        # A right is worked out once a quarter: between two, its figures do not move.
        amounts = amounts_of(dossier.household, quarter(dossier, day), wages, figures, phase.state == UNPAID)
    return Snapshot(dossier, day, phase, people, amounts)


def quarter(dossier: Dossier, day: date) -> date:
    """First day of the running quarter of the claim, never after that day."""
    month = month_number(day)
    return first_day(month - (month - dossier.tenancy.first_month) % 3)


def dossier_in_file(place: Place, month: int, world: World) -> Dossier:
    """The dossier that holds a place in the file of a month."""
    first_months: dict[int, int] = {}
    for tenancy in place.tenancies(month):
        first_months.setdefault(tenancy.core, tenancy.first_month)
        if tenancy.last_month >= month:
            return dossier_of(tenancy, first_months[tenancy.core], world)
    raise ValueError(f"month {month} is before the first one")
