"""The monthly file of beneficiaries, written as it is lived: one dossier in memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, Final

from emploi.simulator.caf_files.blocks import dossier_block
from emploi.simulator.life.dossier import Snapshot, World, dossier_in_file, snapshot
from emploi.simulator.life.months import file_created_on, last_day
from emploi.simulator.life.tenancies import Place

ENCODING: Final = "windows-1252"
PER_WRITE: Final = 200

# Changes the text of a dossier, or gives several: the defects seen in real files.
Alter = Callable[[int, Snapshot, str], str]


@dataclass(frozen=True, slots=True)
class Written:
    """What a written file holds."""

    dossiers: int
    persons: int
    reference_on: date
    created_on: date


@dataclass(frozen=True, slots=True)
class Month:
    """The month to write, its number of dossiers, and the day the file is made when not the usual one."""

    number: int
    households: int
    created_on: date | None = None


def snapshots(month: Month, world: World) -> Iterator[Snapshot]:
    """The dossiers of a month, one a place."""
    day = last_day(month.number)
    for slot in range(month.households):
        dossier = dossier_in_file(Place(slot, world.seed, world.figures), month.number, world)
        view = snapshot(dossier, day, world.figures)
        if view is not None:
            yield view


def write_month(
    stream: BinaryIO,
    month: Month,
    world: World,
    *,
    alter: Alter | None = None,
    trailer_gap: int = 0,
    seen: Callable[[Snapshot], None] | None = None,
) -> Written:
    """Writes the file of a month; `trailer_gap` makes the trailer lie, `seen` is shown each dossier."""
    reference_on = last_day(month.number)
    created_on = month.created_on or file_created_on(month.number, int(world.figures.flow["file_delay_days"]))
    stream.write(header("M", reference_on, created_on).encode(ENCODING))
    dossiers = persons = 0
    waiting: list[str] = []
    for rank, view in enumerate(snapshots(month, world)):
        text = dossier_block(view, world.scenery.partner)
        waiting.append(alter(rank, view, text) if alter else text)
        if seen:
            seen(view)
        dossiers, persons = dossiers + 1, persons + len(view.people)
        if len(waiting) >= PER_WRITE:
            stream.write("".join(waiting).encode(ENCODING))
            waiting.clear()
    stream.write("".join(waiting).encode(ENCODING))
    stream.write(trailer(dossiers + trailer_gap).encode(ENCODING))
    return Written(dossiers, persons, reference_on, created_on)


def write_month_file(
    path: Path,
    month: Month,
    world: World,
    *,
    alter: Alter | None = None,
    trailer_gap: int = 0,
    seen: Callable[[Snapshot], None] | None = None,
) -> Written:
    """Writes the file beside its place then moves it there: nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    with draft.open("wb") as stream:
        written = write_month(stream, month, world, alter=alter, trailer_gap=trailer_gap, seen=seen)
    draft.replace(path)
    return written


def header(flow_type: str, reference_on: date, created_on: date) -> str:
    """The prolog and IdentificationFlux: M for a month, I for a day (caf-flows.md §2.2)."""
    return (
        f'<?xml version="1.0" encoding="{ENCODING}"?>\n<Racine>\n<IdentificationFlux><APPLIEME>CRI</APPLIEME>'
        f"<NUMVERSIONAPPLIEME>6200</NUMVERSIONAPPLIEME><TYPEFLUX>{flow_type}</TYPEFLUX><NATFLUX>D</NATFLUX>"
        f"<DTCREAFLUX>{created_on}</DTCREAFLUX><HEUCREAFLUX>01:18:36.0000</HEUCREAFLUX><DTREF>{reference_on}</DTREF>"
        "</IdentificationFlux>\n"
    )


def trailer(dossiers: int) -> str:
    """TransmissionFlux: how many dossiers were sent."""
    return (
        f"<TransmissionFlux><NBTOTDOSRSATRANSM>{dossiers:08d}</NBTOTDOSRSATRANSM>"
        "<NBTOTDOSRSATRANSMANO>00000000</NBTOTDOSRSATRANSMANO></TransmissionFlux>\n</Racine>\n"
    )
