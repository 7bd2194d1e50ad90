"""Every benchmark runs, at a tiny size: a measure nobody can repeat is no measure (the import's is in exchanges)."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from emploi.config.management.commands.bench import MODULES
from tests.architecture.house import ROOT

TINY: dict[str, list[str]] = {
    "pages": ["--sizes", "40", "--repeat", "2"],
    "slots": [
        *("--agents", "3", "--months", "1", "--searches", "4"),
        *("--clients", "6", "--slots", "3", "--connections", "3"),
    ],
    "indicators": ["--size", "60", "--repeat", "1"],
    "messages": ["--count", "20", "--workers", "2"],
    "demo": ["--size", "20"],
}
# The command as people type it, five times in one process: each start costs more than these measures.
ONE_AFTER_ANOTHER = """
import json, sys
from emploi.config.cli import main
for words in json.loads(sys.argv[1]):
    sys.argv = ["emploi", "bench", words[0], "--json", *words[1:]]
    main()
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each benchmark says, on a small database of its own."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    environment = {**kept, "EMPLOI_BENCH_DIR": str(tmp_path_factory.mktemp("bench")), "EMPLOI_NOW": "2026-11-23T09:00"}
    done = subprocess.run(
        [sys.executable, "-c", ONE_AFTER_ANOTHER, json.dumps([[name, *words] for name, words in TINY.items()])],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return {said["benchmark"]: said for said in map(json.loads, done.stdout.splitlines())}


def test_no_benchmark_is_forgotten() -> None:
    # Those two are kept alive by the tests of what they measure.
    assert {"import", "spreadsheets", *TINY} == MODULES.keys()


def test_each_says_its_figures_and_its_machine(measured: dict[str, Any]) -> None:
    assert measured.keys() == TINY.keys()
    assert all(said["machine"]["cores"] >= 1 and said["peak_mb"] > 0 for said in measured.values())
    assert all(page["p95_ms"] > 0 for page in measured["pages"]["sizes"]["40"].values())
    assert measured["demo"]["bound_rows"] > 0


def test_nobody_sits_twice_and_nothing_is_sent_twice(measured: dict[str, Any]) -> None:
    """The two benchmarks that also prove something prove it at any size."""
    race = measured["slots"]["race"]
    assert (race["booked"], race["told_at_once"], race["other"], race["double_bookings"]) == (3, 3, 0, 0)
    assert [(one["twice"], one["lost"]) for one in measured["messages"]["workers"].values()] == [(0, 0)]
