"""Keeps every published event as a line of the journal."""

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection

from emploi.foundation.actor import Actor
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.events import Event

# From this many events on, COPY: an import publishes thousands of them.
BULK = 100
_COPY = """COPY audit_journalentry (event, payload, person_id, entry_id, actor_kind, actor_id, actor_label, reason, at)
    FROM STDIN"""

# Made once: `json.dumps` makes an encoder a call.
_in_json = json.JSONEncoder(ensure_ascii=False).encode


def record(events: Sequence[Event], *, by: Actor, at: datetime, reason: str = "") -> None:
    """One statement for the whole batch."""
    if len(events) >= BULK:
        _copy(events, by, at, reason)
        return
    JournalEntry.objects.bulk_create(
        [
            JournalEntry(
                event=event.slug(),
                payload=payload_of(event),
                person_id=event.person_id,
                entry_id=event.entry_id,
                actor_kind=by.kind,
                actor_id=by.id,
                actor_label=by.label,
                reason=reason,
                at=at,
            )
            for event in events
        ],
        batch_size=2000,
    )


def payload_of(event: Event) -> dict[str, Any]:
    """The event's own values, as kept in JSON; the person and the entry have their own columns."""
    return {name: _plain(getattr(event, name)) for name in _own_fields(type(event))}  # type: ignore[arg-type]  # a class is hashable


@lru_cache(maxsize=256)
def _own_fields(kind: type[Event]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in ("person_id", "entry_id"))


def _copy(events: Sequence[Event], by: Actor, at: datetime, reason: str) -> None:
    author = (by.kind, by.id, by.label, reason, at)
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for event in events:
            copy.write_row((event.slug(), _in_json(payload_of(event)), event.person_id, event.entry_id, *author))


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
