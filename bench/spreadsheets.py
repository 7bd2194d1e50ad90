"""Spreadsheets: a XLSX of N people staged, recorded, read again, beside a bare read and COPY of its cells."""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from django.db import connection
from openpyxl import Workbook, load_workbook

from bench import common
from emploi.exchanges.spreadsheets import inbound
from emploi.exchanges.spreadsheets.engine.inspecting import confirm_columns
from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.intake import actions
from emploi.territory.geography.actions import load_geography
from emploi.territory.rulebook.actions import load_shipped

SIZE = 10_000
STAGED_MAX, APPLIED_MAX = 30, 180
HEADER = (
    "Civilité", "Nom", "Prénom", "Nom de naissance", "Date de naissance", "N° CAF", "N° demande RSA", "Rôle",
    "Téléphone", "Courriel", "Adresse", "CP", "Ville", "Id Iodas", "Droits et devoirs",
)  # fmt: skip
SYLLABLES = ("ba", "co", "du", "fe", "gi", "lo", "ma", "ne", "pi", "ra", "so", "tu")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Number of lines."""
    parser.add_argument("--rows", type=int, default=SIZE, help="lignes du classeur (10 000)")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measures each step on a workbook made on the spot."""
    by, at = Actor.system("bench spreadsheets"), clock.now()
    common.empty_database()
    load_shipped(by=by, at=at)
    load_geography(by=by, at=at)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "liste.xlsx"
        _write(path, options.rows)
        size = path.stat().st_size
        with common.worked() as bound:
            read, copied, cells = _bound(path)
        before = common.peak_mb()
        with common.worked() as staged:
            found = _stage(path, by, at)
        with common.worked() as applied:
            actions.queue(run=found, by=by, at=at)
            report = inbound.apply_run(run=found, by=by, at=at)
        with common.worked() as again:
            second = inbound.import_people(path=path, by=by, at=at)
    return {
        "benchmark": "spreadsheets",
        "machine": common.machine(),
        "rows": report.counters.get("rows", 0),
        "cells": cells,
        "file_bytes": size,
        "created": report.counters.get("created", 0),
        "refused": report.counters.get("refused", 0),
        "again_unchanged": second.counters.get("unchanged", 0),
        "read_seconds": round(read, 3),
        "copy_seconds": round(copied, 3),
        "bound": bound.told(),
        "staged": staged.told(),
        "staged_aim_seconds": STAGED_MAX,
        "applied": applied.told(),
        "applied_aim_seconds": APPLIED_MAX,
        "again": again.told(),
        "ratio": round((staged.seconds + applied.seconds) / (read + copied), 1),
        "cpu_ratio": round((staged.cpu + applied.cpu) / max(bound.cpu, 0.001), 1),
        "memory_growth_mb": round(common.peak_mb() - before, 1),
        "peak_mb": common.peak_mb(),
    }


def _bound(path: Path) -> tuple[float, float, int]:
    """What nobody can go under: the cells read by openpyxl, then written as they are by COPY; and how many they are."""
    with common.timed() as read:
        sheet = load_workbook(path, read_only=True).worksheets[0]
        rows = [tuple("" if cell is None else str(cell) for cell in row) for row in sheet.iter_rows(values_only=True)]
    columns = [f"c{n}" for n in range(len(HEADER))]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE bench_bare ({', '.join(f'{name} text' for name in columns)})")
        with common.timed() as copied, cursor.copy("COPY bench_bare FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("DROP TABLE bench_bare")
    return read.seconds, copied.seconds, sum(1 for row in rows for cell in row if cell)


def _stage(path: Path, by: Actor, at: Any) -> Any:
    with path.open("rb") as content:
        found = inbound.receive(file_name=path.name, content=content, received_on=at.date(), by=by, at=at)
    sheet = SheetFile.objects.get(run=found)
    confirm_columns(sheet=sheet, columns=sheet.columns, by=by, at=at)
    inbound.preview_run(run=found, by=by, at=at)
    found.refresh_from_db()
    return found


def _write(path: Path, size: int) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Bénéficiaires")
    sheet.append(HEADER)
    for number in range(size):
        sheet.append(_line(number))
    book.save(path)


def _line(number: int) -> list[Any]:
    """Couples two by two, every name its own."""
    home, spouse = divmod(number, 2)
    last, first = _name(home, 4).title(), _name(number * 7 + 3, 3).title()
    born = f"{1 + number % 28:02d}/{1 + number % 12:02d}/{1960 + number % 45}"
    return [
        "Mme" if spouse else "M.", last, first, _name(home * 5 + 1, 3).title() if spouse else "", born,
        1_000_000 + home, f"{70_000_000 + home:011d}", "Conjoint" if spouse else "Demandeur",
        f"06399{number % 99999:05d}",
        f"{first}.{number}@exemple.fr".lower(), f"{1 + home % 90} rue des Lilas", 26000, "Valence", f"IOD{number}",
        "oui" if number % 10 == 0 else "",
    ]  # fmt: skip


def _name(number: int, syllables: int) -> str:
    parts = []
    for _ in range(syllables):
        number, part = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[part])
    return "".join(parts)
