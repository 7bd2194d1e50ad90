"""Who is who in a batch: candidates read in two statements, recognised by the pure rules, new persons named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from emploi.foundation.lists import SPLIT, joined
from emploi.pathway.beneficiaries.actions.snapshots.state import Doubtful, Member, PersonSlot, StoredRole, Work
from emploi.pathway.beneficiaries.actions.snapshots.writing import distinct, read
from emploi.pathway.beneficiaries.facts import MemberFacts
from emploi.pathway.beneficiaries.keys import Keys, keys_of
from emploi.pathway.beneficiaries.rules.births import is_whole, same_birth
from emploi.pathway.beneficiaries.rules.identity import compact
from emploi.pathway.beneficiaries.rules.matching import ADULTS, Basis, Doubt, Identity, Match, recognise

_PERSON = """p.id, p.title, p.last_name, p.birth_name, p.first_name, p.birth_date, p.birth_date_precision, p.birth_rank,
    p.sex, p.nir_hash, p.nir_valid, p.france_travail_number, p.search_text, p.corrected_fields"""
_MEMBERS = f"""
    SELECT r.id, r.household_id, r.role, r.subject_to_duties, r.pole_emploi_number, {_PERSON}
    FROM beneficiaries_householdrole r
    JOIN beneficiaries_person former ON former.id = r.person_id
    JOIN beneficiaries_person p ON p.id = COALESCE(former.merged_into_id, former.id)
    WHERE r.household_id = ANY(%s) AND r.ended_on IS NULL
    ORDER BY r.household_id, r.id"""  # noqa: S608 - column names only
# One index look-up a value (OFFSET 0 keeps it so): a first load fills tables the planner has no statistics about.
_COMMUNE = """LEFT JOIN LATERAL (
        SELECT household.commune_id FROM beneficiaries_householdrole role
        JOIN beneficiaries_household household ON household.id = role.household_id
        WHERE role.person_id = COALESCE(p.merged_into_id, p.id)
        ORDER BY role.ended_on DESC NULLS FIRST, role.id DESC LIMIT 1
    ) h ON true"""
# A record merged into another still recognises: whoever matches its identity is the person it was merged into.
_CANDIDATES = f"""
    SELECT h.commune_id, p.merged_into_id, {_PERSON} FROM unnest({SPLIT}) AS wanted(value)
    CROSS JOIN LATERAL (SELECT * FROM beneficiaries_person
        WHERE nir_hash = wanted.value AND nir_hash <> '' OFFSET 0) p {_COMMUNE}
    UNION ALL
    SELECT h.commune_id, p.merged_into_id, {_PERSON} FROM unnest({SPLIT}) AS wanted(value)
    CROSS JOIN LATERAL (SELECT * FROM beneficiaries_person
        WHERE name_key = wanted.value OFFSET 0) p {_COMMUNE}
    ORDER BY id"""  # noqa: S608 - no value in it
_HEIRS = f"""
    SELECT h.commune_id, {_PERSON} FROM beneficiaries_person p {_COMMUNE} WHERE p.id = ANY(%s)"""  # noqa: S608 - our own text

# Nobody to compare with: what `recognise` answers then.
_NOBODY = Match(None, Basis.NOBODY)


class Directory:
    """Everybody the batch may meet, found by NIR, by names or by dossier; grows as new persons are named."""

    def __init__(self) -> None:
        self.by_nir: dict[str, list[PersonSlot]] = defaultdict(list)
        self.by_names: dict[str, list[PersonSlot]] = defaultdict(list)
        self.by_identity: dict[int, PersonSlot] = {}
        self._by_id: dict[int, PersonSlot] = {}
        self.new: list[PersonSlot] = []

    def add(self, slot: PersonSlot) -> PersonSlot:
        """Keep one slot a person, whichever statement brought it."""
        if slot.id:
            slot.identity.person_id = slot.id
            known = self._by_id.setdefault(slot.id, slot)
            if known is not slot:
                known.identity.commune = known.identity.commune or slot.identity.commune
                return known
        self.by_identity[id(slot.identity)] = slot
        if slot.identity.nir_hash:
            self.by_nir[slot.identity.nir_hash].append(slot)
        self.by_names[_names(slot.identity)].append(slot)
        return slot

    def add_former(self, former: Identity, slot: PersonSlot) -> None:
        """Keep the identity of a record merged into a person: it names the same person."""
        former.person_id, alias = slot.id, PersonSlot(former, id=slot.id)
        self.by_identity[id(former)] = slot
        if former.nir_hash:
            self.by_nir[former.nir_hash].append(alias)
        self.by_names[_names(former)].append(alias)


def read_members(works: list[Work], directory: Directory) -> None:
    """Attach to each known dossier its active roles and persons; to a new one, those of the dossier it replaces."""
    known = {work.stored.id: work for work in works if work.stored}
    replaced = {work.previous_id: work for work in works if work.previous_id}
    wanted = distinct([*known, *replaced])
    rows = read(_MEMBERS, [wanted]) if wanted else []
    for role_id, household_id, role, subject, number, *person in rows:
        stored = StoredRole(role_id, household_id, directory.add(_slot(tuple(person), role)), role, subject, number)
        if household_id in known:
            known[household_id].roles.append(stored)
        if household_id in replaced:
            replaced[household_id].before.append(stored)


def read_candidates(works: Iterable[Work], directory: Directory) -> None:
    """Bring in whoever shares a NIR or the exact names of a member."""
    keys: list[Keys] = []
    for work in works:
        work.keys = [keys_of(member) for member in work.facts.members]
        keys.extend(work.keys)
    wanted = [joined(distinct(one.nir_hash for one in keys)), joined(distinct(one.name_key for one in keys))]
    merged: dict[int, tuple[int, Identity]] = {}
    for commune, heir_id, *person in read(_CANDIDATES, wanted) if keys else ():
        slot = _slot(tuple(person), "", commune or "")
        if heir_id is None:
            directory.add(slot)
        else:
            merged[slot.id] = (heir_id, slot.identity)
    _add_merged(merged.values(), directory)


def _add_merged(merged: Collection[tuple[int, Identity]], directory: Directory) -> None:
    rows = read(_HEIRS, [distinct(heir_id for heir_id, _ in merged)]) if merged else ()
    heirs = [directory.add(_slot(tuple(person), "", commune or "")) for commune, *person in rows]
    by_id = {heir.id: heir for heir in heirs}
    for heir_id, former in merged:
        directory.add_former(former, by_id[heir_id])


def recognise_members(work: Work, directory: Directory, doubts: list[Doubtful]) -> None:
    """Give each member of a dossier a person, known or new; somebody listed twice counts once."""
    taken: dict[int, Member] = {}
    for keys, facts in zip(work.keys, work.facts.members, strict=True):
        identity = _identity(facts, keys, work.commune or "")
        slot, match = _recognise(identity, work, taken, directory, doubts)
        facts = _believed(facts, match)
        already = taken.get(id(slot))
        if already is None:
            taken[id(slot)] = Member(slot, facts, keys)
        elif facts.role in ADULTS and already.facts.role not in ADULTS:
            already.facts, already.keys = facts, keys
    work.members = list(taken.values())
    present = set(taken)
    work.gone = [role for role in work.roles if id(role.person) not in present]


def known_members(work: Work, directory: Directory) -> None:
    """Recognise the members of a dossier that did not change among those it has; nobody is new."""
    candidates = [role.person.identity for role in work.roles]
    for facts in work.facts.members:
        keys = keys_of(facts)
        identity = _identity(facts, keys, "")
        same_nir = [known for known in candidates if identity.nir_hash and known.nir_hash == identity.nir_hash]
        match = recognise(identity, same_nir=same_nir, same_dossier=candidates, same_names=())
        if match.known is not None:
            work.members.append(Member(directory.by_identity[id(match.known)], facts, keys))


def _recognise(
    identity: Identity, work: Work, taken: dict[int, Member], directory: Directory, doubts: list[Doubtful]
) -> tuple[PersonSlot, Match]:
    same_nir = directory.by_nir.get(identity.nir_hash, ()) if identity.nir_hash else ()
    same_names = directory.by_names.get(_names(identity), ())
    if not (same_nir or same_names or work.roles or work.before):
        return _name_new(identity, directory), _NOBODY
    match = recognise(
        identity,
        same_nir=[slot.identity for slot in same_nir],
        same_dossier=[role.person.identity for role in work.roles + work.before if id(role.person) not in taken],
        same_names=[slot.identity for slot in same_names],
    )
    slot = directory.by_identity[id(match.known)] if match.known else _name_new(identity, directory)
    doubts.extend(Doubtful(slot, kind, directory.by_identity[id(other)]) for kind, other in match.doubts)
    return slot, match


def _believed(facts: MemberFacts, match: Match) -> MemberFacts:
    """What is kept of a member: a NIR that names somebody else is no longer certified, a whole date stays whole."""
    if any(doubt == Doubt.NIR_CONFLICT for doubt, _ in match.doubts):
        facts = replace(facts, nir_valid=False)
    known = match.known
    if known is None or not is_whole(known.birth_date, known.precision):
        return facts
    precision = facts.birth_date_precision
    if precision != known.precision and same_birth(facts.birth_date, precision, known.birth_date, known.precision):
        facts = replace(facts, birth_date=known.birth_date, birth_date_precision=known.precision)
    return facts


def _name_new(identity: Identity, directory: Directory) -> PersonSlot:
    slot = directory.add(PersonSlot(identity))
    directory.new.append(slot)
    return slot


def _identity(facts: MemberFacts, keys: Keys, commune: str) -> Identity:
    return Identity(
        birth_name=keys.birth_name,
        last_name=keys.last_name,
        first_name=keys.first_name,
        birth_date=facts.birth_date,
        precision=facts.birth_date_precision,
        nir_hash=keys.nir_hash,
        nir_valid=facts.nir_valid,
        role=facts.role,
        commune=commune,
        rank=facts.birth_rank,
    )


def _slot(person: tuple[Any, ...], role: str, commune: str = "") -> PersonSlot:
    person_id, _, last_name, birth_name, first_name, birth_date, precision, rank, _, nir_hash, nir_valid, *_ = person
    identity = Identity(
        birth_name=compact(birth_name),
        last_name=compact(last_name),
        first_name=compact(first_name),
        birth_date=birth_date,
        precision=precision,
        rank=rank,
        nir_hash=nir_hash,
        nir_valid=nir_valid,
        role=role,
        commune=commune,
    )
    return PersonSlot(identity, id=person_id, stored=person, searchable=bool(person[-2]))


def _names(identity: Identity) -> str:
    return f"{identity.birth_name or identity.last_name}|{identity.first_name}"
