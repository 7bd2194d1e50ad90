"""Keeps every published event as a line of the journal."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from emploi.foundation.actor import Actor
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.events import Event


def record(events: Sequence[Event], *, by: Actor, at: datetime, reason: str = "") -> None:
    """One insert for the whole batch."""
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
    return {name: _plain(value) for name, value in asdict(event).items() if name not in ("person_id", "entry_id")}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
