"""Whoever says who is who in bulk (a file, a spreadsheet, a merge) does it alone: the others wait for the end of it."""

from __future__ import annotations

from django.db import connection

_IDENTITIES = 810_801


def hold_identities() -> None:
    """Wait for our turn to recognise people, and keep it until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IDENTITIES])
