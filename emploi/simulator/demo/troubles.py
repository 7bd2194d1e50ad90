"""What no service is spared: second dossiers, a household that cannot be read, a file meant for somebody else."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path

from emploi.exchanges.caf.inbound import import_caf
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.simulator.caf_files.blocks import dossier_block
from emploi.simulator.caf_files.defects import without_benefit
from emploi.simulator.caf_files.monthly import ENCODING, header, trailer
from emploi.simulator.demo import files
from emploi.simulator.demo.doubles import alone_and_paid, second_dossiers
from emploi.simulator.life.dossier import World

RECEIVED_AT = time(7, 45)
NEIGHBOURS = ("001", "002")  # one of them is not us
LOST = 12  # dossiers of the neighbour's file


def receive_troubles(world: World, households: int, now: datetime, *, by: Actor) -> None:
    """Imports, through the product's own door, the files of the morning that give somebody work."""
    day = now.date()
    at = min(now, datetime.combine(day, RECEIVED_AT, clock.ZONE))
    with tempfile.TemporaryDirectory(dir=files.work_folder()) as folder:
        for path in (_complement(Path(folder), world, households, day), _misdirected(Path(folder), world, day)):
            import_caf(path=path, received_on=day, by=by, at=at)


def _complement(folder: Path, world: World, households: int, day: date) -> Path:
    """The daily file sent a second time with what was forgotten, one dossier of it without its benefit."""
    doubles = second_dossiers(world, households, day)
    texts = [dossier_block(view, world.scenery.partner) for view in doubles]
    told = {view.people[0][0].serial for view in doubles}
    others = (view for view in alone_and_paid(world, households, day) if view.people[0][0].serial not in told)
    texts += [without_benefit(dossier_block(view, world.scenery.partner)) for view in islice(others, 1)]
    return _write(folder / f"RSABEI-{day}-complement.xml", texts, day)


def _misdirected(folder: Path, world: World, day: date) -> Path:
    """The file of the Département next door, sent to us by mistake."""
    views = islice(alone_and_paid(world, LOST * 10, day), LOST)
    neighbour = next(code for code in NEIGHBOURS if code != world.scenery.partner)
    return _write(folder / f"RSABEI-{day}-voisin.xml", [dossier_block(view, neighbour) for view in views], day)


def _write(path: Path, texts: list[str], day: date) -> Path:
    whole = header("I", day, day) + "".join(texts) + trailer(len(texts))
    path.write_bytes(whole.encode(ENCODING))
    return path
