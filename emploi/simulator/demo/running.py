"""A demonstration from its first start to the next ones: load, keep, move forward."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.oversight.steering.actions import freeze_due_months
from emploi.pathway.beneficiaries.models import Household
from emploi.simulator.caf_files.writing import world_of
from emploi.simulator.demo import files, staff, troubles
from emploi.simulator.demo.agendas import set_agendas
from emploi.simulator.demo.calls import receive_calls
from emploi.simulator.demo.france_travail import receive_from_france_travail
from emploi.simulator.demo.living import Living
from emploi.simulator.demo.outreach import inform_people
from emploi.simulator.demo.reference import load_reference
from emploi.simulator.demo.referents import open_referents, place_first_meetings
from emploi.simulator.demo.remote import set_remote
from emploi.simulator.demo.replies import receive_replies
from emploi.simulator.demo.steering_work import set_work
from emploi.simulator.history.loader import HistoryLoader, processes_for
from emploi.simulator.history.parallel import side_by_side
from emploi.simulator.life.dossier import World

LOADING, READY = "loading", "ready"
SEED = 1
BY = Actor.system("Démonstration")
Progress = Callable[[str, int, int], None]
# Tables emptied when a first load was interrupted; what the product ships, and the accounts, stay.
LIVED = ("beneficiaries_", "clocks_", "appointments_", "orientation_", "intake_", "caf_", "messaging_", "audit_",
         "steering_", "outreach_", "reception_")  # fmt: skip
KEPT = ("appointments_kind", "orientation_modality", "audit_consultation")


@dataclass(slots=True)
class Marker:
    """What the data folder remembers of its demonstration."""

    department: str
    size: int
    seed: int
    state: str
    lived_until: str
    waiting_month: int

    @property
    def until(self) -> datetime:
        """The moment lived so far."""
        return datetime.fromisoformat(self.lived_until).astimezone(clock.ZONE)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was done to prepare the demonstration."""

    size: int
    is_new: bool
    days_lived: int
    rows: int
    waiting: list[Path]
    accounts: list[staff.Account]
    seconds: float
    stages: dict[str, float]


def prepare(size: int, now: datetime, progress: Progress) -> Prepared:
    """Makes the demonstration ready for that moment. Raises DomainError on a database that holds something else."""
    started = time.perf_counter()
    marker = read_marker()
    _refuse_foreign(marker)
    if marker is None or marker.state == LOADING:
        return _first_time(size, now, progress, started)
    return _again(marker, now, progress, started)


def _first_time(size: int, now: datetime, progress: Progress, started: float) -> Prepared:
    world = world_of(SEED)
    stages: dict[str, float] = {}
    write_marker(Marker(settings.DEPARTMENT, size, SEED, LOADING, now.isoformat(), 0))
    _empty_lived_tables()
    load_reference(by=BY, at=now)
    officers = staff.officers_for(size, world.figures.promises.pathway["households_per_officer"])
    accounts = staff.hire(households=size, officers=officers, by=BY, at=now)
    stages["reference"] = _lap(started, stages)
    loaded = HistoryLoader(world, size, now, BY, progress).load()
    stages["history"] = _lap(started, stages)
    open_referents(now, BY)
    place_first_meetings(now)
    stages["referents"] = _lap(started, stages)
    inform_people(world, now)
    receive_from_france_travail(world, now, by=BY)
    receive_replies(now)
    stages["partners"] = _lap(started, stages)
    _, waiting = side_by_side(
        lambda: freeze_due_months(by=BY, at=now),
        lambda: _write_files(world, size, now),
        processes=processes_for(size),
    )
    stages["frozen_months_and_files"] = _lap(started, stages)
    troubles.receive_troubles(world, size, now, by=BY)
    stages["troubles"] = _lap(started, stages)
    set_agendas(now, BY)
    set_remote(now, BY)
    set_work(now)
    receive_calls(now)
    stages["scenes"] = _lap(started, stages)
    write_marker(Marker(settings.DEPARTMENT, size, SEED, READY, now.isoformat(), files.waiting_month(now.date())))
    rows = loaded.rows.total()
    return Prepared(size, True, 0, rows, waiting, accounts, time.perf_counter() - started, stages)


def _write_files(world: World, size: int, now: datetime) -> list[Path]:
    """The originals of the last months, and those that wait."""
    files.archive_last_months(world, size, now, by=BY)
    return files.put_waiting_files(world, size, now)


def _again(marker: Marker, now: datetime, progress: Progress, started: float) -> Prepared:
    world, days = world_of(marker.seed), 0
    if now.date() > marker.until.date():

        def lived(until: datetime) -> None:
            marker.lived_until = until.isoformat()
            write_marker(marker)

        days = Living(world, marker.size, progress, lived).live(marker.until, now)
        freeze_due_months(by=BY, at=now)
    waiting: list[Path] = []
    month = files.waiting_month(now.date())
    if month > marker.waiting_month:
        waiting = files.put_waiting_files(world, marker.size, now)
        marker.waiting_month = month
    write_marker(marker)
    return Prepared(marker.size, False, days, 0, waiting, staff.accounts(), time.perf_counter() - started, {})


def read_marker() -> Marker | None:
    """What the data folder remembers, None when it never held a demonstration."""
    path = _path()
    return Marker(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def write_marker(marker: Marker) -> None:
    """Remembers where the demonstration stands."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(asdict(marker)), encoding="utf-8")
    draft.replace(path)


def _path() -> Path:
    return Path(settings.DATA_DIR) / "demo.json"


def _refuse_foreign(marker: Marker | None) -> None:
    """Never mixes invented people with others, nor a Département with another."""
    if marker is None and Household.objects.exists():
        raise DomainError(
            "Cette base contient déjà des dossiers qui ne viennent pas de la démonstration. "
            "Indiquez un dossier de données vide avec EMPLOI_DATA_DIR."
        )
    if marker is not None and marker.department != settings.DEPARTMENT:
        raise DomainError(
            f"Ce dossier de données contient la démonstration du Département « {marker.department} ». "
            "Indiquez-en un autre avec EMPLOI_DATA_DIR."
        )


def _empty_lived_tables() -> None:
    """Starts again from nothing when a first load was interrupted."""
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name.startswith(LIVED)]
        lived = ", ".join(f'"{name}"' for name in names if name not in KEPT)
        cursor.execute(f"TRUNCATE {lived} CASCADE")


def _lap(started: float, stages: dict[str, float]) -> float:
    return round(time.perf_counter() - started - sum(stages.values()), 1)
