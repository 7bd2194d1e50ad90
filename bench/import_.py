"""Import: a monthly CAF file into an empty database, then the same again, beside a bare read and a COPY of its rows."""

import argparse
import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from lxml import etree

from bench import common
from emploi.exchanges.caf.engine import references
from emploi.exchanges.caf.inbound import import_caf
from emploi.foundation import clock
from emploi.foundation.actor import Actor

SIZES = (10_000, 100_000)
MONTH = "2026-10"
# What an import writes; the run itself and its archive are one row each.
TABLES_OF = ("beneficiaries_", "clocks_", "audit_journalentry", "caf_", "intake_row")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Size of the file, its month."""
    parser.add_argument("--size", type=int, nargs="+", default=list(SIZES), help="foyers (10 000 puis 100 000)")
    parser.add_argument("--month", default=MONTH, help="mois du fichier engendré")
    parser.add_argument("--file", default="", help="un fichier déjà là, à la place d'un fichier engendré")
    # One size measured alone, in a fresh process: memory is that of this size only.
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measures each size in a process of its own, then compares them."""
    if options.alone or options.file:
        return _measure(options.size[0], options.month, options.file)
    sizes = [_in_its_own_process(size, options.month) for size in options.size]
    smallest, largest = min(sizes, key=_size), max(sizes, key=_size)
    growth = largest["import_ms_per_household"] / smallest["import_ms_per_household"]
    return {"benchmark": "import", "machine": common.machine(), "sizes": sizes, "growth": round(growth, 3)}


def _size(measured: dict[str, Any]) -> int:
    return int(measured["households"])


def _in_its_own_process(size: int, month: str) -> dict[str, Any]:
    import json

    command = [
        sys.executable,
        "-m",
        "emploi",
        "bench",
        "import",
        "--alone",
        "--json",
        "--size",
        str(size),
        "--month",
        month,
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _measure(size: int, month: str, given: str) -> dict[str, Any]:
    by, at = Actor.system("bench import"), clock.now()
    common.empty_database()
    references.load_missing(by=by, at=at)
    with _file(size, month, given) as path:
        read_seconds = common.median_of(3, lambda: _bare_read(path))
        _settle()
        with common.timed() as first:
            report = import_caf(path=path, by=by, at=at)
        with common.timed() as again:
            second = import_caf(path=path, by=by, at=at)
        file_mb = path.stat().st_size / 1e6
    copy_seconds, rows = _bare_copy()
    bound = read_seconds + copy_seconds
    households = report.counters["households_read"]
    return {
        "households": households,
        "file_mb": round(file_mb, 1),
        "rows_written": rows,
        "read_seconds": round(read_seconds, 3),
        "copy_seconds": round(copy_seconds, 3),
        "bound_seconds": round(bound, 3),
        "import_seconds": round(first.seconds, 3),
        "ratio": round(first.seconds / bound, 2),
        "again_seconds": round(again.seconds, 3),
        "again_ratio": round(again.seconds / read_seconds, 2),
        "import_ms_per_household": round(first.seconds / households * 1000, 4),
        "again_unchanged": second.counters["households_unchanged"],
        "refused": report.counters["households_refused"],
        "peak_mb": round(max(report.peak_mb, second.peak_mb), 1),
    }


@contextmanager
def _file(size: int, month: str, given: str) -> Iterator[Path]:
    if given:
        yield Path(given)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rsabem.xml"
        # In a process of its own: its memory is not that of the import.
        command = [sys.executable, "-m", "emploi", "generate_caf", "--households", str(size), "--month", month]
        subprocess.run([*command, "--out", str(path)], stdout=subprocess.DEVNULL, check=True)
        yield path


def _bare_read(path: Path) -> int:
    """The bound of reading: lxml walks the file and touches the text of every leaf, and does nothing with it."""
    leaves = 0
    for _, dossier in etree.iterparse(str(path), events=("end",), tag="InfosFoyerRSA"):
        for node in dossier.iter():
            if node.text is not None:
                leaves += 1
        dossier.clear()
        while dossier.getprevious() is not None:
            del dossier.getparent()[0]
    return leaves


def _bare_copy() -> tuple[float, int]:
    """The bound of writing: COPY of the very rows the import wrote, into twins of their tables, indexes included."""
    total, rows = 0.0, 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        tables = [name for (name,) in cursor.fetchall() if name.startswith(TABLES_OF)]
        for table in tables:
            data = _copied_out(cursor, table)
            if not data:
                continue
            cursor.execute(f'CREATE TABLE bench_twin (LIKE "{table}" INCLUDING ALL)')
            with common.timed() as watch, cursor.copy("COPY bench_twin FROM STDIN") as copy:
                copy.write(data)
            rows += data.count(b"\n")
            total += watch.seconds
            cursor.execute("DROP TABLE bench_twin")
    return total, rows


def _copied_out(cursor: Any, table: str) -> bytes:
    buffer = io.BytesIO()
    with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        for piece in copy:
            buffer.write(piece)
    return buffer.getvalue()


def _settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
