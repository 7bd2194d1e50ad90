"""An entry found to be one with another gives it all that hangs on it: by a merge, or because a late file says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.actions.merges.moving import move_entry_rows, owners_of_entry_rows
from emploi.pathway.beneficiaries.events import EntryAbsorbed
from emploi.pathway.beneficiaries.hooks import make_room
from emploi.pathway.beneficiaries.models import Entry

_FOLLOWED = ("france_travail_followed", "france_travail_since")
_RECOMMENDED = ("france_travail_path", "france_travail_path_on")
_TOLD = ("france_travail_told_by", "france_travail_told_at")


def absorb_entries(found: Sequence[tuple[int, int, int]], *, by: Actor, at: datetime) -> list[int]:
    """Absorb duplicates given as (person, duplicate, entry that stays); return those whose rows could not follow."""
    if not found:
        return []
    entries = Entry.objects.in_bulk([entry_id for _, *pair in found for entry_id in pair])
    burdened = owners_of_entry_rows([duplicate for _, duplicate, _ in found])
    left = []
    for _, duplicate, staying in found:
        _take_over_what_was_told(entries[staying], entries[duplicate])
        if duplicate not in burdened:
            continue
        make_room(duplicate, staying, by, at)
        if not move_entry_rows(duplicate, staying):
            left.append(duplicate)
    absorbed = [
        EntryAbsorbed(person_id=person, entry_id=staying, absorbed_entry_id=duplicate)
        for person, duplicate, staying in found
    ]
    publish(absorbed, by=by, at=at)
    return left


def _take_over_what_was_told(staying: Entry, duplicate: Entry) -> None:
    """Fill what nobody had said of France Travail on the entry that stays; who had said the rest stays named."""
    had_told = staying.france_travail_followed is not None or bool(staying.france_travail_path)
    taken: list[str] = []
    if staying.france_travail_followed is None and duplicate.france_travail_followed is not None:
        taken += _FOLLOWED
    if not staying.france_travail_path and duplicate.france_travail_path:
        taken += _RECOMMENDED
    if not taken:
        return
    if not had_told:
        taken += _TOLD
    for name in taken:
        setattr(staying, name, getattr(duplicate, name))
    staying.save(update_fields=taken)
