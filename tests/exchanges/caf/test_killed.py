"""A process killed in the middle of a file: nothing half-done, and a restart finishes, by the same run or another."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from emploi.exchanges.caf.inbound import apply_run, import_caf
from emploi.foundation import clock
from emploi.foundation.intake import locks, queries, workflow
from emploi.foundation.intake.models import Run
from emploi.pathway.beneficiaries.models import Entry, Household, Person, RightState
from tests.exchanges.caf.builder import file_of, many, written
from tests.exchanges.caf.conftest import BY, prepare

SIZE = 4000
PATIENCE = 90.0

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def killed(folder: Path, settings: Any) -> Run:
    """A run whose process died after some batches, not before and not at the end."""
    prepare()
    path = written(folder, file_of(*many(SIZE)))
    process = subprocess.Popen(
        [sys.executable, "-m", "emploi", "import_caf", str(path), "--json"],
        env={**os.environ, **same_database(), "EMPLOI_DATA_DIR": str(settings.DATA_DIR), "DEPARTMENT": "demo"},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: Run.objects.filter(done__gt=500).exists(), process)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    run = Run.objects.get()
    assert 0 < run.done < SIZE, "killed too early or too late: change SIZE"
    return run


def same_database() -> dict[str, str]:
    """The address of the test database, for another process."""
    values = connection.settings_dict
    where = f"{quote(values['HOST'], safe='')}:{values['PORT']}"
    return {"DATABASE_URL": f"postgres://{values['USER']}@{where}/{values['NAME']}"}


def wait_for(condition: Any, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, "the import ended by itself"
        assert time.monotonic() < until, "nothing happened"
        time.sleep(0.02)


def test_what_was_recorded_is_whole_and_the_run_is_known_to_have_stopped(killed: Run) -> None:
    assert killed.status == workflow.RUNNING
    wait_for_the_server_to_notice()
    assert queries.is_stalled(killed)
    assert killed.counters["households_created"] == killed.done == Household.objects.count()
    assert RightState.objects.count() == Person.objects.count() == Entry.objects.count() == killed.done


def test_the_same_run_goes_on_where_it_stopped(killed: Run) -> None:
    wait_for_the_server_to_notice()
    report = apply_run(run=killed, by=BY, at=clock.now())
    assert report.status == "done"
    assert report.counters["households_read"] == report.counters["households_created"] == SIZE
    assert_everything_is_there()


def test_the_same_file_by_a_new_run_finishes_the_first_load(killed: Run, folder: Path) -> None:
    wait_for_the_server_to_notice()
    done = killed.done
    report = import_caf(path=folder / "rsabem.xml", by=BY, at=clock.now())
    assert (report.status, report.counters["households_unchanged"]) == ("done", done)
    assert report.counters["households_created"] == SIZE - done
    killed.refresh_from_db()
    assert killed.status == workflow.INTERRUPTED
    assert_everything_is_there()


def assert_everything_is_there() -> None:
    assert Household.objects.count() == Person.objects.count() == SIZE
    # It is still the stock: nobody became an entrant because a machine stopped.
    assert set(Entry.objects.values_list("kind", flat=True)) == {"stock"}
    assert Entry.objects.count() == RightState.objects.count() == SIZE


def wait_for_the_server_to_notice() -> None:
    """PostgreSQL lets a dead client's lock go as soon as it sees the connection closed."""
    until = time.monotonic() + 10
    while locks.is_held("caf"):
        assert time.monotonic() < until, "the lock of a dead process is still held"
        time.sleep(0.05)
