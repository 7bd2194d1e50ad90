"""What the models promise, the database holds: a migration that lets a unique index go would be silent otherwise."""

import pytest
from django.apps import apps
from django.db import connection


def promised() -> set[tuple[str, str]]:
    """The constraints and indexes every model of ours declares by name, with their table."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("emploi.") and model._meta.managed:
            named = [*model._meta.constraints, *model._meta.indexes]
            found |= {(model._meta.db_table, one.name) for one in named}
    return found


@pytest.mark.django_db
def test_every_constraint_and_index_of_a_model_stands_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'
               UNION SELECT relname, conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"""
        )
        held = set(cursor.fetchall())
    assert len(promised()) > 100
    assert promised() - held == set()
