"""How people asked to be written to: the last word of each."""

from __future__ import annotations

from collections.abc import Collection

from emploi.pathway.beneficiaries.models import WritingWish


def wishes_of(person_ids: Collection[int]) -> dict[int, WritingWish]:
    """The last statement of each person who made one, in one query."""
    rows = WritingWish.objects.filter(person_id__in=person_ids).order_by("person_id", "-told_at", "-pk")
    return {wish.person_id: wish for wish in rows.distinct("person_id")}
