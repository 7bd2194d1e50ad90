"""Everybody a batch of lines may be about, read in a constant number of statements and found by every key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q

from emploi.foundation.audit.models import JournalEntry
from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.actions.snapshots.writing import distinct
from emploi.pathway.beneficiaries.enums import Payer
from emploi.pathway.beneficiaries.events import PersonCorrected
from emploi.pathway.beneficiaries.models import Address, Contact, Entry, Household, HouseholdRole, Person
from emploi.pathway.beneficiaries.row_facts import PersonRow
from emploi.pathway.beneficiaries.rules.contacts import phone_kind
from emploi.pathway.beneficiaries.rules.identity import compact, name_key, sort_name
from emploi.pathway.beneficiaries.rules.matching import Identity
from emploi.territory.geography.models import Commune

EMAIL = "email"


@dataclass(slots=True, eq=False)
class Slot:
    """A person of the batch, known or new, with what surrounds them; `before` keeps what the batch changes."""

    person: Person
    identity: Identity
    is_new: bool = False
    roles: list[HouseholdRole] = field(default_factory=list)
    contacts: set[tuple[str, str]] = field(default_factory=set)
    entry: Entry | None = None
    typed: set[str] = field(default_factory=set)
    changed: bool = False

    @property
    def role(self) -> HouseholdRole | None:
        """The role that counts: the latest claim."""
        return max(self.roles, key=lambda role: (str(role.household.claimed_on or ""), role.pk or 0), default=None)

    @property
    def from_payer(self) -> bool:
        """Whether a file of the payer describes this person."""
        return any(role.household.last_reference_on is not None for role in self.roles)


class Known:
    """Finds slots by every key a line may carry; grows as lines name new people."""

    def __init__(self) -> None:
        self.by_id: dict[int, Slot] = {}
        self.by_key: dict[tuple[str, str], list[Slot]] = defaultdict(list)
        self.by_identity: dict[int, Slot] = {}
        self.households: dict[tuple[str, str], Household] = {}
        self.addresses: dict[int, list[Address]] = defaultdict(list)
        self.communes: dict[tuple[str, str], Commune] = {}

    def add(self, slot: Slot) -> Slot:
        """Index a slot by all it is known by."""
        self.by_identity[id(slot.identity)] = slot
        if slot.person.pk:
            self.by_id[slot.person.pk] = slot
        self.index(slot)
        return slot

    def index(self, slot: Slot) -> None:
        """Index again a slot whose numbers or contacts have grown."""
        person = slot.person
        keys = [
            ("nir", person.nir_hash),
            ("name", name_key(person.birth_name, person.last_name, person.first_name)),
            ("used", sort_name(person.last_name, person.first_name)),
            ("uuid", str(person.uuid)),
            ("local", person.local_number),
            *(("contact", value) for _, value in slot.contacts),
            *(key for role in slot.roles for key in household_keys(role.household)),
        ]
        for key in keys:
            if key[1] and slot not in self.by_key[key]:
                self.by_key[key].append(slot)

    def find(self, *keys: tuple[str, str]) -> list[Slot]:
        """The slots of these keys, once each."""
        found = {id(slot): slot for key in keys if key[1] for slot in self.by_key.get(key, ())}
        return list(found.values())

    def commune_of(self, row: PersonRow) -> Commune | None:
        """The commune of a line: by its code, else by postal code and name."""
        address = row.address
        by_code = self.communes.get(("code", address.insee))
        return by_code or self.communes.get((address.postal_code, commune_name(address.city)))


def household_keys(household: Household) -> list[tuple[str, str]]:
    """What a household is found by."""
    return [
        ("claim", household.claim_number or ""),
        ("number", household.payer_number),
        ("number_hash", household.payer_number_hash),
    ]


def row_household_keys(row: PersonRow) -> list[tuple[str, str]]:
    """What a line says of its household."""
    is_msa = row.payer == Payer.MSA
    return [
        ("claim", row.claim_number),
        ("number", "" if is_msa else row.payer_number),
        ("number_hash", nir.fingerprint(row.payer_number) if is_msa else ""),
    ]


def contact_pairs(row: PersonRow) -> list[tuple[str, str]]:
    """The contacts of a line as (kind, value)."""
    return [(phone_kind(phone), phone) for phone in row.phones] + [(EMAIL, email) for email in row.emails]


def read_known(batch: Sequence[PersonRow], *, lock: bool) -> Known:
    """Read whoever shares a number, a name, a dossier or a contact with a line."""
    known = Known()
    keys = {key for row in batch for key in row_household_keys(row) if key[1]}
    roles = list(_roles(keys))
    ids = {role.person_id for role in roles} | set(_ids(batch))
    people = Person.objects.alive_records().filter(pk__in=ids)
    if lock:
        people = people.select_for_update(of=("self",)).order_by("pk")
    for person in people:
        known.add(Slot(person, identity_of(person), typed=set(person.corrected_fields)))
    _surround(known)
    _read_households(known, keys)
    _read_communes(known, batch)
    return known


def identity_of(person: Person) -> Identity:
    """What identifies a stored person."""
    return Identity(
        birth_name=compact(person.birth_name),
        last_name=compact(person.last_name),
        first_name=compact(person.first_name),
        birth_date=person.birth_date,
        precision=person.birth_date_precision,
        nir_hash=person.nir_hash,
        nir_valid=person.nir_valid,
    )


def commune_name(city: str) -> str:
    """A town as the official list sorts it, « St » said « Saint », without CEDEX."""
    words = sort_name(city, "").split()
    same = {"st": "saint", "ste": "sainte"}
    return " ".join(same.get(word, word) for word in words if word != "cedex" and not word.isdigit())


def _ids(batch: Sequence[PersonRow]) -> Iterable[int]:
    people = Person.objects.alive_records()
    wanted = (
        ("nir_hash", distinct(nir.fingerprint(row.nir13) for row in batch)),
        ("name_key", distinct(name_key(row.birth_name, row.last_name, row.first_name) for row in batch)),
        ("sort_name", distinct(sort_name(row.last_name, row.first_name) for row in batch)),
        ("uuid", distinct(row.uuid for row in batch)),
        ("local_number", distinct(row.local_number for row in batch)),
    )
    for name, values in wanted:
        if values:
            # The index of sorted names covers those who are looked for, children left out.
            found = people.exclude(search_text="") if name == "sort_name" else people
            yield from found.filter(**{f"{name}__in": values}).values_list("pk", flat=True)
    values = distinct(value for row in batch for _, value in contact_pairs(row))
    if values:
        yield from Contact.objects.filter(value__in=values).values_list("person_id", flat=True)


def _roles(keys: set[tuple[str, str]]) -> Iterable[HouseholdRole]:
    if not keys:
        return []
    asked = _by_household(keys, "household__")
    return HouseholdRole.objects.filter(asked, ended_on__isnull=True).select_related("household")


def _by_household(keys: set[tuple[str, str]], prefix: str) -> Q:
    columns = {"claim": "claim_number", "number": "payer_number", "number_hash": "payer_number_hash"}
    asked = Q(pk__in=())
    for kind, column in columns.items():
        values = [value for name, value in keys if name == kind]
        if values:
            asked |= Q(**{f"{prefix}{column}__in": values})
    return asked


def _surround(known: Known) -> None:
    """Give each person known their roles, contacts, open entry and what agents typed."""
    ids = list(known.by_id)
    for role in HouseholdRole.objects.filter(person__in=ids, ended_on__isnull=True).select_related("household"):
        slot = known.by_id[role.person_id]
        slot.roles.append(role)
        slot.identity.role, slot.identity.commune = role.role, role.household.commune_id or ""
    for contact in Contact.objects.filter(person__in=ids):
        known.by_id[contact.person_id].contacts.add((contact.kind, contact.value))
    for entry in Entry.objects.open().filter(person__in=ids):
        known.by_id[entry.person_id].entry = entry
    corrections = JournalEntry.objects.filter(event=PersonCorrected.slug(), person_id__in=ids, actor_kind="agent")
    for person_id, payload in corrections.values_list("person_id", "payload"):
        if person_id is not None:
            known.by_id[person_id].typed |= set(str(payload.get("fields", "")).split(", "))
    for slot in known.by_id.values():
        known.index(slot)
    households = {role.household_id for slot in known.by_id.values() for role in slot.roles}
    for address in Address.objects.filter(household__in=households, rank=1, is_current=True):
        known.addresses[address.household_id].append(address)


def _read_households(known: Known, keys: set[tuple[str, str]]) -> None:
    """Keep one object a household, shared by every role: those of the people known, then those of the keys alone."""
    shared: dict[int, Household] = {}
    for slot in known.by_id.values():
        for role in slot.roles:
            role.household = shared.setdefault(role.household_id, role.household)
    # The latest claim last: a payer number outlives the claims made under it.
    latest_last = (F("claimed_on").asc(nulls_first=True), "pk")
    found = Household.objects.filter(_by_household(keys, "")).order_by(*latest_last) if keys else []
    for household in found:
        household = shared.setdefault(household.pk, household)
        for key in household_keys(household):
            if key[1]:
                known.households[key] = household


def _read_communes(known: Known, batch: Sequence[PersonRow]) -> None:
    codes = distinct(row.address.postal_code for row in batch)
    insee = distinct(row.address.insee for row in batch)
    asked: Any = Q(code__in=insee) | Q(postal_codes__overlap=codes)
    for commune in Commune.objects.filter(asked) if codes or insee else ():
        known.communes[("code", commune.code)] = commune
        for code in commune.postal_codes:
            known.communes[(code, commune.name_sort)] = commune
