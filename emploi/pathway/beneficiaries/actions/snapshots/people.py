"""The rows of persons and of their roles: new ones copied, changed ones corrected in one statement each."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.actions.snapshots.identities import Directory
from emploi.pathway.beneficiaries.actions.snapshots.state import Member, PersonSlot, Sorted, StoredRole, Work
from emploi.pathway.beneficiaries.actions.snapshots.writing import copy_rows, next_ids, read, update_rows
from emploi.pathway.beneficiaries.facts import FileFacts, MemberFacts
from emploi.pathway.beneficiaries.keys import Keys
from emploi.pathway.beneficiaries.models import Address, HouseholdRole, Person
from emploi.pathway.beneficiaries.rules.identity import compact, name_key, search_text, sort_name
from emploi.pathway.beneficiaries.rules.matching import ADULTS
from emploi.pathway.beneficiaries.rules.scope import has_right

_COLUMNS = (
    "title",
    "last_name",
    "birth_name",
    "first_name",
    "birth_date",
    "birth_date_precision",
    "birth_rank",
    "sex",
    "nir_hash",
    "nir_valid",
    "france_travail_number",
    "search_text",
    "sort_name",
    "name_key",
    "nir_encrypted",
)
_TYPED_HOUSEHOLDS = """
    SELECT r.id, r.person_id, r.household_id FROM beneficiaries_householdrole r
    JOIN beneficiaries_household h ON h.id = r.household_id
    WHERE r.person_id = ANY(%s) AND r.ended_on IS NULL AND h.claim_number IS NULL"""
_TYPED_ADDRESSES = """
    SELECT id, household_id FROM beneficiaries_address WHERE household_id = ANY(%s) AND source = 'typed'"""
_ROLE_COLUMNS = ("person_id", "household_id", "role", "started_on", "subject_to_duties", "pole_emploi_number")


def write_people(found: Sorted, directory: Directory, outdated: Collection[int] = ()) -> list[PersonSlot]:
    """Write new persons and those a file corrects; return the corrected ones.

    People a newer file describes already (`outdated`), and those of an older dossier, only see their blanks filled.
    """
    for work in [*found.older, *found.current]:
        for member in work.members:
            _tell(
                member,
                work,
                is_past=member.person.stored is not None and (member.person.id in outdated or work in found.older),
            )
    for slot, new_id in zip(directory.new, next_ids(Person, len(directory.new)), strict=True):
        slot.id = new_id
    copy_rows(Person, ("id", *_COLUMNS), [(slot.id, *_new_row(slot)) for slot in directory.new])
    corrected = [(slot, row) for slot in _known(found) if (row := _corrected_row(slot)) is not None]
    without_nir = [(slot.id, *row[:-1]) for slot, row in corrected if row[-1] is None]
    with_nir = [(slot.id, *row) for slot, row in corrected if row[-1] is not None]
    update_rows(Person, _COLUMNS[:-1], without_nir)
    update_rows(Person, _COLUMNS, with_nir)
    return [slot for slot, _ in corrected]


def write_roles(found: Sorted, file: FileFacts) -> None:
    """End the roles that are over, follow the droits et devoirs of those that go on, add the new ones."""
    ended: list[tuple[object, ...]] = []
    followed: list[tuple[object, ...]] = []
    added: list[tuple[object, ...]] = []
    for work in found.current:
        stored = {id(role.person): role for role in work.roles}
        ended.extend((role.id, file.reference_on) for role in work.gone)
        for member in work.members:
            former = stored.get(id(member.person))
            if former is not None and former.role == member.facts.role:
                followed.extend(_follow(former, member))
                continue
            if former is not None:
                ended.append((former.id, file.reference_on))
            added.append(_role_row(work, member, file))
    update_rows(HouseholdRole, ("ended_on",), ended)
    update_rows(HouseholdRole, ("subject_to_duties", "pole_emploi_number"), followed)
    copy_rows(HouseholdRole, _ROLE_COLUMNS, added)


def adopt_typed(found: Sorted, file: FileFacts) -> None:
    """Let the payer's dossier take the place of the household an agent had typed, its address included."""
    arrived = {m.person.id: work.id for work in found.new for m in work.members if m.person.stored is not None}
    typed = read(_TYPED_HOUSEHOLDS, [list(arrived)]) if arrived else []
    if not typed:
        return
    heirs = {household_id: arrived[person_id] for _, person_id, household_id in typed}
    addresses = read(_TYPED_ADDRESSES, [list(heirs)])
    update_rows(HouseholdRole, ("ended_on",), [(role_id, file.reference_on) for role_id, *_ in typed])
    update_rows(Address, ("household_id",), [(address_id, heirs[former]) for address_id, former in addresses])


