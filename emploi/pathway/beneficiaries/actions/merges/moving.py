"""Rows pass from one owner to another; whatever a unique constraint forbids stays where it is, and is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q

from emploi.pathway.beneficiaries.actions.merges.links import Link, entry_links, person_links, unique_together
from emploi.pathway.beneficiaries.hooks import stays_with_its_entry
from emploi.pathway.beneficiaries.models import Entry, ReviewItem


def move_person_rows(absorbed_id: int, kept_id: int, *, but: Sequence[int]) -> dict[str, list[Any]]:
    """Give every row of the absorbed person to the kept one; return those that stay, by « model.column ».

    `but` are the doubts that name both: they stay as they were written.
    """
    left: dict[str, list[Any]] = {}
    for link in person_links():
        staying = in_the_way(link, absorbed_id, kept_id)
        rows = link.model._base_manager.filter(**{link.field: absorbed_id})
        kept_back = [*staying, *but] if link.model is ReviewItem else staying
        rows.exclude(pk__in=kept_back).update(**{link.field: kept_id})
        if staying:
            left[f"{link.label}.{link.field}"] = staying
    return left


def move_entry_rows(duplicate_id: int, kept_id: int) -> bool:
    """Give what hangs on a duplicate entry to the kept one, all or nothing; return whether it moved.

    A decision, its interview and its appointment belong together: when one cannot move, none does.
    """
    links = _entry_links_that_move()
    if any(in_the_way(link, duplicate_id, kept_id) for link in links):
        return False
    for link in links:
        link.model._base_manager.filter(**{link.field: duplicate_id}).update(**{link.field: kept_id})
    return True


def owners_of_entry_rows(entry_ids: Sequence[int]) -> set[int]:
    """Return, among entries, those something that may move hangs on: one statement a table."""
    found: set[int] = set()
    for link in _entry_links_that_move():
        rows = link.model._base_manager.filter(**{f"{link.field}__in": list(entry_ids)})
        found.update(rows.order_by().values_list(link.column, flat=True).distinct())
    return found


def in_the_way(link: Link, from_id: int, to_id: int) -> list[Any]:
    """Return the rows of one owner that a unique constraint forbids beside those of another."""
    if link.model._meta.get_field(link.field).remote_field is None:
        return []
    forbidden: set[Any] = set()
    for others, condition in unique_together(link.model, link.field):
        manager = link.model._base_manager
        same = Q(**{name: OuterRef(name) for name in others})
        twin = manager.filter(condition, same, **{link.field: to_id})
        mine = manager.filter(condition, Exists(twin), **{link.field: from_id})
        forbidden.update(mine.values_list("pk", flat=True))
    return sorted(forbidden)


def _entry_links_that_move() -> list[Link]:
    return [link for link in entry_links() if not stays_with_its_entry(link.label) and link.model is not Entry]
