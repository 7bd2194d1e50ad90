"""The files of one month together: beneficiaries and, when asked, contacts."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from emploi.foundation.errors import DomainError
from emploi.simulator.caf_files.contacts import ContactFile, open_contact_file
from emploi.simulator.caf_files.defects import Defects
from emploi.simulator.caf_files.monthly import Month, Written, write_month_file
from emploi.simulator.life.calibration import calibration
from emploi.simulator.life.dossier import World
from emploi.simulator.life.months import first_day, month_number, parse_month
from emploi.simulator.life.scenery import scenery

WRONG_BY = 2  # dossiers the trailer forgets when defects are wanted


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was written."""

    file: Written
    contact_lines: int
    defects: dict[str, int]


def world_of(seed: int) -> World:
    """The simulated Département of that seed, in the Département in force."""
    return World(seed, calibration(), scenery())


def month_of(text: str, world: World) -> int:
    """A month typed by a person. Raises DomainError with the sentence to show."""
    try:
        number = parse_month(text)
    except ValueError:
        raise DomainError(f"« {text} » n'est pas un mois : écrivez par exemple 2026-10.") from None
    if number < world.figures.origin:
        first = first_day(world.figures.origin)
        raise DomainError(f"La simulation commence en {first:%Y-%m} : choisissez ce mois ou un mois suivant.")
    return number


def day_of(text: str, world: World) -> date:
    """A day typed by a person. Raises DomainError with the sentence to show."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise DomainError(f"« {text} » n'est pas un jour : écrivez par exemple 2026-11-12.") from None
    if month_number(day) < world.figures.origin:
        first = first_day(world.figures.origin)
        raise DomainError(f"La simulation commence en {first:%Y-%m} : choisissez ce mois ou un mois suivant.")
    return day


def write_files(
    out: Path, month: Month, world: World, *, contacts: Path | None = None, defects: bool = False
) -> Outcome:
    """Writes the month's file, its contact file when a path is given, with defects when asked."""
    alter = Defects(month.households) if defects else None
    with ExitStack() as stack:
        contact_file = ContactFile(stack.enter_context(open_contact_file(contacts)), world) if contacts else None
        written = write_month_file(
            out,
            month,
            world,
            alter=alter,
            trailer_gap=-WRONG_BY if defects else 0,
            seen=contact_file.add if contact_file else None,
        )
    return Outcome(written, contact_file.lines if contact_file else 0, dict(alter.done) if alter else {})
