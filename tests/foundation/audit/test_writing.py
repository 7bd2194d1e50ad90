"""Nothing is written without an author, and nobody rewrites history."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.models import FieldChange, JournalEntry
from emploi.foundation.audit.writing import acting, action
from emploi.territory.geography.models import Grid

pytestmark = pytest.mark.django_db

OFFICE = Actor.system("essai")


def current_actor() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('emploi.actor', true)")
        return cursor.fetchone()[0] or ""


@action
def who_writes(*, by: Actor, at: datetime) -> str:
    return current_actor()


@action
def write_then_fail(*, by: Actor, at: datetime) -> None:
    Grid.objects.create(slug="essai", name="Essai", kind="social")
    raise RuntimeError("après l'écriture")


def test_the_database_knows_the_author_only_during_the_action() -> None:
    assert who_writes(by=Actor("agent", 12, "Alice"), at=clock.now()) == "agent:12"
    assert current_actor() == ""


def test_a_nested_action_gives_the_author_back() -> None:
    with acting(Actor("agent", 7, "Bruno")):
        assert who_writes(by=OFFICE, at=clock.now()) == "system:essai"
        assert current_actor() == "agent:7"


def test_an_action_without_author_or_moment_does_not_run() -> None:
    with pytest.raises(TypeError, match="by=Actor"):
        who_writes(at=clock.now())
    with pytest.raises(TypeError, match="at="):
        who_writes(by=OFFICE)


def test_an_action_runs_whole_or_not_at_all() -> None:
    with pytest.raises(RuntimeError):
        write_then_fail(by=OFFICE, at=clock.now())
    assert not Grid.objects.filter(slug="essai").exists()


def test_the_journal_can_only_grow() -> None:
    line = JournalEntry.objects.create(event="essai.Fait", actor_kind="system", actor_label="essai", at=clock.now())
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        JournalEntry.objects.filter(pk=line.pk).update(reason="réécrite")
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        JournalEntry.objects.filter(pk=line.pk).delete()


def test_the_history_of_values_can_only_grow() -> None:
    change = FieldChange.objects.create(table_name="t", row_id=1, column_name="c", old="a", new="b", actor="agent:1")
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        change.delete()
