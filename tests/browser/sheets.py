"""Spreadsheets as people keep them: a logo line above the titles, dates of every shape, phones that lost their zero."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook

from tests.browser.conftest import Service

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ADULTS = ("Demandeur", "Conjoint")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
          "novembre", "décembre")  # fmt: skip


@dataclass(frozen=True)
class Known:
    """Somebody of the demonstration, as the product's own export says it."""

    last_name: str
    first_name: str
    birth_date: date
    payer_number: str
    claimed_on: str

    @property
    def in_words(self) -> str:
        """Her date of birth as an assistant types it: « 3 mars 1984 »."""
        return f"{self.birth_date.day} {MONTHS[self.birth_date.month - 1]} {self.birth_date.year}"


def known_people(service: Service) -> list[Known]:
    """Adults with a whole birth date and a number, whose name nobody else bears, in the order of the export."""
    path = service.data / "personnes.csv"
    if not path.exists():
        service.command("export_people", "--out", str(path))
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    bearers = Counter(row["Nom"] for row in rows)
    return [
        Known(
            row["Nom"],
            row["Prénom"],
            date.fromisoformat(row["Date de naissance"]),
            row["Numéro allocataire"],
            row["Date de la demande"],
        )
        for row in rows
        if is_whole(row["Date de naissance"])
        and row["Rôle"] in ADULTS
        and row["Numéro allocataire"]
        and bearers[row["Nom"]] == 1
    ]


def is_whole(born: str) -> bool:
    """A date whose day and month are known: partial ones are written with zeros or cut."""
    parts = born.split("-")
    return len(parts) == len(("year", "month", "day")) and "00" not in parts


def workbook(title: str, rows: list[list[Any]], *, above: tuple[str, ...] = ()) -> bytes:
    """One sheet with lines above its titles, as a service's own file."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for line in above:
        sheet.append([line])
    for row in rows:
        sheet.append([datetime(cell.year, cell.month, cell.day) if isinstance(cell, date) else cell for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
