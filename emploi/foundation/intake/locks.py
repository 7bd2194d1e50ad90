"""One process at a time on one kind of file, and the means to know that it died: PostgreSQL's session locks."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from emploi.foundation.errors import DomainError

# First half of the key of our advisory locks; the second half is the kind's checksum.
SPACE = 0x1A7A


class Busy(DomainError):
    """Another process works on a file of that kind; it may be asked again later."""


@contextmanager
def alone(kind: str) -> Iterator[None]:
    """Holds the kind for this connection; a killed process lets it go. Raises Busy when another holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [SPACE, _number(kind)])
        if not cursor.fetchone()[0]:
            raise Busy("Un autre fichier de même nature est en cours de lecture. Attendez qu'il soit terminé.")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [SPACE, _number(kind)])


def is_held(kind: str) -> bool:
    """Whether some process works on that kind of file now; reads only."""
    query = """
        SELECT EXISTS (
            SELECT 1 FROM pg_locks
            WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND granted
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        )"""
    with connection.cursor() as cursor:
        cursor.execute(query, [SPACE, _number(kind)])
        return bool(cursor.fetchone()[0])


def _number(kind: str) -> int:
    return zlib.crc32(kind.encode()) & 0x7FFFFFFF
