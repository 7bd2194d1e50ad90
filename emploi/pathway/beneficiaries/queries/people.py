"""What the head of a person's page says, and how to reach people, many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from emploi.pathway.beneficiaries.enums import ContactKind, Source
from emploi.pathway.beneficiaries.models import Address, Contact, Entry, HouseholdRole, Person, StatedDate
from emploi.pathway.beneficiaries.rules.births import age
from emploi.pathway.beneficiaries.rules.contacts import Reachable, best
from emploi.pathway.beneficiaries.rules.words import duties_in_words, right_in_words


@dataclass(frozen=True, slots=True)
class Reach:
    """How to reach a person: the best of each kind, empty when there is none."""

    mobile: str = ""
    phone: str = ""
    email: str = ""
    has_address: bool = False

    @property
    def best_phone(self) -> str:
        """The number to dial: the mobile first."""
        return self.mobile or self.phone

    @property
    def is_reachable(self) -> bool:
        """Whether a message can be sent without paper."""
        return bool(self.mobile or self.email)


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a person's page, ready to be shown."""

    person: Person
    age: int | None
    role: HouseholdRole | None
    entry: Entry | None
    right: str
    duties: str
    commune: str
    reach: Reach
    alerts: tuple[str, ...]

    @property
    def claim_number(self) -> str:
        """The number of the RSA claim."""
        return (self.role.household.claim_number or "") if self.role else ""

    @property
    def payer_number(self) -> str:
        """The number at the CAF; the MSA's is a NIR and is not shown."""
        return self.role.household.payer_number if self.role else ""


def person_header(person: Person, today: date) -> Header:
    """Return the head of a person's page. The caller has checked `visible_to`."""
    person_id = person.pk
    role = current_role(person_id)
    entry = Entry.objects.filter(person=person_id).select_related("commune").order_by("-opened_on", "-id").first()
    household = role.household if role else None
    return Header(
        person=person,
        age=age(person.birth_date, person.died_on or today),
        role=role,
        entry=entry,
        right=right_in_words(household.state, household.motive) if household else "Aucun dossier RSA connu",
        duties=duties_in_words(role.subject_to_duties) if role else "",
        commune=str(household.commune) if household and household.commune else "",
        reach=reach_of([person_id])[person_id],
        alerts=_alerts(person),
    )


def current_role(person_id: int) -> HouseholdRole | None:
    """Return the role that counts now: an active one first, the latest claim first."""
    roles = HouseholdRole.objects.filter(person=person_id).select_related("household__commune")
    found = sorted(
        roles,
        key=lambda role: (
            role.ended_on is None,
            role.ended_on or date.min,
            role.household.claimed_on or date.min,
            role.pk,
        ),
    )
    return found[-1] if found else None


def reach_of(person_ids: Collection[int]) -> dict[int, Reach]:
    """Return how to reach each person, in two statements whatever their number."""
    by_person: dict[int, list[Reachable]] = defaultdict(list)
    for c in Contact.objects.filter(person__in=person_ids):
        by_person[c.person_id].append(_reachable(c))
    housed = set(
        HouseholdRole.objects.filter(
            person__in=person_ids, ended_on__isnull=True, household__addresses__is_current=True
        ).values_list("person_id", flat=True)
    )
    return {person_id: _reach(by_person[person_id], person_id in housed) for person_id in person_ids}


def contacts_of(person_id: int) -> list[Contact]:
    """Every phone and address of a person, those in use first, the dead last."""
    found = list(Contact.objects.filter(person=person_id))
    return sorted(found, key=lambda c: (c.is_dead, not c.is_preferred, c.kind, -c.received_on.toordinal(), c.pk))


def payer_differs(contacts: list[Contact]) -> list[tuple[Contact, Contact]]:
    """Return, by kind, what the payer gives last beside what is used, when they differ: (payer's, used)."""
    alive = [contact for contact in contacts if not contact.is_dead]
    found = []
    for kind in ContactKind.values:
        used = best([_reachable(contact) for contact in alive], kind)
        payers = [contact for contact in alive if contact.kind == kind and contact.source == Source.CAF]
        if used is None or not payers or used.source == Source.CAF:
            continue
        latest = max(payers, key=lambda contact: (contact.received_on, contact.pk))
        if latest.value != used.value:
            found.append((latest, next(contact for contact in alive if contact.pk == used.id)))
    return found


def stated_dates(person_id: int) -> list[StatedDate]:
    """Return the last date of each kind a contact file stated, the day it was received with it."""
    last = StatedDate.objects.filter(person=person_id).order_by("kind", "-received_on", "-id").distinct("kind")
    return list(last)


def current_address(household_id: int) -> Address | None:
    """Return the address to write to: typed by an agent first, else the payer's current one."""
    addresses = Address.objects.filter(household=household_id, rank=1, is_current=True).select_related("commune")
    return max(addresses, key=lambda address: address.source == "typed", default=None)


def open_entries() -> QuerySet[Entry]:
    """Entries that run, with their person and household; filter by `visible_to` before showing."""
    return Entry.objects.open().select_related("person", "household", "commune")


def _reachable(c: Contact) -> Reachable:
    return Reachable(c.pk, c.kind, c.value, c.source, c.received_on, c.is_preferred, c.is_dead)


def hidden_homes(household_ids: Collection[int]) -> set[int]:
    """Return the homes nobody may learn: the address of one confidential person is that of everybody there."""
    hidden = HouseholdRole.objects.filter(household__in=list(household_ids), person__confidential_address=True)
    return set(hidden.values_list("household_id", flat=True))


def hides_home(person: Person) -> bool:
    """Tell whether nobody may learn where a person lives: because of her, or of somebody of her home."""
    homes = HouseholdRole.objects.filter(person=person).values_list("household_id", flat=True)
    return person.confidential_address or bool(hidden_homes(list(homes)))


def hidden_people(person_ids: Collection[int]) -> set[int]:
    """Return those of these people whose home nobody may learn: because of them, or of somebody of their home."""
    found = set(Person.objects.filter(pk__in=list(person_ids), confidential_address=True).values_list("pk", flat=True))
    roles = HouseholdRole.objects.filter(person__in=list(person_ids)).values_list("person_id", "household_id")
    homes = list(roles)
    hidden = hidden_homes({household_id for _, household_id in homes}) if homes else set()
    return found | {person_id for person_id, household_id in homes if household_id in hidden}


def _reach(contacts: list[Reachable], has_address: bool) -> Reach:
    values = {kind: found.value for kind in ("mobile", "phone", "email") if (found := best(contacts, kind))}
    return Reach(**values, has_address=has_address)


def _alerts(person: Person) -> tuple[str, ...]:
    found = []
    if person.died_on:
        found.append("Décédé" if person.sex == "1" else "Décédée")
    if person.interpreter_language:
        found.append(f"Interprète : {person.interpreter_language}")
    if person.under_guardianship:
        found.append("Sous tutelle ou curatelle")
    if person.confidential_address:
        found.append("Adresse confidentielle")
    return tuple(found)
