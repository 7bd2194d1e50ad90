"""Bulk writes: COPY for new rows, one UPDATE … FROM unnest for changed ones. Never one statement a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows by COPY; columns left out take the database's default."""
    if isinstance(rows, Sequence) and not rows:
        return
    statement = f'COPY "{model._meta.db_table}" ({", ".join(columns)}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Reserve identifiers in one statement, so that rows can refer to one another before they exist."""
    if not count:
        return []
    sequence = f"{model._meta.db_table}_id_seq"
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
        return [row[0] for row in cursor.fetchall()]


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Change rows given as (id, value of each column…) in one statement."""
    if not rows:
        return
    types = [_sql_type(model, column) for column in ("id", *columns)]
    arrays = ", ".join(f"%s::{sql_type}[]" for sql_type in types)
    changes = ", ".join(f"{column} = v.{column}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{model._meta.db_table}" AS t SET {changes} '  # noqa: S608 - names come from the models
            f"FROM unnest({arrays}) AS v(id, {', '.join(columns)}) WHERE t.id = v.id",
            [list(values) for values in zip(*rows, strict=True)],
        )


def read(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run one SELECT and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def distinct(values: Iterable[Any]) -> list[Any]:
    """Return the values once each, empty ones left out, in a stable order."""
    return list(dict.fromkeys(value for value in values if value))


def _sql_type(model: type[models.Model], column: str) -> str:
    field = model._meta.pk if column == "id" else next(f for f in model._meta.fields if f.column == column)
    sql_type = field.rel_db_type(connection) if column == "id" else field.db_type(connection)
    return str(sql_type).split("(")[0]
