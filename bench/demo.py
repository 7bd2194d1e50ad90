"""Demo: the whole demonstration loaded on an empty database, stage by stage, beside a bare COPY of the same rows."""

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.test.utils import override_settings

from bench import common
from emploi.foundation import clock
from emploi.simulator.demo.running import prepare

SIZE = 10_690
AIM_SECONDS = 120
# The tables the history fills, parents first; the bound copies their rows out and in again, keys unchecked.
HISTORY = ("beneficiaries_", "clocks_", "appointments_", "orientation_", "messaging_message", "audit_journalentry")
SKIPPED = ("appointments_kind", "orientation_modality")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Size of the demonstration."""
    parser.add_argument("--size", type=int, default=SIZE, help=f"foyers ({SIZE})")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Loads once, then measures how fast the same rows can be copied at all."""
    common.empty_database()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with override_settings(DATA_DIR=folder, INBOX_DIR=folder / "inbox"), common.timed() as first:
            prepared = prepare(options.size, clock.now(), lambda *_: None)
        with override_settings(DATA_DIR=folder, INBOX_DIR=folder / "inbox"), common.timed() as second:
            prepare(options.size, clock.now(), lambda *_: None)
        rows, bound = _copy_again(folder)
    return {
        "benchmark": "demo",
        "machine": common.machine(),
        "load_average": [round(load, 1) for load in os.getloadavg()],
        "households": options.size,
        "rows": prepared.rows,
        "seconds": round(first.seconds, 1),
        "stages": prepared.stages,
        "second_start_seconds": round(second.seconds, 2),
        "bound_rows": rows,
        "bound_seconds": round(bound, 1),
        "ratio": round(first.seconds / bound, 1),
        "aim_seconds": AIM_SECONDS,
        "within_aim": first.seconds < AIM_SECONDS,
        "peak_mb": common.peak_mb(),
    }


def _copy_again(folder: Path) -> tuple[int, float]:
    """COPY out to files, TRUNCATE, COPY in: what the server alone needs for these rows."""
    total = 0
    with transaction.atomic(), connection.cursor() as cursor:
        names = [n for n in connection.introspection.table_names(cursor) if n.startswith(HISTORY) and n not in SKIPPED]
        for name in names:
            _copy_out(cursor, name, folder / name)
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(names)} CASCADE")
        with common.timed() as watch:
            for name in names:
                total += _copy_in(cursor, name, folder / name)
        transaction.set_rollback(True)
    return total, watch.seconds


def _copy_out(cursor: Any, name: str, path: Path) -> None:
    with path.open("wb") as out, cursor.copy(f'COPY "{name}" TO STDOUT (FORMAT binary)') as copy:
        out.writelines(copy)


def _copy_in(cursor: Any, name: str, path: Path) -> int:
    with path.open("rb") as content, cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT binary)') as copy:
        while piece := content.read(1 << 16):
            copy.write(piece)
    cursor.execute(f'SELECT count(*) FROM "{name}"')
    return int(cursor.fetchone()[0])
