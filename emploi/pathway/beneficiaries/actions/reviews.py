"""A human answers what the machine asked to check."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.actions.entries import close_entries, enter
from emploi.pathway.beneficiaries.actions.persons import correct_person
from emploi.pathway.beneficiaries.enums import ClosingReason, ReviewKind, SnapshotSource
from emploi.pathway.beneficiaries.events import DutiesSettled, ReviewSettled
from emploi.pathway.beneficiaries.models import DutyState, Entry, Household, HouseholdRole, Person, ReviewItem
from emploi.pathway.beneficiaries.rules.scope import has_right


@action
def settle_review(*, review_id: int, outcome: str, by: Actor, at: datetime) -> ReviewItem:
    """Settle a point to check with the answer of a named person; « not the same person » is never asked again."""
    review = _open_review(review_id)
    if not outcome.strip():
        raise DomainError("Indiquez ce que vous avez constaté.", field="outcome")
    _settle(review, outcome.strip(), by, at)
    return review


@action
def settle_duties(*, review_id: int, subject: bool, by: Actor, at: datetime) -> ReviewItem:
    """Answer whether a person is subject to rights and duties; yes opens the entry that day when the right is open."""
    review = _open_review(review_id)
    if review.kind != ReviewKind.DUTIES_UNKNOWN or review.household_id is None:
        raise DomainError("Ce point ne porte pas sur les droits et devoirs.")
    role = HouseholdRole.objects.filter(
        person=review.person_id, household=review.household_id, ended_on__isnull=True
    ).first()
    if role is None:
        raise DomainError("Cette personne n’est plus dans ce dossier.")
    role.subject_to_duties = subject
    role.save(update_fields=["subject_to_duties"])
    DutyState.objects.create(
        person_id=role.person_id,
        household_id=role.household_id,
        role=role.role,
        reference_on=at.date(),
        received_on=at.date(),
        source=SnapshotSource.MANUAL,
        subject=subject,
    )
    publish(DutiesSettled(person_id=role.person_id, subject=subject), by=by, at=at)
    _follow_answer(role, subject, by, at)
    _settle(review, "Droits et devoirs : oui" if subject else "Droits et devoirs : non", by, at)
    return review


@action
def settle_identity(*, review_id: int, keep: bool, by: Actor, at: datetime) -> ReviewItem:
    """Keep what an agent corrected, or take back what the payer says, which its files may change again."""
    review = _open_review(review_id)
    if review.kind != ReviewKind.IDENTITY_DIFFERS:
        raise DomainError("Ce point ne porte pas sur l’identité.")
    if not keep:
        said = payer_says(review)
        correct_person(person_id=review.person_id, values=said, by=by, at=at)
        person = Person.objects.select_for_update().get(pk=review.person_id)
        person.corrected_fields = [name for name in person.corrected_fields if name not in said]
        person.save(update_fields=["corrected_fields"])
    _settle(review, "Notre valeur est gardée" if keep else "La valeur de la caisse est reprise", by, at)
    return review


def payer_says(review: ReviewItem) -> dict[str, Any]:
    """Return what the payer says otherwise, by field."""
    said: dict[str, Any] = json.loads(review.detail)
    if "birth_date" in said:
        said["birth_date"] = date.fromisoformat(said["birth_date"])
    return said


def _follow_answer(role: HouseholdRole, subject: bool, by: Actor, at: datetime) -> None:
    household = Household.objects.get(pk=role.household_id)
    if subject and has_right(household.state, household.motive):
        enter(person_id=role.person_id, on=at.date(), by=by, at=at)
    elif not subject:
        running = Entry.objects.open().filter(person=role.person_id, household=role.household_id)
        ids = list(running.values_list("pk", flat=True))
        close_entries(entry_ids=ids, reason=ClosingReason.DUTIES_ENDED, on=at.date(), by=by, at=at)


def _open_review(review_id: int) -> ReviewItem:
    review = ReviewItem.objects.select_for_update(of=("self",)).get(pk=review_id)
    if review.settled_at is not None:
        raise DomainError(f"Ce point a déjà été réglé par {review.settled_by}.")
    return review


def _settle(review: ReviewItem, outcome: str, by: Actor, at: datetime) -> None:
    review.settled_at, review.settled_by, review.outcome = at, by.label, outcome[:200]
    review.save(update_fields=["settled_at", "settled_by", "outcome"])
    settled = ReviewSettled(person_id=review.person_id, review_id=review.pk, review_kind=review.kind)
    publish(settled, by=by, at=at, reason=outcome)
