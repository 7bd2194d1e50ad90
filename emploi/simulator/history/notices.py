"""When the Département learnt what: the daily and monthly files in which a dossier showed something new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from emploi.simulator.caf_files.daily import told_daily
from emploi.simulator.life.calibration import Calibration
from emploi.simulator.life.dossier import Dossier
from emploi.simulator.life.months import daily_file_on, file_created_on, last_day, month_number

DAILY, MONTHLY = "daily", "monthly"


@dataclass(frozen=True, slots=True, order=True)
class Notice:
    """One file that told something new: the day it speaks of, the day it was made and received."""

    reference_on: date
    created_on: date
    source: str


@dataclass(frozen=True, slots=True)
class Horizon:
    """What was received so far: dailies up to `today`, monthly files up to the month `last_month`."""

    today: date
    last_month: int


def horizon_on(today: date) -> Horizon:
    """On a day, the file of the month before is the one that waits: everything older was received."""
    return Horizon(today, month_number(today) - 2)


def notices_of(dossier: Dossier, horizon: Horizon, figures: Calibration) -> list[Notice]:
    """The files that told something new of a dossier, in the order they were received.

    A file older than what is known already tells nothing (caf-flows.md §2.8, rule 7).
    """
    # Before the first monthly file, nothing is known: no daily file is read yet.
    since = file_created_on(figures.origin, int(figures.flow["file_delay_days"]))
    wanted = set(_daily(dossier, horizon, since)) | set(_monthly(dossier, horizon, figures))
    kept: list[Notice] = []
    for notice in sorted(wanted, key=lambda n: (n.created_on, n.reference_on)):
        if not kept or (notice.reference_on, notice.created_on) > (kept[-1].reference_on, kept[-1].created_on):
            kept.append(notice)
    return kept


def _daily(dossier: Dossier, horizon: Horizon, since: date) -> Iterator[Notice]:
    start = dossier.right.phases[0].on
    for day in told_daily(dossier):
        made_on = daily_file_on(day)
        if start <= day and since < made_on <= horizon.today:
            yield Notice(made_on, made_on, DAILY)


def _monthly(dossier: Dossier, horizon: Horizon, figures: Calibration) -> Iterator[Notice]:
    delay = int(figures.flow["file_delay_days"])
    for month in {month_number(day) for day in _changes(dossier)}:
        if month <= horizon.last_month:
            yield Notice(last_day(month), file_created_on(month, delay), MONTHLY)


def _changes(dossier: Dossier) -> Iterable[date]:
    """Every day on which something of the dossier changed while it was in the files."""
    start, end = dossier.right.phases[0].on, last_day(dossier.tenancy.last_month)
    days = [phase.on for phase in dossier.right.phases]
    days += [duty.on for duties in dossier.duties.values() for duty in duties]
    days += [home.since for home in dossier.household.homes]
    for person in dossier.household.people:
        days += [person.joined_on, person.left_on, person.nir_since]
        if person.name_change:
            days.append(person.name_change[0])
    return [day for day in days if start <= day <= end]
