"""The clocks hear only the beneficiaries: entries open, close and come back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from emploi.foundation.actor import Actor
from emploi.foundation.events import subscribe
from emploi.pathway.beneficiaries.entry_stories import EntryStory
from emploi.pathway.beneficiaries.events import (
    EntryAbsorbed,
    EntryClosed,
    EntryOpened,
    EntryReopened,
)
from emploi.pathway.beneficiaries.hooks import bind_to_entry, register_following
from emploi.pathway.clocks import actions

# A delay belongs to the entry it was promised to, even closed as a duplicate.
bind_to_entry("clocks.Deadline")


@subscribe(EntryOpened)
def start(events: Sequence[EntryOpened], *, by: Actor, at: datetime) -> None:
    """Start the promises of new entries; the stock has none, so it is not even read."""
    entry_ids = [event.entry_id for event in events if event.entry_id is not None and event.kind != "stock"]
    if entry_ids:
        actions.start_deadlines(entry_ids=entry_ids, by=by, at=at)


@register_following
def follow(stories: Sequence[EntryStory], by: Actor, at: datetime) -> None:
    """Bring the delays of entries a late file tells again to their whole story."""
    actions.retell_deadlines(stories=stories, by=by, at=at)


@subscribe(EntryClosed)
def close(events: Sequence[EntryClosed], *, by: Actor, at: datetime) -> None:
    """Void what closed entries no longer run against."""
    exits = [(event.entry_id, event.closed_on, event.reason) for event in events if event.entry_id is not None]
    actions.close_deadlines(exits=exits, by=by, at=at)


@subscribe(EntryReopened)
def reopen(events: Sequence[EntryReopened], *, by: Actor, at: datetime) -> None:
    """Let the delays of returning entries run again."""
    by_return: dict[tuple[date, bool], list[int]] = defaultdict(list)
    for event in events:
        if event.entry_id is not None:
            by_return[(event.reopened_on, event.continuous)].append(event.entry_id)
    for (on, continuous), entry_ids in by_return.items():
        actions.reopen_deadlines(entry_ids=entry_ids, on=on, continuous=continuous, by=by, at=at)


@subscribe(EntryAbsorbed)
def carry_over(events: Sequence[EntryAbsorbed], *, by: Actor, at: datetime) -> None:
    """Let what a duplicate entry had held count for the entry that stays."""
    for event in events:
        if event.entry_id is not None:
            actions.carry_over(from_entry_id=event.absorbed_entry_id, to_entry_id=event.entry_id, by=by, at=at)