def _tell(member: Member, work: Work, *, is_past: bool) -> None:
    """Keep what describes a person best: what the dossier with an open right says, else the last one read."""
    slot = member.person
    if is_past:
        slot.past = member.facts
    elif slot.facts is None or has_right(work.facts.state, work.facts.motive):
        slot.facts, slot.keys = member.facts, member.keys
    slot.searchable = slot.searchable or member.facts.role in ADULTS


def _known(found: Sorted) -> Iterable[PersonSlot]:
    slots = (member.person for work in [*found.current, *found.older] for member in work.members)
    return {slot.id: slot for slot in slots if slot.stored is not None}.values()


def _new_row(slot: PersonSlot) -> tuple[object, ...]:
    facts, keys = slot.facts, slot.keys
    if facts is None or keys is None:
        raise ValueError("a new person always comes from a member")
    return (
        *_described(facts),
        slot.identity.nir_hash,
        facts.nir_valid and bool(facts.nir13),
        facts.pole_emploi_number,
        *_names_kept(facts, keys, slot.searchable),
        nir.encrypt(facts.nir13),
    )


def _corrected_row(slot: PersonSlot) -> tuple[object, ...] | None:
    """The row a file gives to a known person, or None when nothing differs; a blank never erases."""
    facts, stored = slot.facts or slot.past, slot.stored
    if facts is None or stored is None:
        return None
    nir_hash, valid, number, former_text, protected = stored[9:]
    said = _described(facts)
    if slot.facts is None:
        merged = [before or after for before, after in zip(stored[1:9], said, strict=True)]
    else:
        merged = [
            before if name in protected else after or before
            for name, before, after in zip(_COLUMNS[:8], stored[1:9], said, strict=True)
        ]
    if not facts.birth_date or merged[4] != facts.birth_date:
        merged[5] = stored[6]
    slot.differences = _differences(stored, said, protected) if slot.facts is not None else {}
    brings_nir = bool(facts.nir13) and (not nir_hash or (facts.nir_valid and not valid))
    new_hash = nir.fingerprint(facts.nir13) if brings_nir else nir_hash
    new_valid = facts.nir_valid if brings_nir else valid
    names = _names_of(str(merged[1]), str(merged[2]), str(merged[3]), slot.searchable)
    row = (*merged, new_hash, new_valid, number or facts.pole_emploi_number, *names)
    if row[:11] == stored[1:12] and names[0] == former_text:
        return None
    return (*row, nir.encrypt(facts.nir13) if new_hash != nir_hash else None)


def _described(facts: MemberFacts) -> tuple[object, ...]:
    """What a file says of a person, in the order of the columns."""
    return (
        facts.title,
        facts.last_name,
        facts.birth_name,
        facts.first_name,
        facts.birth_date,
        facts.birth_date_precision,
        facts.birth_rank,
        facts.sex,
    )


def _differences(stored: tuple[Any, ...], said: tuple[Any, ...], protected: Collection[str]) -> dict[str, str]:
    """What the payer says otherwise than the agent who corrected; accents and capitals make no difference."""
    found = {}
    for name, before, after in zip(_COLUMNS[:8], stored[1:9], said, strict=True):
        if name in protected and after and compact(str(before)) != compact(str(after)):
            found[name] = str(after)
    return found


def _names_kept(facts: MemberFacts, keys: Keys, searchable: bool) -> tuple[str, str, str]:
    if searchable and not keys.sort_name:  # a child here, an adult in another dossier
        return _names_of(facts.last_name, facts.birth_name, facts.first_name, searchable)
    return (keys.search_text, keys.sort_name, keys.name_key)


def _names_of(last: str, birth_name: str, first: str, searchable: bool) -> tuple[str, str, str]:
    return (
        search_text(last, birth_name, first) if searchable else "",
        sort_name(last, first) if searchable else "",
        name_key(birth_name, last, first),
    )


def _follow(former: StoredRole, member: Member) -> Iterable[tuple[object, ...]]:
    number = member.facts.pole_emploi_number or former.pole_emploi_number
    if (former.subject, former.pole_emploi_number) != (member.subject, number):
        yield (former.id, member.subject, number)


def _role_row(work: Work, member: Member, file: FileFacts) -> tuple[object, ...]:
    return (
        member.person.id,
        work.id,
        member.facts.role,
        file.reference_on,
        member.subject,
        member.facts.pole_emploi_number,
    )
