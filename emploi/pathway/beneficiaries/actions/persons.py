"""A person by hand: created, corrected, dead; what a file says later completes it, never the reverse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.actions.addresses import type_address
from emploi.pathway.beneficiaries.actions.contacts import add_contact
from emploi.pathway.beneficiaries.actions.entries import close_entries, open_entry
from emploi.pathway.beneficiaries.actions.naming import INDEXED, SAID_BY_BOTH, index_names
from emploi.pathway.beneficiaries.enums import (
    ClosingReason,
    ContactKind,
    EntryKind,
    Payer,
    Precision,
    ReviewKind,
    RightStatus,
    SnapshotSource,
    Source,
)
from emploi.pathway.beneficiaries.events import PersonCorrected, PersonCreated, PersonDied
from emploi.pathway.beneficiaries.facts import TypedAddress, TypedPerson
from emploi.pathway.beneficiaries.models import DutyState, Entry, Household, HouseholdRole, Person, ReviewItem
from emploi.pathway.beneficiaries.queries.duplicates import exact_matches
from emploi.pathway.beneficiaries.rules.identity import nir13, nir_agrees

_CORRECTABLE = (
    "title",
    "last_name",
    "birth_name",
    "first_name",
    "birth_date",
    "france_travail_number",
    "local_number",
    "interpreter_language",
    "under_guardianship",
    "confidential_address",
)


@action
def create_person(*, typed: TypedPerson, not_the_same_as: Sequence[int] = (), by: Actor, at: datetime) -> Person:
    """Create a person with a household, a contact and, when subject to rights and duties, an entry (kind manual).

    Refused when somebody already bears this NIR, or the same names and birth date unless the agent has said that it
    is not the same person (`not_the_same_as`, remembered).
    """
    _check(typed, not_the_same_as)
    person = _person(typed)
    _remember_differences(person, not_the_same_as, by, at)
    household = _household(typed)
    HouseholdRole.objects.create(
        person=person, household=household, role=typed.role, started_on=at.date(), subject_to_duties=typed.subject
    )
    _record_duty(person, household, typed, at)
    publish(PersonCreated(person_id=person.pk), by=by, at=at)
    if typed.phone:
        add_contact(person_id=person.pk, kind=ContactKind.PHONE, value=typed.phone, source=Source.TYPED, by=by, at=at)
    if typed.email:
        add_contact(person_id=person.pk, kind=ContactKind.EMAIL, value=typed.email, source=Source.TYPED, by=by, at=at)
    if typed.address != TypedAddress():
        type_address(household_id=household.pk, address=typed.address, by=by, at=at)
    if typed.subject:
        open_entry(person_id=person.pk, household_id=household.pk, kind=EntryKind.MANUAL, on=at.date(), by=by, at=at)
    return person


@action
def correct_person(*, person_id: int, values: Mapping[str, Any], by: Actor, at: datetime) -> Person:
    """Correct what describes a person; names and numbers keep their history in the database."""
    person = Person.objects.select_for_update().get(pk=person_id)
    changed = [name for name in _CORRECTABLE if name in values and getattr(person, name) != values[name]]
    if not changed:
        return person
    for name in changed:
        setattr(person, name, values[name])
    if "birth_date" in changed:
        person.birth_date_precision = Precision.FULL
    corrected = [name for name in changed if name in SAID_BY_BOTH]
    person.corrected_fields = sorted({*person.corrected_fields, *corrected})
    index_names(person, searchable=person.search_text != "")
    derived = ("birth_date_precision", "corrected_fields", *INDEXED)
    person.save(update_fields=[*changed, *derived])
    publish(PersonCorrected(person_id=person_id, fields=", ".join(changed)), by=by, at=at)
    return person


@action
def record_death(*, person_id: int, on: date, by: Actor, at: datetime, reason: str = "") -> Person:
    """Note the death of a person and close what runs."""
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.birth_date and on < person.birth_date:
        raise DomainError("La date du décès est avant la date de naissance.", field="died_on")
    if on > at.date():
        raise DomainError("La date du décès est dans le futur.", field="died_on")
    person.died_on = on
    person.save(update_fields=["died_on"])
    publish(PersonDied(person_id=person_id, died_on=on), by=by, at=at, reason=reason)
    running = list(Entry.objects.open().filter(person_id=person_id).values_list("pk", flat=True))
    close_entries(entry_ids=running, reason=ClosingReason.DEATH, on=on, by=by, at=at)
    return person


def _check(typed: TypedPerson, not_the_same_as: Sequence[int]) -> None:
    if not typed.last_name.strip() or not typed.first_name.strip():
        raise DomainError("Indiquez le nom et le prénom.", field="last_name")
    birth_year = typed.birth_date.year if typed.birth_date else None
    if not nir_agrees(typed.nir13, sex=typed.sex, birth_year=birth_year):
        raise DomainError(
            "Ce numéro de sécurité sociale ne correspond pas au sexe ou à l’année de naissance.", field="nir"
        )
    matches = [match for match in exact_matches(typed) if match.same_nir or match.person_id not in not_the_same_as]
    if any(match.same_nir for match in matches):
        raise DomainError("Une personne avec ce numéro de sécurité sociale existe déjà.", field="nir")
    if matches:
        raise DomainError("Une personne avec le même nom et la même date de naissance existe déjà.")


def _person(typed: TypedPerson) -> Person:
    person = Person(
        title=typed.title,
        last_name=typed.last_name.strip(),
        birth_name=typed.birth_name.strip(),
        first_name=typed.first_name.strip(),
        birth_date=typed.birth_date,
        birth_date_precision=typed.birth_date_precision,
        sex=typed.sex,
        nir_hash=nir.fingerprint(typed.nir13),
        nir_encrypted=nir.encrypt(typed.nir13),
        # Typed by an agent, not certified by the payer: recognises with the birth date, never alone.
        nir_valid=False,
        france_travail_number=typed.france_travail_number,
        local_number=typed.local_number,
        interpreter_language=typed.interpreter_language,
        is_manual=True,
    )
    index_names(person, searchable=True)
    person.save()
    return person


def _household(typed: TypedPerson) -> Household:
    """The household of the claim number typed, or a new one that the payer's file will meet by this number."""
    if typed.claim_number:
        known = Household.objects.filter(claim_number=typed.claim_number).first()
        if known is not None:
            return known
    is_msa = typed.payer == Payer.MSA
    return Household.objects.create(
        claim_number=typed.claim_number or None,
        payer=typed.payer,
        payer_number="" if is_msa else typed.payer_number,
        payer_number_hash=nir.fingerprint(nir13(typed.payer_number)) if is_msa else "",
        claimed_on=typed.claimed_on,
        state=RightStatus.MANUAL,
    )


def _record_duty(person: Person, household: Household, typed: TypedPerson, at: datetime) -> None:
    DutyState.objects.create(
        person=person,
        household=household,
        role=typed.role,
        reference_on=at.date(),
        received_on=at.date(),
        source=SnapshotSource.MANUAL,
        subject=typed.subject,
    )


def _remember_differences(person: Person, others: Sequence[int], by: Actor, at: datetime) -> None:
    """« Not the same person » is kept, so that nobody is asked again."""
    ReviewItem.objects.bulk_create(
        ReviewItem(
            person=person,
            other_id=other,
            kind=ReviewKind.NAME_SIMILARITY,
            key=f"{ReviewKind.NAME_SIMILARITY}:{min(person.pk, other)}:{max(person.pk, other)}",
            created_at=at,
            settled_at=at,
            settled_by=by.label,
            outcome="Ce n’est pas la même personne",
        )
        for other in dict.fromkeys(others)
    )
