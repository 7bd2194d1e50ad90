"""The benchmark of the import, kept alive on a tiny file."""

import argparse
import json
from pathlib import Path

import pytest

from bench import import_
from tests.exchanges.caf.builder import file_of, many, written

pytestmark = pytest.mark.django_db


def test_the_benchmark_measures_the_import_and_its_bounds(office: Path) -> None:
    parser = argparse.ArgumentParser()
    import_.add_arguments(parser)
    path = written(office, file_of(*many(20)))
    measured = import_.run(parser.parse_args(["--file", str(path)]))
    assert (measured["households"], measured["again_unchanged"], measured["refused"]) == (20, 20, 0)
    assert measured["bound_seconds"] == pytest.approx(measured["read_seconds"] + measured["copy_seconds"], abs=0.002)
    # Twenty households, persons, roles, rights, duties, addresses, entries, lines of the journal: all are in the bound.
    assert measured["rows_written"] >= 20 * 8
    assert json.dumps(measured)
