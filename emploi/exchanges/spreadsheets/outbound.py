"""The way out: every field of every person, in the very columns the import reads; brought back, nothing changes."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from emploi.exchanges.spreadsheets.events import PeopleExported
from emploi.exchanges.spreadsheets.rules.fields import PLAIN_FIELDS
from emploi.foundation.actor import Actor
from emploi.foundation.audit.actions import record_export
from emploi.foundation.audit.writing import action
from emploi.foundation.events import publish
from emploi.foundation.ui.exports import safe_cell
from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.enums import Precision, RoleKind, Title
from emploi.pathway.beneficiaries.identifiers import nir_key
from emploi.pathway.beneficiaries.models import Address, Contact, Entry, HouseholdRole, Person

BATCH = 1000
SEXES = {"1": "H", "2": "F"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What surrounds the people of a batch."""

    roles: dict[int, HouseholdRole]
    contacts: dict[int, list[Contact]]
    addresses: dict[int, Address]
    entries: dict[int, Entry]


@action
def export_people(*, path: Path, with_confidential_addresses: bool = False, by: Actor, at: datetime) -> int:
    """Writes everybody to a CSV only its owner may read; answers how many. The file takes its name once whole."""
    part = path.with_name(f".{path.name}.part")
    part.touch(mode=0o600)
    part.chmod(0o600)
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
            writer.writerow([field.label for field in PLAIN_FIELDS])
            count = 0
            everybody = Person.objects.alive_records()
            for values in rows_of(everybody, with_confidential_addresses=with_confidential_addresses):
                writer.writerow([safe_cell(values.get(field.slug, "")) for field in PLAIN_FIELDS])
                count += 1
        event = PeopleExported(people=count, with_nir=True, with_confidential_addresses=with_confidential_addresses)
        publish(event, by=by, at=at)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


@action
def note_export(*, agent_id: int, people: QuerySet[Person], with_nir: bool, by: Actor, at: datetime) -> int:
    """Says who takes these people away, before they leave: in the journal, and in the log of each; answers how many."""
    ids = list(people.order_by("pk").values_list("pk", flat=True))
    page = "Export de la liste complète"
    record_export(agent_id=agent_id, agent_label=by.label, person_ids=ids, page=page, at=at)
    publish(PeopleExported(people=len(ids), with_nir=with_nir), by=by, at=at)
    return len(ids)


def rows_of(
    people: QuerySet[Person], *, with_nir: bool = True, with_confidential_addresses: bool = False
) -> Iterator[dict[str, Any]]:
    """The values of people, field by field, batch after batch: memory stays flat whatever their number."""
    last = 0
    people = people.order_by("pk")
    while batch := list(people.filter(pk__gt=last)[:BATCH]):
        around = _around([person.pk for person in batch], with_confidential_addresses=with_confidential_addresses)
        for person in batch:
            values = values_of(person, around)
            yield values if with_nir else _without_numbers(values)
        last = batch[-1].pk


def _without_numbers(values: dict[str, Any]) -> dict[str, Any]:
    """The same without the NIR, which is also the number of who is at the MSA."""
    hidden = {"nir": "", "payer_number": ""} if values.get("payer") == "MSA" else {"nir": ""}
    return values | hidden


