"""Is this member of a dossier somebody we already know? The exact order of caf-flows.md §3; doubt never merges.

1. same NIR and birth date; 2. same certified NIR and alike names; 3. same dossier and role, two of name, first name
and birth date; 4. same name at birth, first name and birth date (and commune when the date is partial). MATRICULE is
never evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import product

from emploi.pathway.beneficiaries.rules.births import close_birth, is_whole, same_birth
from emploi.pathway.beneficiaries.rules.identity import similarity

ALIKE = 0.3
TWO_OF_THREE = 2
ADULTS = frozenset({"DEM", "CJT"})


class Basis(StrEnum):
    """Which rule recognised the person."""

    NIR_AND_BIRTH = "nir_and_birth"
    NIR_AND_NAMES = "nir_and_names"
    DOSSIER = "dossier"
    NAMES_AND_BIRTH = "names_and_birth"
    NOBODY = "nobody"


class Doubt(StrEnum):
    """What a human must look at; same values as enums.ReviewKind."""

    NIR_CONFLICT = "nir_conflict"
    BIRTH_CONFLICT = "birth_conflict"
    NAME_SIMILARITY = "name_similarity"


@dataclass(slots=True)
class Identity:
    """What identifies somebody: compact names, birth, NIR fingerprint, role and commune."""

    birth_name: str
    last_name: str
    first_name: str
    birth_date: date | None
    precision: str
    nir_hash: str
    nir_valid: bool
    role: str = ""
    commune: str = ""
    # RGNAI: twins are 1 and 2. Absent when nobody says.
    rank: int | None = None
    # Who it is: a record merged into another leaves its identity, under which the same person is still known.
    person_id: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """Who it is (None: nobody known), by which rule, and the doubts raised on the way with whom they concern."""

    known: Identity | None
    basis: Basis
    doubts: tuple[tuple[Doubt, Identity], ...] = ()


def recognise(
    member: Identity,
    *,
    same_nir: Sequence[Identity],
    same_dossier: Sequence[Identity],
    same_names: Sequence[Identity],
) -> Match:
    """Recognise one member among the candidates each rule may look at."""
    by_nir = _by_nir(member, same_nir)
    if by_nir.known is not None:
        return by_nir
    if any(other.nir_valid for _, other in by_nir.doubts):
        # The certified NIR of somebody else (two spouses under one number): it proves nothing, neither for nor against.
        member = replace(member, nir_valid=False)
    known = _by_dossier(member, same_dossier)
    if known is not None:
        return Match(known, Basis.DOSSIER, by_nir.doubts)
    known, doubts = _by_names(member, same_names)
    basis = Basis.NOBODY if known is None else Basis.NAMES_AND_BIRTH
    return Match(known, basis, by_nir.doubts + doubts)


def _by_nir(member: Identity, candidates: Sequence[Identity]) -> Match:
    strangers = [known for known in candidates if known.nir_valid and _is_somebody_else(member, known)]
    for known in candidates:
        if _same_birth(member, known) and not _other_twin(member, known):
            return Match(known, Basis.NIR_AND_BIRTH, tuple((Doubt.NIR_CONFLICT, other) for other in strangers))
    if not member.nir_valid:
        return Match(None, Basis.NOBODY)
    for known in candidates:
        if known.nir_valid and _alike(member, known):
            doubts = () if known.birth_date is None else ((Doubt.BIRTH_CONFLICT, known),)
            return Match(known, Basis.NIR_AND_NAMES, doubts)
    return Match(None, Basis.NOBODY, tuple((Doubt.NIR_CONFLICT, known) for known in candidates))


def _by_dossier(member: Identity, candidates: Sequence[Identity]) -> Identity | None:
    allowed = [known for known in candidates if _comparable_roles(member, known) and not nir_forbids(member, known)]

    # Whoever agrees on everything first, so that two alike members of one dossier never swap.
    def order(known: Identity) -> tuple[int, bool, bool]:
        return -_agreements(member, known), _other_rank(member, known), known.role != member.role

    for known in sorted(allowed, key=order):
        agreements = _agreements(member, known)
        if agreements < TWO_OF_THREE:
            return None
        if agreements > TWO_OF_THREE or _two_are_enough(member, known):
            return known
    return None


def _by_names(
    member: Identity, candidates: Iterable[Identity]
) -> tuple[Identity | None, tuple[tuple[Doubt, Identity], ...]]:
    namesakes = [known for known in candidates if not nir_forbids(member, known)]
    same = [known for known in namesakes if _same_birth(member, known) and _certain_enough(member, known)]
    twins = [known for known in same if _other_rank(member, known)]
    same = [known for known in same if not _other_rank(member, known)]
    if len(same) > 1 and member.commune:
        same = [known for known in same if known.commune == member.commune] or same
    same = _one_each(same)
    if len(same) == 1:
        return same[0], ()
    doubtful = same + twins or [known for known in namesakes if close_birth(member.birth_date, known.birth_date)]
    return None, tuple((Doubt.NAME_SIMILARITY, known) for known in doubtful)


def _one_each(found: Iterable[Identity]) -> list[Identity]:
    """Two identities of one person count once."""
    return list({known.person_id or -number: known for number, known in enumerate(found, start=1)}.values())


def nir_forbids(member: Identity, known: Identity) -> bool:
    """Two certified and different NIR are two human beings, whatever the rest says."""
    return member.nir_valid and known.nir_valid and member.nir_hash != known.nir_hash


def _agreements(member: Identity, known: Identity) -> int:
    return _same_last_name(member, known) + (member.first_name == known.first_name) + _same_birth(member, known)


def _two_are_enough(member: Identity, known: Identity) -> bool:
    # Two twins share name and birth date: for children the first name must agree, or only its spelling differ.
    if member.role in ADULTS:
        return member.role == known.role
    return member.first_name == known.first_name or similarity(member.first_name, known.first_name) >= 2 * ALIKE


def _is_somebody_else(member: Identity, known: Identity) -> bool:
    return not _same_birth(member, known) and not _alike(member, known)


def _other_twin(member: Identity, known: Identity) -> bool:
    """Two twins under one NIR: same day, another rank and another first name."""
    return _other_rank(member, known) and similarity(member.first_name, known.first_name) < 2 * ALIKE


def _other_rank(member: Identity, known: Identity) -> bool:
    return member.rank is not None and known.rank is not None and member.rank != known.rank


def _comparable_roles(member: Identity, known: Identity) -> bool:
    return (member.role in ADULTS) == (known.role in ADULTS) or _agreements(member, known) > TWO_OF_THREE


def _certain_enough(member: Identity, known: Identity) -> bool:
    whole = is_whole(member.birth_date, member.precision) and is_whole(known.birth_date, known.precision)
    return whole or (member.commune != "" and member.commune == known.commune)


def _same_last_name(member: Identity, known: Identity) -> bool:
    names = {member.birth_name, member.last_name} - {""}
    return not names.isdisjoint({known.birth_name, known.last_name})


def _same_birth(member: Identity, known: Identity) -> bool:
    return same_birth(member.birth_date, member.precision, known.birth_date, known.precision)


def _alike(member: Identity, known: Identity) -> bool:
    if similarity(member.first_name, known.first_name) < ALIKE:
        return False
    mine, theirs = (member.birth_name, member.last_name), (known.birth_name, known.last_name)
    return any(similarity(one, other) >= ALIKE for one, other in product(mine, theirs) if one and other)
