"""The right of a household over time: opened, suspended, resumed, closed, with the day and the file that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from emploi.simulator.life.calibration import Calibration
from emploi.simulator.life.draws import RIGHT, Draws, stream
from emploi.simulator.life.months import day_in, first_day, last_day
from emploi.simulator.life.tenancies import FIRST, REFUSED, RETURN, STOCK, Tenancy

PENDING, REFUSAL, OPEN, SUSPENDED, UNPAID, CLOSED, CLOSED_EARLIER = "0123456"
# `closed at term`: four months without a payable right (Annex A, MOTICLORSA).
MONTHS_WITHOUT_RIGHT: Final = 4
REFUSALS: Final = ("DSD", "F04", "FDB", "F09", "FDD")
UNPAID_BEFORE_TERM: Final = ("01", "01", "05", "06")
# A death suspends the right before the dossier is struck off (DG, DH); the flow then says RAU.
DEATH: Final = "DEATH"


@dataclass(frozen=True, slots=True)
class Phase:
    """From a day on, the state of the right and its motive; `daily` when a daily file announced it."""

    on: date
    state: str
    motive: str
    daily: bool


@dataclass(frozen=True, slots=True)
class Right:
    """The whole life of a right."""

    claimed_on: date
    origin_on: date
    phases: tuple[Phase, ...]
    transfer_in_on: date | None
    transfer_out_on: date | None
    died: bool

    def closed_on(self, day: date) -> date | None:
        """The day the right ended, once it has, however often it is told afterwards."""
        return next((phase.on for phase in reversed(self.phases) if phase.state == CLOSED and phase.on <= day), None)

    def at(self, day: date) -> Phase | None:
        """The phase in force on a day; None before the first one."""
        current = None
        for phase in self.phases:
            if phase.on > day:
                break
            current = phase
        return current


def right_of(tenancy: Tenancy, seed: int, figures: Calibration, *, daily_share: float) -> Right:
    """The right of a tenancy; `daily_share` is 0 for a payer that sends monthly files only."""
    draws = stream(seed, RIGHT, *tenancy.path)
    opened_on = day_in(tenancy.first_month, draws.random())
    claimed_on = _claimed(tenancy, draws, figures, opened_on)
    if tenancy.kind == REFUSED:
        phases = _refused(tenancy, draws, opened_on, daily_share)
    else:
        phases = _lived(tenancy, draws, figures, opened_on, daily_share)
    moved_in = tenancy.kind == FIRST and draws.chance(figures.rates["transfer_in_share"])
    return Right(
        claimed_on=claimed_on,
        origin_on=claimed_on.replace(day=1),
        phases=tuple(phases),
        transfer_in_on=opened_on if moved_in else None,
        transfer_out_on=next((p.on for p in phases if p.state == CLOSED), None) if tenancy.closing == "MUT" else None,
        died=tenancy.closing == DEATH,
    )


def _claimed(tenancy: Tenancy, draws: Draws, figures: Calibration, opened_on: date) -> date:
    wait = draws.wait(1.0)
    if tenancy.kind == STOCK:
        years = min(wait * figures.stay.claimed_years, 13.0)
        return opened_on - timedelta(days=60 + int(years * 365))
    if tenancy.kind == RETURN and tenancy.claim != tenancy.number and tenancy.previous is not None:
        # The same request goes on: its date never moves (caf-flows.md §2.5).
        former = tenancy.previous
        return first_day(former.first_month) - timedelta(days=20 + former.core % 17)
    return opened_on - timedelta(days=min(6 + int(wait * 18), 110))


def _refused(tenancy: Tenancy, draws: Draws, opened_on: date, daily: float) -> list[Phase]:
    refused_on = day_in(tenancy.last_month, draws.random())
    return [
        Phase(opened_on, PENDING, "", draws.chance(daily)),
        Phase(refused_on, REFUSAL, draws.pick(REFUSALS), draws.chance(daily)),
    ]


def _lived(tenancy: Tenancy, draws: Draws, figures: Calibration, opened_on: date, daily: float) -> list[Phase]:
    phases, month = _opening(tenancy, draws, figures, opened_on, daily)
    at_term = tenancy.closing == "ECH"
    end = tenancy.closed_month - (MONTHS_WITHOUT_RIGHT if at_term else 0)
    while (month := month + 1 + int(draws.wait(1.0 / figures.suspension_rate))) < end - 1:
        suspension = figures.suspensions.draw(draws)
        back = month + draws.between(suspension.shortest, suspension.longest)
        phases.append(Phase(day_in(month, draws.random()), suspension.state, suspension.motive, draws.chance(daily)))
        if back >= end:
            break
        phases.append(Phase(day_in(back, draws.random()), OPEN, "", draws.chance(daily)))
        month = back
    if at_term and end > tenancy.first_month:
        phases.append(Phase(day_in(end, draws.random()), UNPAID, draws.pick(UNPAID_BEFORE_TERM), draws.chance(daily)))
    return phases + _ending(tenancy, draws, daily)


def _opening(
    tenancy: Tenancy, draws: Draws, figures: Calibration, opened_on: date, daily: float
) -> tuple[list[Phase], int]:
    """The first phases; a stock household may already be suspended on the first day."""
    month = tenancy.first_month
    if tenancy.kind == STOCK:
        suspended = draws.chance(figures.suspension_rate * 2.0) and tenancy.closed_month > month + 2
        if not suspended:
            return [Phase(first_day(month), OPEN, "", False)], month
        suspension = figures.suspensions.draw(draws)
        start = Phase(first_day(month), suspension.state, suspension.motive, False)
        return [start, Phase(day_in(month + 1, draws.random()), OPEN, "", draws.chance(daily))], month + 1
    if tenancy.kind == FIRST and tenancy.closed_month > month + 3 and draws.chance(figures.rates["pending_share"]):
        granted_on = day_in(month + 1, draws.random())
        pending = Phase(opened_on, PENDING, "", draws.chance(daily))
        return [pending, Phase(granted_on, OPEN, "", draws.chance(daily))], month + 1
    return [Phase(opened_on, OPEN, "", draws.chance(daily))], month


def _ending(tenancy: Tenancy, draws: Draws, daily: float) -> list[Phase]:
    motive = "RAU" if tenancy.closing == DEATH else tenancy.closing
    closed_on = day_in(tenancy.closed_month, draws.random())
    ending = [Phase(closed_on, CLOSED, motive, draws.chance(daily))]
    if tenancy.last_month > tenancy.closed_month:
        seen_again_on = last_day(tenancy.last_month) - timedelta(days=draws.between(0, 12))
        ending.append(Phase(seen_again_on, CLOSED_EARLIER, motive, False))
    return ending
