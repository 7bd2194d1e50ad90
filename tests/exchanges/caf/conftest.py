"""An empty Département ready to receive files: rules in force, one commune, its own data folder."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from emploi.exchanges.caf.engine.ledger import Report
from emploi.exchanges.caf.inbound import import_caf
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.geography.models import Commune
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook.actions import load_shipped
from tests.exchanges.caf.builder import written

BY = Actor.system("Import CAF")


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """A data folder of its own: archives, work copies and waiting files never meet those of another test."""
    settings.DATA_DIR = tmp_path / "data"
    settings.INBOX_DIR = tmp_path / "data" / "inbox"
    settings.MEDIA_ROOT = tmp_path / "data" / "files"
    settings.INBOX_DIR.mkdir(parents=True)
    return tmp_path


def prepare() -> None:
    """The rulebook and the commune where the people of the tests live."""
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


@pytest.fixture
def office(db: None, folder: Path) -> Path:
    """The Département on its first morning."""
    prepare()
    return folder


@pytest.fixture
def load(office: Path) -> Callable[..., Report]:
    """Imports a file given as bytes."""

    def run(content: bytes, *, received_on: date | None = None, dry_run: bool = False, name: str = "f.xml") -> Report:
        path = written(office, content, name)
        return import_caf(path=path, received_on=received_on, dry_run=dry_run, by=BY, at=clock.now())

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
