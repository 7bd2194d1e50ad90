"""One place lived from the first file to now: its tenancies, the files that told them, the ledger they leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from emploi.exchanges.caf.reader import dossier_hash
from emploi.simulator.caf_files.blocks import dossier_block
from emploi.simulator.caf_files.monthly import ENCODING
from emploi.simulator.history.facts import facts_of
from emploi.simulator.history.ledger import Ledger, Oriented
from emploi.simulator.history.notices import Horizon, Notice, notices_of
from emploi.simulator.history.people_rows import Last
from emploi.simulator.history.runs import Runs
from emploi.simulator.life.contacts import Reach, reach_of
from emploi.simulator.life.dossier import Dossier, World, dossier_of, snapshot
from emploi.simulator.life.months import file_created_on, last_day, month_number
from emploi.simulator.life.tenancies import STOCK, Place


@dataclass(slots=True)
class Lived:
    """What one place leaves."""

    ledger: Ledger
    lasts: dict[str, Last] = field(default_factory=dict)
    reaches: dict[int, Reach] = field(default_factory=dict)
    died: dict[int, date] = field(default_factory=dict)
    self_employed: set[str] = field(default_factory=set)


def live(slot: int, world: World, horizon: Horizon, runs: Runs, *, gap: int, oriented: Oriented) -> Lived:
    """Lives a place up to the horizon."""
    lived = Lived(Ledger(gap, oriented))
    first_months: dict[int, int] = {}
    place = Place(slot, world.seed, world.figures)
    for tenancy in place.tenancies(month_number(horizon.today)):
        first_months.setdefault(tenancy.core, tenancy.first_month)
        dossier = dossier_of(tenancy, first_months[tenancy.core], world)
        _tell(dossier, lived, world, horizon, runs)
    return lived


def _tell(dossier: Dossier, lived: Lived, world: World, horizon: Horizon, runs: Runs) -> None:
    """Applies to the ledger each file that told something new of a dossier."""
    last: Notice | None = None
    stock_month = world.figures.origin
    for notice in notices_of(dossier, horizon, world.figures):
        view = snapshot(dossier, notice.reference_on, world.figures)
        if view is None:
            continue
        first_load = dossier.tenancy.kind == STOCK and month_number(notice.reference_on) == stock_month
        keys = [person.serial for person, _ in view.people]
        lived.ledger.apply(facts_of(view), keys, notice, runs.of(notice), first_load=first_load)
        for person, _ in view.people:
            if person.is_adult and person.serial not in lived.reaches:
                lived.reaches[person.serial] = reach_of(person, dossier.household, world.seed, world.figures)
        last = notice
    if last is None:
        return
    if dossier.household.self_employed:
        lived.self_employed.add(dossier.claim_number)
    lived.lasts[dossier.claim_number] = _last(dossier, last, world, horizon)
    ended = dossier.right.phases[-1]
    if dossier.right.died and last.reference_on >= ended.on:
        lived.died[dossier.household.people[0].serial] = ended.on


def _last(dossier: Dossier, notice: Notice, world: World, horizon: Horizon) -> Last:
    """The last file that showed a dossier: the last monthly one while it was in it, unless a daily one came later."""
    month = min(horizon.last_month, dossier.tenancy.last_month)
    reference_on = last_day(month)
    created_on = file_created_on(month, int(world.figures.flow["file_delay_days"]))
    if (notice.reference_on, notice.created_on) > (reference_on, created_on):
        reference_on, created_on = notice.reference_on, notice.created_on
    if dossier.tenancy.last_month < horizon.last_month:
        return Last(reference_on, created_on, "")
    # Still in the files: the importer must recognise what it reads again.
    view = snapshot(dossier, reference_on, world.figures)
    raw = dossier_block(view, world.scenery.partner).strip().encode(ENCODING) if view else b""
    return Last(reference_on, created_on, dossier_hash(raw))
