"""What the `emploi` command does around Django's own."""

import sys

import pytest
from django.db import connections

from emploi.config import cli
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.pathway.orientation.actions import load_modalities
from emploi.pathway.orientation.models import Modality
from emploi.territory.rulebook import queries
from emploi.territory.rulebook.actions import load_shipped
from emploi.territory.rulebook.models import ParameterValue

pytestmark = pytest.mark.django_db
BY = Actor.system("Test")
NEW, LOCAL = "spreadsheet_lines_days", "first_interview_days"


def migrate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "start_embedded_database", lambda: None)
    # Django's console closes its connections on leaving: here, that would be the test's own.
    monkeypatch.setattr(connections, "close_all", lambda: None)
    monkeypatch.setattr(sys, "argv", ["emploi", "migrate", "--verbosity", "0"])
    cli.main()


def test_a_database_of_an_older_version_receives_the_rules_shipped_since(monkeypatch: pytest.MonkeyPatch) -> None:
    load_shipped(by=BY, at=clock.now())
    load_modalities(by=BY, at=clock.now())
    pathways = Modality.objects.count()
    with acting(BY):
        ParameterValue.objects.filter(slug=NEW).delete()
        ParameterValue.objects.filter(slug=LOCAL).update(is_local=True, value=3)
        Modality.objects.order_by("-pk").first().delete()  # type: ignore[union-attr]
    queries.stop_reading()
    with pytest.raises(queries.UnknownValue):
        queries.value(NEW, clock.today())
    migrate(monkeypatch)
    assert queries.value(NEW, clock.today())
    assert queries.value(LOCAL, clock.today()) == 3
    assert Modality.objects.count() == pathways
    before = set(ParameterValue.objects.values_list("pk", flat=True))
    migrate(monkeypatch)
    assert set(ParameterValue.objects.values_list("pk", flat=True)) == before


def test_an_empty_database_stays_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(monkeypatch)
    assert not ParameterValue.objects.exists()
    assert not Modality.objects.exists()
