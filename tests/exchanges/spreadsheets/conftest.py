"""An empty Département and spreadsheets of every format, made on the spot."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook

from emploi.exchanges.spreadsheets.engine.ledger import Report
from emploi.exchanges.spreadsheets.inbound import import_people
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.geography.models import Commune
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook.actions import load_shipped

BY = Actor.system("Import d’un tableur")
HEADER = ("Civilité", "Nom", "Prénom", "Date de naissance", "N° CAF", "Rôle", "Téléphone", "Courriel", "CP", "Ville")
CLAIRE = ("Mme", "Martin", "Claire", "02/08/1978", "0123456", "Demandeur", "06 39 98 12 34", "claire@exemple.fr",
          "99000", "Exempleville")  # fmt: skip
PAUL = ("M.", "Martin", "Paul", "05/11/1975", "0123456", "Conjoint", "0639981235", "", "99000", "Exempleville")
INES = ("Mme", "Benali", "Inès", "03/04/1990", "0654321", "Demandeur", "", "ines@exemple.fr", "99000", "Exempleville")
Rows = Sequence[Sequence[Any]]


def csv_bytes(rows: Rows, *, delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    """A CSV as French software writes it."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode(encoding)


def xlsx_bytes(rows: Rows, *, title: str = "Liste", before: dict[str, Rows] | None = None) -> bytes:
    """A workbook; `before` are sheets that come first."""
    book = Workbook()
    book.remove(book.active)
    for name, lines in {**(before or {}), title: rows}.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """A data folder of its own."""
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data" / "files"
    settings.DATA_DIR.mkdir()
    return tmp_path


@pytest.fixture
def office(db: None, folder: Path) -> Path:
    """The Département on its first morning."""
    load_shipped(by=BY, at=clock.now())
    with acting(BY):
        Commune.objects.get_or_create(
            code="99001",
            defaults={
                "name": "Exempleville",
                "name_sort": "exempleville",
                "department_code": "99",
                "postal_codes": ["99000"],
            },
        )
    return folder


@pytest.fixture
def load(office: Path) -> Callable[..., Report]:
    """Imports a file given as bytes or as rows."""

    def run(content: bytes | Rows, *, name: str = "liste.csv", **options: Any) -> Report:
        path = office / name
        path.write_bytes(content if isinstance(content, bytes) else csv_bytes(content))
        return import_people(path=path, by=options.pop("by", BY), at=clock.now(), **options)

    return run


@pytest.fixture
def sign_in(office: Path) -> Callable[[str], Client]:
    """A signed-in browser of a role."""

    def as_role(role: str) -> Client:
        with acting(BY):
            body, _ = Organization.objects.get_or_create(
                slug="departement", defaults={"name": "Département", "kind": "departement"}
            )
            agent = Agent.objects.create_user(f"{role}@exemple.test", first_name="Noé", last_name=role)
            Membership.objects.create(agent=agent, organization=body, role=role, started_on=clock.today())
        client = Client()
        client.force_login(agent)
        return client

    return as_role
