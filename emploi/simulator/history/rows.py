"""Rows in memory, written by COPY: columns a loader does not name take the model's own default."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pgtrigger
from django.db import connection, models

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.simulator.history.parallel import WHOLE, Share

Row = tuple[Any, ...]
COUNTER = "appointments.Appointment:count_seats"
_COUNT = """
    UPDATE appointments_slot AS slot SET booked = taken.count
      FROM (SELECT slot_id, count(*) AS count FROM appointments_appointment
             WHERE status IN ('planned', 'held', 'absent', 'excused') GROUP BY slot_id) AS taken
     WHERE taken.slot_id = slot.id AND slot.booked <> taken.count"""


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
        self._next, self._step = 0, 1
        self.rows: list[Row] = []

    def take_id(self) -> int:
        """The next identifier; two shares of a load never take the same one."""
        self._next += self._step
        return self._next

    def start(self, share: Share = WHOLE) -> None:
        """Continues after what the table holds."""
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT COALESCE(MAX(id), 0) FROM "{self.model._meta.db_table}"')  # noqa: S608
            self._step = share.of
            self._next = int(cursor.fetchone()[0]) + 1 + share.number - share.of

    def settle_ids(self) -> None:
        """Tells the sequence of identifiers where the table stands."""
        table = self.model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence(%s, 'id'), MAX(id)) FROM \"{table}\"", [table])  # noqa: S608

    def add(self, *values: Any) -> None:
        """One row, in the order of the columns."""
        self.rows.append(values)

    def write(self) -> int:
        """Copies the rows of the chunk."""
        if not self.rows:
            return 0
        table, columns = self.model._meta.db_table, ", ".join(f'"{c}"' for c in (*self.columns, *self._more_columns))
        more = self._more
        with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
            for row in self.rows:
                copy.write_row(row + more)
        count = len(self.rows)
        self.rows.clear()
        return count


def as_json(value: Any) -> str:
    """A value for a JSON column."""
    return json.dumps(value, ensure_ascii=False)


@contextmanager
def bulk(by: Actor, *, trusted: bool) -> Iterator[None]:
    """A transaction for copied rows, signed; `trusted` rows were made whole together: their keys are not checked again.

    Tests never trust: the same rows go through every key and every trigger.
    """
    with acting(by), connection.cursor() as cursor:
        if trusted:
            cursor.execute("SET LOCAL session_replication_role = replica")
        # Seats taken are counted once for all at the end (count_seats), not row by row. Local to the transaction.
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [_ignored()])
        yield


def count_seats(by: Actor) -> None:
    """Makes `booked` of every slot equal to its active appointments."""
    with acting(by), connection.cursor() as cursor:
        cursor.execute(_COUNT)


def may_trust() -> bool:
    """Whether the server lets this user skip the checks of copied rows: its owner, on an embedded server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        row = cursor.fetchone()
    return bool(row and row[0])


def write_all(tables: Iterable[Table]) -> int:
    """Copies the tables in the order given, parents first."""
    return sum(table.write() for table in tables)


def _ignored() -> str:
    """The counter of seats, named as its own function recognises it."""
    model, trigger = pgtrigger.registered(COUNTER)[0]
    return f"{{{model._meta.db_table}:{trigger.get_pgid(model)}}}"


def _needs_value(field: models.Field[Any, Any]) -> bool:
    """Whether the database would refuse the row or fill it otherwise than the application does."""
    if field.primary_key or getattr(field, "generated", False) or field.has_db_default():
        return False
    return not field.null or field.has_default()


def _plain(value: Any) -> Any:
    return as_json(value) if isinstance(value, dict | list) else value
