"""Entries opened, closed and reopened by hand; those of a file go through `apply_households`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.enums import EntryKind
from emploi.pathway.beneficiaries.events import EntryClosed, EntryOpened, EntryReopened
from emploi.pathway.beneficiaries.models import Entry, Household, HouseholdRole, Person


@action
def open_entry(
    *, person_id: int, household_id: int, kind: str, on: date, by: Actor, at: datetime, reason: str = ""
) -> Entry:
    """Open an entry whose J0 is `on`; a person has one at most."""
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.died_on:
        raise DomainError("Cette personne est décédée : aucune entrée ne peut être ouverte.")
    if Entry.objects.open().filter(person=person).exists():
        raise DomainError("Cette personne est déjà dans le dispositif.")
    household = Household.objects.get(pk=household_id)
    previous = Entry.objects.filter(person=person).order_by("-closed_on").first()
    entry = Entry.objects.create(
        person=person,
        household=household,
        opened_on=on,
        kind=kind,
        previous=previous,
        claimed_on=household.claimed_on,
        right_origin_on=household.right_origin_on,
        duties_since_on=on,
        commune_id=household.commune_id,
        is_stock=kind == EntryKind.STOCK,
    )
    opened = EntryOpened(person_id=person_id, entry_id=entry.pk, opened_on=on, kind=kind)
    publish(opened, by=by, at=at, reason=reason)
    return entry


@action
def close_entries(*, entry_ids: Collection[int], reason: str, on: date, by: Actor, at: datetime, note: str = "") -> int:
    """Close entries that run, for a reason of the closed list; return how many."""
    running = list(
        Entry.objects.open().select_for_update(of=("self",)).filter(pk__in=entry_ids).values_list("pk", "person_id")
    )
    Entry.objects.filter(pk__in=[entry_id for entry_id, _ in running]).update(
        closed_on=on, closing_reason=reason, closed_known_on=at.date()
    )
    closed = [
        EntryClosed(person_id=person_id, entry_id=entry_id, closed_on=on, reason=str(reason))
        for entry_id, person_id in running
    ]
    publish(closed, by=by, at=at, reason=note)
    return len(closed)


@action
def reopen_entry(*, entry_id: int, on: date, by: Actor, at: datetime, reason: str = "") -> Entry:
    """Let a closed entry run again from a day: same J0, same orientation."""
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry_id)
    if entry.closed_on is None:
        raise DomainError("Cette entrée n’est pas close.")
    if Entry.objects.open().filter(person_id=entry.person_id).exists():
        raise DomainError("Cette personne a déjà une autre entrée en cours.")
    is_continuous = on <= entry.closed_on
    entry.interrupted_on, entry.reopened_on = entry.closed_on, on
    entry.closed_on, entry.closing_reason, entry.closed_known_on = None, "", None
    entry.save(update_fields=["closed_on", "closing_reason", "closed_known_on", "interrupted_on", "reopened_on"])
    reopened = EntryReopened(person_id=entry.person_id, entry_id=entry.pk, reopened_on=on, continuous=is_continuous)
    publish(reopened, by=by, at=at, reason=reason)
    return entry


@action
def enter(*, person_id: int, on: date, by: Actor, at: datetime, reason: str = "") -> Entry | None:
    """Open an entry in the person's household, unless one runs already: an agent has settled droits et devoirs."""
    if Entry.objects.open().filter(person_id=person_id).exists():
        return None
    role = HouseholdRole.objects.filter(person_id=person_id, ended_on__isnull=True).order_by("-id").first()
    if role is None:
        raise DomainError("Cette personne n’a pas de foyer : rattachez-la d’abord à un dossier.")
    kind = EntryKind.RETURN if Entry.objects.filter(person_id=person_id).exists() else EntryKind.FIRST
    return open_entry(
        person_id=person_id, household_id=role.household_id, kind=kind, on=on, by=by, at=at, reason=reason
    )
