"""A process killed while it sets lines aside, or while it records them: nothing twice, nothing half-written."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emploi.exchanges.spreadsheets.engine.archive import KIND
from emploi.exchanges.spreadsheets.inbound import apply_run, import_people
from emploi.exchanges.spreadsheets.models import SheetFile, StagedRow
from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.intake import locks, workflow
from emploi.foundation.intake.models import Run
from emploi.pathway.beneficiaries.models import Contact, Household, Person
from emploi.territory.rulebook.actions import load_shipped
from tests.exchanges.caf.test_killed import same_database, wait_for
from tests.exchanges.spreadsheets.conftest import BY, HEADER, csv_bytes

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = 2000
LETTERS = "abcdefghij"


@pytest.fixture
def listed(folder: Path) -> Path:
    """A list of thousands, each their own."""
    load_shipped(by=BY, at=clock.now())
    path = folder / "liste.csv"
    path.write_bytes(csv_bytes([HEADER, *people()]))
    return path


def people() -> Iterator[tuple[str, ...]]:
    for number in range(SIZE):
        name = "".join(LETTERS[int(figure)] for figure in f"{number:04d}")
        yield ("Mme", f"Nom{name}", f"Zo{name}", "02/08/1978", f"{number + 1:07d}", "Demandeur",
               f"06399{number:05d}", f"{name}@exemple.fr", "99000", "Exempleville")  # fmt: skip


def kill_when(reached: Callable[[], bool], path: Path, settings: Any) -> Run:
    """Starts the real command, and kills it as soon as a state is reached."""
    process = subprocess.Popen(
        [sys.executable, "-m", "emploi", "import_people", str(path), "--json"],
        env={**os.environ, **same_database(), "EMPLOI_DATA_DIR": str(settings.DATA_DIR), "DEPARTMENT": "demo"},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(reached, process)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    until = time.monotonic() + 10
    while locks.is_held(KIND):
        assert time.monotonic() < until, "the lock of a dead process is still held"
        time.sleep(0.05)
    return Run.objects.get()


def test_killed_while_setting_aside_nothing_is_kept_and_the_same_file_finishes(listed: Path, settings: Any) -> None:
    killed = kill_when(lambda: Run.objects.filter(phase="reading", done__gt=0).exists(), listed, settings)
    assert killed.status == workflow.RUNNING
    assert (Person.objects.count(), StagedRow.objects.count()) == (0, 0)
    assert SheetFile.objects.get().staged_at is None
    report = import_people(path=listed, by=BY, at=clock.now())
    assert (report.status, report.counters["created"], report.counters["rows"]) == ("done", SIZE, SIZE)
    killed.refresh_from_db()
    assert killed.status == workflow.INTERRUPTED
    assert_everybody_once(settings)


def test_killed_while_recording_whole_batches_stay_and_the_same_run_goes_on(listed: Path, settings: Any) -> None:
    killed = kill_when(lambda: StagedRow.objects.filter(is_applied=True).exists(), listed, settings)
    applied = StagedRow.objects.filter(is_applied=True).count()
    assert 0 < applied < SIZE, "killed too early or too late: change SIZE"
    # What is recorded, what is accounted for and where the run is agree to the line.
    assert applied == killed.done == killed.counters["created"] == Person.objects.count() == Household.objects.count()
    assert Contact.objects.count() == 2 * applied
    report = apply_run(run=killed, by=BY, at=clock.now())
    assert (report.status, report.counters["created"], report.counters["rows"]) == ("done", SIZE, SIZE)
    assert_everybody_once(settings)


def assert_everybody_once(settings: Any) -> None:
    assert Person.objects.count() == Household.objects.count() == SIZE
    assert Contact.objects.count() == 2 * SIZE
    assert JournalEntry.objects.filter(event="beneficiaries.PersonCreated").count() == SIZE
    assert not StagedRow.objects.filter(is_applied=False).exists()
    # The clear copies a killed process leaves are swept by the next one.
    assert list((settings.DATA_DIR / "work" / KIND).iterdir()) == []
