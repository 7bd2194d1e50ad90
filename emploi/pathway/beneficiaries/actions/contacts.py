"""Phones and e-mail addresses: those of the payer's file in bulk, those an agent types one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import connection

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.actions.snapshots.writing import copy_rows, distinct, read, update_rows
from emploi.pathway.beneficiaries.enums import ContactKind, Source, StatedKind
from emploi.pathway.beneficiaries.events import ContactAdded, ContactDied, ContactPreferred
from emploi.pathway.beneficiaries.facts import ContactFacts
from emploi.pathway.beneficiaries.models import Contact, Entry, Person
from emploi.pathway.beneficiaries.rules.contacts import looks_like_email, phone_kind

# The NIR of a record merged into another names the other; a record that still lives comes last, and so prevails.
_BY_NIR = """
    SELECT nir_hash, COALESCE(merged_into_id, id) FROM beneficiaries_person
    WHERE nir_hash = ANY(%s) AND nir_hash <> '' ORDER BY merged_into_id NULLS LAST, id DESC"""
# The latest claim first: a payer number outlives the claims made under it.
_BY_NUMBER = """
    SELECT h.payer_number, h.payer_number_hash, h.claim_number, r.role, r.person_id
    FROM beneficiaries_household h JOIN beneficiaries_householdrole r ON r.household_id = h.id AND r.ended_on IS NULL
    WHERE (h.payer_number = ANY(%s) AND h.payer_number <> '')
       OR (h.payer_number_hash = ANY(%s) AND h.payer_number_hash <> '') OR h.claim_number = ANY(%s)
    ORDER BY h.claimed_on NULLS FIRST, h.id"""
_KNOWN = """
    SELECT id, person_id, kind, value, source, received_on, is_dead FROM beneficiaries_contact
    WHERE person_id = ANY(%s)"""
_ENTRIES = """
    SELECT id, person_id, duties_since_on FROM beneficiaries_entry
    WHERE person_id = ANY(%s) AND closed_on IS NULL"""
_STATED = """
    INSERT INTO beneficiaries_stateddate (person_id, kind, stated_on, received_on, run_id)
    SELECT v.person_id, v.kind, v.stated_on, %s, %s
    FROM unnest(%s::bigint[], %s::varchar[], %s::date[]) AS v(person_id, kind, stated_on)
    ON CONFLICT DO NOTHING"""
_COLUMNS = ("person_id", "kind", "value", "source", "received_on", "run_id", "recorded_by", "recorded_at")


@dataclass(slots=True)
class AppliedContacts:
    """What a batch of contact lines changed."""

    matched: int = 0
    unmatched: int = 0
    added: int = 0
    unchanged: int = 0
    unmatched_numbers: tuple[int, ...] = ()

    def __add__(self, other: AppliedContacts) -> AppliedContacts:
        return AppliedContacts(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


@action
def apply_contacts(
    batch: Sequence[ContactFacts], *, received_on: date, run_id: int | None, by: Actor, at: datetime
) -> AppliedContacts:
    """Add the payer's phones and addresses to those we know, found by NIR, then by payer number and role.

    What an agent or the person gave stays first; a number known dead is not raised from the dead. Idempotent.
    `unmatched_numbers` are the positions, in the batch, of lines whose person is unknown.
    """
    persons = _match(batch)
    known = _read_known([person_id for person_id in persons if person_id])
    result = AppliedContacts(unmatched_numbers=tuple(n for n, person_id in enumerate(persons) if not person_id))
    added: dict[tuple[int, str, str], tuple[object, ...]] = {}
    for facts, person_id in zip(batch, persons, strict=True):
        if not person_id:
            result.unmatched += 1
            continue
        result.matched += 1
        new = [pair for pair in _values(facts) if pair not in known[person_id]]
        result.unchanged += not new
        for kind, value in new:
            row = (person_id, kind, value, Source.CAF.value, received_on, run_id, by.label, at)
            added.setdefault((person_id, kind, value), row)
    copy_rows(Contact, _COLUMNS, list(added.values()))
    result.added = len(added)
    _date_duties(batch, persons)
    _keep_dates(batch, persons, received_on, run_id)
    return result


@action
def add_contact(
    *, person_id: int, kind: str, value: str, source: str, by: Actor, at: datetime, preferred: bool = True
) -> Contact:
    """Add a phone (E.164) or an address an agent typed or the person gave; it is used first unless told otherwise."""
    _check_value(kind, value)
    person = Person.objects.select_for_update().get(pk=person_id)
    real_kind = kind if kind == ContactKind.EMAIL else phone_kind(value)
    if preferred:
        Contact.objects.filter(person=person, kind=real_kind, is_preferred=True).update(is_preferred=False)
    contact, _ = Contact.objects.update_or_create(
        person=person,
        kind=real_kind,
        value=value,
        source=source,
        defaults={
            "received_on": at.date(),
            "is_preferred": preferred,
            "is_dead": False,
            "dead_reason": "",
            "dead_on": None,
        },
        create_defaults={
            "received_on": at.date(),
            "is_preferred": preferred,
            "recorded_by": by.label,
            "recorded_at": at,
        },
    )
    added = ContactAdded(person_id=person_id, contact_id=contact.pk, contact_kind=real_kind, source=source)
    publish(added, by=by, at=at)
    return contact


@action
def prefer_contact(*, contact_id: int, by: Actor, at: datetime) -> Contact:
    """Choose the phone or address to use first."""
    contact = Contact.objects.select_for_update().get(pk=contact_id)
    if contact.is_dead:
        raise DomainError("Cette coordonnée ne fonctionne plus : elle ne peut pas être utilisée en premier.")
    Contact.objects.filter(person=contact.person_id, kind=contact.kind, is_preferred=True).update(is_preferred=False)
    contact.is_preferred = True
    contact.save(update_fields=["is_preferred"])
    preferred = ContactPreferred(person_id=contact.person_id, contact_id=contact.pk, contact_kind=contact.kind)
    publish(preferred, by=by, at=at)
    return contact


@action
def mark_contact_dead(*, contact_id: int, reason: str, by: Actor, at: datetime) -> Contact:
    """Note that a phone or an address no longer works, whoever gave it; it is kept and never used again."""
    contact = Contact.objects.select_for_update().get(pk=contact_id)
    if contact.is_dead:
        return contact
    if not reason.strip():
        raise DomainError("Indiquez pourquoi cette coordonnée ne fonctionne plus.", field="reason")
    same = Contact.objects.filter(person=contact.person_id, kind=contact.kind, value=contact.value)
    same.update(is_dead=True, is_preferred=False, dead_reason=reason.strip()[:120], dead_on=at.date())
    died = ContactDied(person_id=contact.person_id, contact_id=contact.pk, contact_kind=contact.kind)
    publish(died, by=by, at=at, reason=reason)
    contact.refresh_from_db()
    return contact


def _match(batch: Sequence[ContactFacts]) -> list[int | None]:
    hashes = [nir.fingerprint(facts.nir13) for facts in batch]
    by_nir = dict(read(_BY_NIR, [distinct(hashes)]))
    numbers = distinct(facts.payer_number for facts in batch)
    number_hashes = {number: nir.fingerprint(number) for number in numbers if len(number) == len("1234567890123")}
    claims = distinct(facts.claim_number for facts in batch)
    by_role: dict[tuple[str, str], int] = {}
    for number, number_hash, claim, role, person_id in read(_BY_NUMBER, [numbers, [*number_hashes.values()], claims]):
        for key in (number, number_hash, claim):
            if key:
                by_role[(key, role)] = person_id
    return [
        by_nir.get(nir_hash)
        or by_role.get((facts.payer_number, facts.role))
        or by_role.get((number_hashes.get(facts.payer_number, ""), facts.role))
        or by_role.get((facts.claim_number, facts.role))
        for facts, nir_hash in zip(batch, hashes, strict=True)
    ]


def _read_known(person_ids: list[int]) -> dict[int, set[tuple[str, str]]]:
    known: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for _, person_id, kind, value, *_ in read(_KNOWN, [distinct(person_ids)]) if person_ids else []:
        known[person_id].add((kind, value))
    return known


def _values(facts: ContactFacts) -> Iterable[tuple[str, str]]:
    for phone in facts.phones:
        yield phone_kind(phone), phone
    if facts.email:
        yield ContactKind.EMAIL.value, facts.email


def _date_duties(batch: Sequence[ContactFacts], persons: list[int | None]) -> None:
    """The contact file alone dates the droits et devoirs: it prevails over the first file that showed them."""
    dates = {
        person_id: facts.duties_since_on
        for facts, person_id in zip(batch, persons, strict=True)
        if person_id and facts.duties_since_on
    }
    if dates:
        rows = read(_ENTRIES, [list(dates)])
        changed = [(entry_id, dates[person_id]) for entry_id, person_id, since in rows if since != dates[person_id]]
        update_rows(Entry, ("duties_since_on",), changed)


def _keep_dates(
    batch: Sequence[ContactFacts], persons: list[int | None], received_on: date, run_id: int | None
) -> None:
    """Keep each date the file states beside those of the benefits file; the same one again changes nothing."""
    stated = [
        (person_id, kind.value, day)
        for facts, person_id in zip(batch, persons, strict=True)
        for kind, day in ((StatedKind.CLAIM, facts.claimed_on), (StatedKind.DUTIES, facts.duties_since_on))
        if person_id and day
    ]
    if stated:
        columns = [list(values) for values in zip(*dict.fromkeys(stated), strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_STATED, [received_on, run_id, *columns])


def _check_value(kind: str, value: str) -> None:
    if kind == ContactKind.EMAIL and not looks_like_email(value):
        raise DomainError(
            "Cette adresse ne ressemble pas à un courriel. Exemple : prenom.nom@exemple.fr.", field="value"
        )
    if kind != ContactKind.EMAIL and not (value.startswith("+") and value[1:].isdigit()):
        raise DomainError("Ce numéro n’est pas complet. Exemple : 06 12 34 56 78.", field="value")
