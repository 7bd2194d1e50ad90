"""Droits et devoirs of an adult over a tenancy: yes, no or unknown, as the payer's files show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from emploi.simulator.life.calibration import Calibration
from emploi.simulator.life.draws import DUTIES, Draws, stream
from emploi.simulator.life.months import last_day
from emploi.simulator.life.rights import Right
from emploi.simulator.life.tenancies import REFUSED, STOCK, Tenancy

MONTH = 30.4375
FEW_CHANGES = 6


@dataclass(frozen=True, slots=True)
class Duty:
    """From a day on, whether the adult is subject to rights and duties; None when the payer says nothing."""

    on: date
    subject: bool | None
    daily: bool


def duties_of(
    tenancy: Tenancy, index: int, right: Right, seed: int, figures: Calibration, *, daily_share: float
) -> tuple[Duty, ...]:
    """The duties of the adult at that index of the household, from the first day of the tenancy."""
    start = right.phases[0].on
    if tenancy.kind == REFUSED:
        return (Duty(start, None, False),)
    draws = stream(seed, DUTIES, *tenancy.path, index)
    first = _first(tenancy, draws, figures)
    duties, current, day = [Duty(start, first, False)], first, start
    end = last_day(tenancy.closed_month)
    while len(duties) < FEW_CHANGES:
        wait, current = _change(draws, figures, current)
        day += timedelta(days=int(wait * MONTH) + 1)
        if day >= end:
            break
        duties.append(Duty(day, current, draws.chance(daily_share)))
    return tuple(duties)


def subject_on(duties: tuple[Duty, ...], day: date) -> bool | None:
    """What the payer says on a day."""
    current = duties[0].subject
    for duty in duties:
        if duty.on > day:
            break
        current = duty.subject
    return current


def _first(tenancy: Tenancy, draws: Draws, figures: Calibration) -> bool | None:
    chance = draws.random()
    if chance < figures.duties["unknown_share"] and tenancy.kind != STOCK:
        return None
    return chance < figures.duties["unknown_share"] + figures.duties["subject_share"]


def _change(draws: Draws, figures: Calibration, current: bool | None) -> tuple[float, bool]:
    """Months before the next change, and what it brings: a job pays enough for a while, then no longer."""
    if current is None:
        return 0.7 + draws.random() * 1.4, draws.chance(0.9)
    if current:
        return draws.wait(1.0 / figures.duties["monthly_loss"]), False
    if draws.chance(figures.duties["quick_regain_share"]):
        return 1.0 + draws.random() * 2.0, True
    return draws.wait(1.0 / figures.duties["monthly_gain"]), True
