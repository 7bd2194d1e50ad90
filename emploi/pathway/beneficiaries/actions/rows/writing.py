"""What a batch of lines writes: everything new in one statement a table, every correction in one a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from emploi.foundation.actor import Actor
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.actions.naming import index_names
from emploi.pathway.beneficiaries.actions.rows.differing import Comparison
from emploi.pathway.beneficiaries.actions.rows.inserting import insert_rows
from emploi.pathway.beneficiaries.actions.rows.known import Known, Slot
from emploi.pathway.beneficiaries.actions.snapshots.reviews import raise_lookalikes, raise_reviews
from emploi.pathway.beneficiaries.actions.snapshots.writing import update_rows
from emploi.pathway.beneficiaries.enums import EntryKind, ReviewKind, SnapshotSource, Source
from emploi.pathway.beneficiaries.events import EntryOpened
from emploi.pathway.beneficiaries.facts import TypedAddress
from emploi.pathway.beneficiaries.models import (
    Address,
    Contact,
    DutyState,
    Entry,
    Household,
    HouseholdRole,
    Person,
    ReviewItem,
)
from emploi.pathway.beneficiaries.row_facts import UNCHANGED, UPDATED, Difference, PersonRow, RowOutcome, RowsFile
from emploi.pathway.beneficiaries.rules.matching import ADULTS, Doubt

PERSON_COLUMNS = (
    "title", "last_name", "birth_name", "first_name", "birth_date", "birth_date_precision", "sex", "nir_hash",
    "nir_encrypted", "local_number", "france_travail_number", "interpreter_language", "under_guardianship",
    "confidential_address", "search_text", "sort_name", "name_key",
)  # fmt: skip
HOUSEHOLD_COLUMNS = ("claim_number", "payer", "payer_number", "claimed_on", "commune_id")


@dataclass(slots=True, eq=False)
class NewPerson:
    """A person to write, with the line that names them."""

    outcome: RowOutcome
    slot: Slot
    row: PersonRow
    household: Household | None


@dataclass(slots=True, eq=False)
class Changed:
    """A person to correct."""

    outcome: RowOutcome
    compared: Comparison


@dataclass(slots=True, eq=False)
class Plan:
    """Everything a batch decides, before one row is written."""

    file: RowsFile
    by: Actor
    at: datetime
    outcomes: list[RowOutcome] = field(default_factory=list)
    new: list[NewPerson] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    entries: list[tuple[Slot, Entry, RowOutcome]] = field(default_factory=list)
    doubts: list[tuple[Slot, Doubt, Slot]] = field(default_factory=list)
    _owners: list[tuple[RowOutcome, Slot]] = field(default_factory=list)

    def create(self, outcome: RowOutcome, slot: Slot, row: PersonRow, household: Household | None) -> None:
        """Note somebody new; `household` when it is new too."""
        self.new.append(NewPerson(outcome, slot, row, household))
        self._owners.append((outcome, slot))

    def change(self, outcome: RowOutcome, compared: Comparison) -> None:
        """Note what a line corrects."""
        self.changed.append(Changed(outcome, compared))
        self._owners.append((outcome, compared.slot))

    def doubt(self, slot: Slot, doubts: Sequence[tuple[Doubt, Slot]]) -> None:
        """Note what a human must look at."""
        self.doubts += [(slot, kind, other) for kind, other in doubts]

    def open_entry(self, slot: Slot, row: PersonRow, outcome: RowOutcome) -> None:
        """Note an entry: its J0 is the day the Département received the file."""
        role = slot.role
        if role is None:
            return
        slot.entry = Entry(
            person=slot.person,
            household=role.household,
            opened_on=self.file.received_on,
            kind=EntryKind.MANUAL,
            claimed_on=role.household.claimed_on,
            duties_since_on=row.duties_since_on or self.file.received_on,
            run_id=self.file.run_id,
        )
        role.subject_to_duties = True
        self.entries.append((slot, slot.entry, outcome))
        if outcome.status == UNCHANGED:
            outcome.status = UPDATED
        outcome.differences.append(Difference("Entrée dans le dispositif", "", f"le {self.file.received_on:%d/%m/%Y}"))

    def finish(self) -> None:
        """Give each outcome its person, now that everybody has an identifier."""
        for outcome, slot in self._owners:
            outcome.person_id, outcome.name = slot.person.pk, slot.person.full_name


def write(plan: Plan, known: Known) -> None:
    """Write a plan; a constant number of statements."""
    _write_new(plan)
    _write_changes(plan)
    _write_contacts(plan)
    _write_addresses(plan, known)
    _write_entries(plan)
    _write_reviews(plan)


def _write_new(plan: Plan) -> None:
    insert_rows(Household, [new.household for new in plan.new if new.household is not None])
    for new in plan.new:
        index_names(new.slot.person, searchable=new.slot.roles[0].role in ADULTS)
    insert_rows(Person, [new.slot.person for new in plan.new])
    roles = [role for new in plan.new for role in new.slot.roles]
    insert_rows(HouseholdRole, roles)
    duties = [_duty(role, plan) for role in roles if role.subject_to_duties is not None]
    insert_rows(DutyState, duties)
    for new in plan.new:
        created: dict[str, Any] = {"person": new.slot.person.pk, "role": new.slot.roles[0].pk}
        if new.household is not None:
            created["household"] = new.household.pk
        new.outcome.undo["created"] = created


def _write_changes(plan: Plan) -> None:
    people: dict[int, Person] = {}
    homes: dict[int, Household] = {}
    entries: dict[int, Entry] = {}
    for changed in plan.changed:
        compared, person = changed.compared, changed.compared.slot.person
        role = compared.slot.role
        if compared.person_before:
            index_names(person, searchable=person.search_text != "")
            people[person.pk] = person
            _keep(changed.outcome, "person", person, compared.person_before)
        if compared.household_before and role is not None:
            homes[role.household.pk] = role.household
            _keep(changed.outcome, "household", role.household, compared.household_before)
        if compared.entry_before and compared.slot.entry is not None and compared.slot.entry.pk:
            entries[compared.slot.entry.pk] = compared.slot.entry
            _keep(changed.outcome, "entry", compared.slot.entry, compared.entry_before)
    update_rows(Person, PERSON_COLUMNS, [_values(person, PERSON_COLUMNS) for person in people.values()])
    update_rows(Household, HOUSEHOLD_COLUMNS, [_values(home, HOUSEHOLD_COLUMNS) for home in homes.values()])
    update_rows(Entry, ("duties_since_on",), [(entry.pk, entry.duties_since_on) for entry in entries.values()])


def _write_contacts(plan: Plan) -> None:
    owners = [(new.outcome, new.slot, sorted(new.slot.contacts)) for new in plan.new]
    # Somebody named twice in a batch: the second line only brings what the first did not.
    later = {id(c.compared.slot): set[tuple[str, str]]() for c in plan.changed}
    for changed in plan.changed:
        later[id(changed.compared.slot)] |= set(changed.compared.new_contacts)
    wanted = [(o, s, [pair for pair in pairs if pair not in later.get(id(s), ())]) for o, s, pairs in owners]
    wanted += [(c.outcome, c.compared.slot, c.compared.new_contacts) for c in plan.changed]
    contacts = [(outcome, _contact(slot, pair, plan)) for outcome, slot, pairs in wanted for pair in pairs]
    insert_rows(Contact, [contact for _, contact in contacts])
    for outcome, contact in contacts:
        outcome.undo.setdefault("contacts", []).append(contact.pk)


def _write_addresses(plan: Plan, known: Known) -> None:
    wanted = [(new.outcome, new.slot, new.row) for new in plan.new if new.household is not None and _has_place(new.row)]
    wanted += [(c.outcome, c.compared.slot, c.compared.row) for c in plan.changed if c.compared.new_address]
    # A couple listed on two lines lives at one address: the last line of a household prevails.
    last = {slot.roles[-1].household.pk: (outcome, slot, row) for outcome, slot, row in wanted if slot.roles}
    former = [a for home in last for a in known.addresses.get(home, ()) if a.source == Source.TYPED]
    update_rows(Address, ("is_current",), [(address.pk, False) for address in former])
    replaced = {address.household_id: address.pk for address in former}
    made, homes = [], []
    for home, (outcome, slot, row) in last.items():
        address = _address(home, row, known, plan)
        made.append((outcome, home, address))
        household = slot.roles[-1].household
        if address.commune_id and household.commune_id != address.commune_id and not known.addresses.get(home):
            household.commune_id = address.commune_id
            homes.append((home, address.commune_id))
    insert_rows(Address, [address for *_, address in made])
    update_rows(Household, ("commune_id",), homes)
    for outcome, home, address in made:
        outcome.undo["address"] = {"new": address.pk, "former": replaced.get(home)}


def _write_entries(plan: Plan) -> None:
    for _slot, entry, _outcome in plan.entries:
        entry.commune_id = entry.household.commune_id
    insert_rows(Entry, [entry for _, entry, _ in plan.entries])
    known = [(slot, outcome) for slot, _, outcome in plan.entries if not slot.is_new]
    roles = [slot.role for slot, _ in known if slot.role is not None]
    update_rows(HouseholdRole, ("subject_to_duties",), [(role.pk, True) for role in roles])
    insert_rows(DutyState, [_duty(role, plan) for role in roles])
    for _, entry, outcome in plan.entries:
        outcome.undo["opened"] = entry.pk
    publish(
        [
            EntryOpened(person_id=slot.person.pk, entry_id=entry.pk, opened_on=entry.opened_on, kind=entry.kind)
            for slot, entry, _ in plan.entries
        ],
        by=plan.by,
        at=plan.at,
    )


def _write_reviews(plan: Plan) -> None:
    rows = [_review(slot.person.pk, kind.value, other.person.pk) for slot, kind, other in plan.doubts]
    raise_reviews(rows, run_id=plan.file.run_id, at=plan.at)
    adults = [new.slot.person.pk for new in plan.new if new.slot.person.search_text]
    raise_lookalikes(adults, run_id=plan.file.run_id, at=plan.at)
    by_person = {new.slot.person.pk: new.outcome for new in plan.new}
    suspected = ReviewItem.objects.filter(
        person_id__in=list(by_person), kind=ReviewKind.NAME_SIMILARITY, settled_at__isnull=True, other__isnull=False
    ).select_related("other")
    for item in suspected:
        if item.other is not None:
            by_person[item.person_id].suspects.append(item.other.full_name)


def _review(person: int, kind: str, other: int) -> tuple[int, int | None, int | None, str, str]:
    if person == other:
        return (person, None, None, kind, f"{kind}:{person}")
    return (person, other, None, kind, f"{kind}:{min(person, other)}:{max(person, other)}")


def _keep(outcome: RowOutcome, table: str, row: Any, before: dict[str, Any]) -> None:
    """Keep former and new values; the NIR is only ever added, so it is taken back, never restored."""
    kept = {
        name: [_plain(value), _plain(getattr(row, name))] for name, value in before.items() if name != "nir_encrypted"
    }
    outcome.undo[table] = {"id": row.pk, "values": kept}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _values(row: Any, columns: Sequence[str]) -> tuple[Any, ...]:
    return (row.pk, *(getattr(row, column) for column in columns))


def _contact(slot: Slot, pair: tuple[str, str], plan: Plan) -> Contact:
    return Contact(
        person=slot.person,
        kind=pair[0],
        value=pair[1],
        source=Source.TYPED,
        received_on=plan.file.received_on,
        run_id=plan.file.run_id,
        recorded_by=plan.by.label[:120],
        recorded_at=plan.at,
    )


def _duty(role: HouseholdRole, plan: Plan) -> DutyState:
    return DutyState(
        person_id=role.person.pk,
        household_id=role.household.pk,
        role=role.role,
        reference_on=plan.file.received_on,
        received_on=plan.file.received_on,
        source=SnapshotSource.SPREADSHEET,
        subject=role.subject_to_duties,
        run_id=plan.file.run_id,
    )


def _has_place(row: PersonRow) -> bool:
    return bool(row.address.postal_code and row.address.city)


def _address(household_id: int, row: PersonRow, known: Known, plan: Plan) -> Address:
    typed: TypedAddress = row.address
    commune = known.commune_of(row)
    lines = {
        "complement": typed.complement,
        "number": typed.number,
        "street_type": "",
        "street": typed.street,
        "place": "",
    }
    return Address(
        household_id=household_id,
        source=Source.TYPED,
        lines=lines,
        postal_code=typed.postal_code,
        insee=typed.insee or (commune.code if commune else ""),
        commune=commune,
        city=typed.city,
        valid_from=plan.file.received_on,
        received_on=plan.file.received_on,
        run_id=plan.file.run_id,
    )
