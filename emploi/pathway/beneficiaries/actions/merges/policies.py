"""What a merge does with rows that two records cannot both hold: contacts, places in a dossier, entries, doubts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from emploi.foundation.actor import Actor
from emploi.pathway.beneficiaries.actions.entries import close_entries
from emploi.pathway.beneficiaries.enums import ClosingReason
from emploi.pathway.beneficiaries.models import Contact, Entry, HouseholdRole, ReviewItem
from emploi.pathway.beneficiaries.rules.merging import entry_to_keep, role_to_end

_SAME = "Même personne : les deux fiches sont réunies"
_TWICE = "Le même point est déjà sur la fiche gardée"


def settle_contacts(kept_id: int, absorbed_id: int) -> None:
    """What is known dead on one record is dead on both; the kept record chooses what is used first."""
    for owner, other in ((kept_id, absorbed_id), (absorbed_id, kept_id)):
        for dead in Contact.objects.filter(person=owner, is_dead=True):
            alive = Contact.objects.filter(person=other, kind=dead.kind, value=dead.value, is_dead=False)
            alive.update(is_dead=True, is_preferred=False, dead_reason=dead.dead_reason, dead_on=dead.dead_on)
    chosen = Contact.objects.filter(person=kept_id, kind=OuterRef("kind"), is_preferred=True)
    Contact.objects.filter(Exists(chosen), person=absorbed_id, is_preferred=True).update(is_preferred=False)


def settle_roles(kept_id: int, absorbed_id: int, at: datetime) -> None:
    """Somebody is once in a dossier: the other place ends on the day of the merge."""
    mine = {role.household_id: role for role in _active_roles(kept_id)}
    for role in _active_roles(absorbed_id):
        kept = mine.get(role.household_id)
        if kept is not None:
            ended = kept if role_to_end(kept.role, role.role) == "kept" else role
            HouseholdRole.objects.filter(pk=ended.pk).update(ended_on=at.date())


def settle_entries(
    kept_id: int, absorbed_id: int, *, by: Actor, at: datetime, reason: str
) -> tuple[int | None, int | None]:
    """Of two running entries the oldest J0 stays, the other is closed as a duplicate; return (kept, closed)."""
    running = list(Entry.objects.open().filter(person__in=[kept_id, absorbed_id]).values_list("opened_on", "pk"))
    if len(running) < 2:
        return None, None
    staying = entry_to_keep(running)
    began_on, closed = next(found for found in running if found[1] != staying)
    # A duplicate never was: it ends the day it began, so that no later return takes it for the last entry.
    close_entries(entry_ids=[closed], reason=ClosingReason.DUPLICATE, on=began_on, by=by, at=at, note=reason)
    return staying, closed


def settle_reviews(kept_id: int, absorbed_id: int, *, by: Actor, at: datetime) -> None:
    """The doubt about the two is answered; doubts about others follow the kept record, its memory with them."""
    pair = ReviewItem.objects.filter(person__in=[kept_id, absorbed_id], other__in=[kept_id, absorbed_id])
    _settle(pair, _SAME, by, at)
    between = list(pair.values_list("pk", flat=True))
    moved = ReviewItem.objects.filter(Q(person=absorbed_id) | Q(other=absorbed_id)).exclude(pk__in=between)
    for review in moved.order_by("pk"):
        person = kept_id if review.person_id == absorbed_id else review.person_id
        other = kept_id if review.other_id == absorbed_id else review.other_id
        key = _key(review, person, other)
        if review.settled_at is None and ReviewItem.objects.filter(key=key, settled_at=None).exists():
            _settle(ReviewItem.objects.filter(pk=review.pk), _TWICE, by, at)
        ReviewItem.objects.filter(pk=review.pk).update(person=person, other=other, key=key)


def stays_between(kept_id: int, absorbed_id: int) -> list[int]:
    """Return the doubts that name both records: they stay as they were written."""
    both = [kept_id, absorbed_id]
    return list(ReviewItem.objects.filter(person__in=both, other__in=both).values_list("pk", flat=True))


def _active_roles(person_id: int) -> QuerySet[HouseholdRole]:
    return HouseholdRole.objects.filter(person=person_id, ended_on__isnull=True).order_by("pk")


def _settle(reviews: QuerySet[ReviewItem], outcome: str, by: Actor, at: datetime) -> None:
    reviews.filter(settled_at=None).update(settled_at=at, settled_by=by.label, outcome=outcome)


def _key(review: ReviewItem, person: int, other: int | None) -> str:
    if other is not None:
        return f"{review.kind}:{min(person, other)}:{max(person, other)}"
    tail = f":{review.household_id}" if review.household_id else ""
    return f"{review.kind}:{person}{tail}"
