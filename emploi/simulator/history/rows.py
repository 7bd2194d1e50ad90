"""Rows in memory, written by COPY: columns a loader does not name take the model's own default."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

Row = tuple[Any, ...]


class Table:
    """The rows of one table of a chunk, and the identifiers still free."""

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        self.model, self.columns = model, tuple(columns)
        fields = {field.column: field for field in model._meta.concrete_fields}
        unknown = [name for name in columns if name not in fields]
        if unknown:
            raise LookupError(f"{model.__name__} has no column {', '.join(unknown)}")
        others = [field for name, field in fields.items() if name not in columns and _needs_value(field)]
        self._more_columns = tuple(field.column for field in others)
        self._more = tuple(_plain(field.get_default()) for field in others)
        self._next = 0
        self.rows: list[Row] = []

    def take_id(self) -> int:
        """The next identifier, kept for this loader by `reserve`."""
        self._next += 1
        return self._next

    def start(self) -> None:
        """Continues after what the table holds."""
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT COALESCE(MAX(id), 0) FROM "{self.model._meta.db_table}"')  # noqa: S608
            self._next = int(cursor.fetchone()[0])

    def add(self, *values: Any) -> None:
        """One row, in the order of the columns."""
        self.rows.append(values)

    def write(self) -> int:
        """Copies the rows of the chunk, then tells the sequence of identifiers."""
        if not self.rows:
            return 0
        table, columns = self.model._meta.db_table, ", ".join(f'"{c}"' for c in (*self.columns, *self._more_columns))
        more = self._more
        with connection.cursor() as cursor:
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                for row in self.rows:
                    copy.write_row(row + more)
            if "id" in self.columns:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, self._next])
        count = len(self.rows)
        self.rows.clear()
        return count


def as_json(value: Any) -> str:
    """A value for a JSON column."""
    return json.dumps(value, ensure_ascii=False)


def write_all(tables: Iterable[Table]) -> int:
    """Copies the tables in the order given, parents first."""
    return sum(table.write() for table in tables)


def _needs_value(field: models.Field[Any, Any]) -> bool:
    """Whether the database would refuse the row or fill it otherwise than the application does."""
    if field.primary_key or getattr(field, "generated", False) or field.has_db_default():
        return False
    return not field.null or field.has_default()


def _plain(value: Any) -> Any:
    return as_json(value) if isinstance(value, dict | list) else value
