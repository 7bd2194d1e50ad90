"""What will become of an entry: met in time, late or never; oriented in time or not; decided on which basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Final

from emploi.foundation import clock
from emploi.simulator.life.calibration import Promises
from emploi.simulator.life.draws import Draws
from emploi.simulator.life.months import month_number

MET, NEVER, ON_FILE = "met", "never", "on_file"
FAILURES: Final = (("absent", 0.66), ("excused", 0.16), ("cancelled_by_person", 0.13), ("cancelled_by_us", 0.05))
# How far « kept its promises » went since the beginning: 0 in the year of preparation, 1 today.
FIRST_SHARE, LAST_SHARE = 0.45, 0.96
OWN_LUCK: Final = 0.2


@dataclass(frozen=True, slots=True)
class Delays:
    """The promises of the rulebook on the day of an entry, as last days in time."""

    met_by: date
    oriented_by: date


@dataclass(frozen=True, slots=True)
class Fate:
    """The plan of an entry; the agenda and the days that closed may still move it a little."""

    invited_on: date
    kind: str
    failures: tuple[str, ...]
    held_on: date
    decided_on: date
    in_time: bool


def fate_of(opened_on: date, delays: Delays, promises: Promises, draws: Draws) -> Fate:
    """Draws the plan of an entry opened on a day."""
    month = month_number(opened_on) + (opened_on.day - 1) / 31
    met_share, oriented_share = promises.met.at(month), promises.oriented.at(month)
    luck = draws.random()
    # A service late for the first meeting is most often late for the decision too.
    luck_too = (1 - OWN_LUCK) * luck + OWN_LUCK * draws.random()
    mature = min(max((met_share - FIRST_SHARE) / (LAST_SHARE - FIRST_SHARE), 0.0), 1.0)
    invited_on = clock.add_working_days(opened_on, draws.between(0, 1 + round(6 * (1 - mature))))
    in_time, oriented_in_time = luck < met_share, luck_too < _threshold(oriented_share)
    kind = MET if in_time or draws.chance(promises.pathway["late_but_met_share"]) else NEVER
    failures = _failures(draws, promises.pathway["failed_first_visit"], never=kind == NEVER)
    held_on = _held_on(opened_on, invited_on, delays, draws, len(failures), in_time=in_time)
    if oriented_in_time and (kind == NEVER or held_on > delays.oriented_by):
        kind, failures = ON_FILE, failures[:1]
    return Fate(
        invited_on=invited_on,
        kind=kind,
        failures=failures,
        held_on=held_on,
        decided_on=_decided_on(kind, opened_on, held_on, delays, promises, draws, oriented_in_time),
        in_time=in_time,
    )


def _threshold(share: float) -> float:
    """Below which a mixture of two draws falls with that probability."""
    corner = OWN_LUCK / (2 * (1 - OWN_LUCK))
    if share < corner:
        return sqrt(2 * share * OWN_LUCK * (1 - OWN_LUCK))
    if share > 1 - corner:
        return 1 - sqrt(2 * (1 - share) * OWN_LUCK * (1 - OWN_LUCK))
    return (1 - OWN_LUCK) * share + OWN_LUCK / 2


def _failures(draws: Draws, share: float, *, never: bool) -> tuple[str, ...]:
    """The appointments that will fall through before the right one; who never comes has missed at least one."""
    found: list[str] = ["absent"] if never else []
    while len(found) < 2 and draws.chance(share):
        found.append(_failure(draws))
    return tuple(found)


def _failure(draws: Draws) -> str:
    chance = draws.random()
    for name, share in FAILURES:
        chance -= share
        if chance < 0:
            return name
    return FAILURES[0][0]


def _held_on(opened_on: date, invited_on: date, delays: Delays, draws: Draws, failed: int, *, in_time: bool) -> date:
    if not in_time:
        return delays.met_by + timedelta(days=1 + min(int(draws.wait(9.0)), 45))
    earliest = invited_on + timedelta(days=2 + 4 * failed)
    span = max((delays.met_by - earliest).days, 0)
    return max(earliest + timedelta(days=int(span * (0.15 + 0.75 * draws.random()))), opened_on)


def _decided_on(
    kind: str, opened_on: date, held_on: date, delays: Delays, promises: Promises, draws: Draws, in_time: bool
) -> date:
    chance, wait = draws.random(), draws.wait(7.0)
    if kind == ON_FILE:
        return delays.oriented_by - timedelta(days=int(10 * chance))
    if kind == NEVER:
        return delays.oriented_by + timedelta(days=2 + int(8 * chance))
    if in_time:
        late_by = 0 if chance < promises.pathway["same_day_decision"] else int(wait)
        return min(held_on + timedelta(days=late_by), delays.oriented_by)
    if held_on > delays.oriented_by:
        return held_on
    return delays.oriented_by + timedelta(days=1 + min(int(wait), 25))