def _around(ids: list[int], *, with_confidential_addresses: bool) -> Surroundings:
    """Five statements a batch. The address of one confidential person is that of everybody in the household."""
    roles: dict[int, HouseholdRole] = {}
    found = HouseholdRole.objects.filter(person__in=ids, ended_on__isnull=True).select_related("household")
    for role in sorted(found, key=lambda role: (role.household.claimed_on or date.min, role.pk)):
        roles[role.person_id] = role
    contacts: dict[int, list[Contact]] = defaultdict(list)
    # The dead ones stay here: sent back, they would seem to work again.
    for contact in Contact.objects.filter(person__in=ids, is_dead=False).order_by("-is_preferred", "pk"):
        contacts[contact.person_id].append(contact)
    homes = {role.household_id for role in roles.values()}
    if not with_confidential_addresses:
        # As on the page of the payer's data: whoever lived there counts.
        hidden = HouseholdRole.objects.filter(household__in=homes, person__confidential_address=True)
        homes -= set(hidden.values_list("household", flat=True))
    current = Address.objects.filter(household__in=homes, rank=1, is_current=True)
    addresses = {address.household_id: address for address in sorted(current, key=lambda a: a.source == "typed")}
    entries = {entry.person_id: entry for entry in Entry.objects.open().filter(person__in=ids)}
    return Surroundings(roles, contacts, addresses, entries)


def values_of(person: Person, around: Surroundings) -> dict[str, Any]:
    """The values of one person, by field, as the import reads them; dates as YYYY-MM-DD."""
    thirteen = nir.decrypt(person.nir_encrypted)
    values: dict[str, Any] = {
        "uuid": str(person.uuid),
        "title": {Title.SIR.value: "M.", Title.MADAM.value: "Mme"}.get(person.title, ""),
        "last_name": person.last_name,
        "first_name": person.first_name,
        "birth_name": person.birth_name,
        "birth_date": birth_text(person.birth_date, person.birth_date_precision),
        "sex": SEXES.get(person.sex, ""),
        "nir": f"{thirteen}{nir_key(thirteen):02d}" if thirteen else "",
        "local_number": person.local_number,
        "france_travail_number": person.france_travail_number,
        "interpreter_language": person.interpreter_language,
        "under_guardianship": "oui" if person.under_guardianship else "",
        "confidential_address": "oui" if person.confidential_address else "",
    }
    values |= _reach(around.contacts.get(person.pk, []))
    role = around.roles.get(person.pk)
    return values | (_household(role, around.addresses.get(role.household_id)) if role else {}) | _entry(person, around)


def birth_text(day: date | None, precision: str) -> str:
    """« 1978-08-02 », « 1978-08-00 » when the day is unknown, « 1978-00-00 » when the month is."""
    if day is None:
        return ""
    if precision == Precision.MONTH_UNKNOWN:
        return f"{day.year:04d}-00-00"
    return f"{day.year:04d}-{day.month:02d}-00" if precision == Precision.DAY_UNKNOWN else day.isoformat()


def _reach(contacts: list[Contact]) -> dict[str, str]:
    phones = dict.fromkeys(contact.value for contact in contacts if contact.kind != "email")
    emails = dict.fromkeys(contact.value for contact in contacts if contact.kind == "email")
    return {
        "phone": next(iter(phones), ""),
        "phone2": " / ".join(list(phones)[1:]),
        "email": next(iter(emails), ""),
        "email2": " ; ".join(list(emails)[1:]),
    }


def _household(role: HouseholdRole, address: Address | None) -> dict[str, Any]:
    household = role.household
    values: dict[str, Any] = {
        "role": RoleKind(role.role).label.split()[0],
        "subject": {True: "oui", False: "non"}.get(role.subject_to_duties, "")
        if role.subject_to_duties is not None
        else "",
        "claim_number": household.claim_number or "",
        "payer": household.payer,
        "payer_number": household.payer_number,
        "claimed_on": household.claimed_on.isoformat() if household.claimed_on else "",
    }
    if address is not None:
        lines = address.lines
        street = [str(lines.get(name, "")) for name in ("number", "street_type", "street", "place")]
        values |= {
            "complement": lines.get("complement", ""),
            "street": " ".join(filter(None, street)),
            "postal_code": address.postal_code,
            "city": address.city,
            "insee": address.insee,
        }
    return values


def _entry(person: Person, around: Surroundings) -> dict[str, str]:
    entry = around.entries.get(person.pk)
    return {"duties_since_on": entry.duties_since_on.isoformat()} if entry and entry.duties_since_on else {}
