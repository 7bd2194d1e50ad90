"""Who a line is about: the order of caf-flows.md §3, then what a Département's own list adds; doubt never merges."""

from __future__ import annotations

from dataclasses import dataclass, field

from emploi.foundation.errors import DomainError
from emploi.foundation.ui.french import date_num_fr
from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.actions.rows.known import Known, Slot, contact_pairs, row_household_keys
from emploi.pathway.beneficiaries.row_facts import PersonRow
from emploi.pathway.beneficiaries.rules.births import same_birth
from emploi.pathway.beneficiaries.rules.identity import compact, name_key, similarity, sort_name
from emploi.pathway.beneficiaries.rules.matching import ADULTS, Basis, Doubt, Identity, nir_forbids, recognise

_ALIKE = 0.3


class RefusedRow(DomainError):
    """A line that would mix two people; `code` names the reason for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Recognised:
    """Who it is (None: somebody new) and the doubts a human must see."""

    slot: Slot | None
    doubts: list[tuple[Doubt, Slot]] = field(default_factory=list)
    names_in_doubt: bool = False


def recognise_row(row: PersonRow, known: Known) -> Recognised:
    """Recognise the person of a line. Raises RefusedRow when its numbers are those of somebody else."""
    identity = _identity(row)
    if row.uuid:
        return _by_uuid(row, identity, known)
    same_nir = known.find(("nir", identity.nir_hash))
    match = recognise(
        identity,
        same_nir=[slot.identity for slot in same_nir],
        same_dossier=[slot.identity for slot in known.find(*row_household_keys(row))],
        same_names=[slot.identity for slot in _namesakes(row, known)],
    )
    doubts = [(kind, known.by_identity[id(other)]) for kind, other in match.doubts]
    if match.known is not None:
        slot = known.by_identity[id(match.known)]
        in_doubt = match.basis == Basis.NIR_AND_BIRTH and not _names_alike(identity, slot.identity)
        return Recognised(slot, doubts, in_doubt)
    found = _by_own_evidence(row, identity, same_nir, known)
    if found is not None:
        return Recognised(found)
    taken = next((other for kind, other in doubts if kind == Doubt.NIR_CONFLICT), None) or next(iter(same_nir), None)
    if taken is not None:
        raise RefusedRow(
            "nir_taken",
            f"Ce numéro de sécurité sociale est déjà celui de {_said(taken)}. Vérifiez le numéro, "
            "ou effacez-le pour créer une autre fiche.",
        )
    return Recognised(None, doubts)


def new_identity(row: PersonRow) -> Identity:
    """What identifies somebody a line names for the first time: its NIR is not certified by the payer."""
    identity = _identity(row)
    identity.nir_valid = False
    return identity


def _by_uuid(row: PersonRow, identity: Identity, known: Known) -> Recognised:
    slot = next(iter(known.find(("uuid", row.uuid))), None)
    if slot is None:
        raise RefusedRow("unknown_uuid", "Cet identifiant de fiche est inconnu : effacez-le pour créer une personne.")
    alike = _names_alike(identity, slot.identity) + (
        _same_birth(identity, slot.identity) or identity.birth_date is None or slot.identity.birth_date is None
    )
    if not alike or nir_forbids(identity, slot.identity):
        raise RefusedRow("other_uuid", f"Cet identifiant de fiche est celui de {_said(slot)}, pas de cette personne.")
    return Recognised(slot)


def _by_own_evidence(row: PersonRow, identity: Identity, same_nir: list[Slot], known: Known) -> Slot | None:
    """The same exact names with the same NIR, local number, or telephone or e-mail; nothing may contradict."""
    contacts = [("contact", value) for _, value in contact_pairs(row)]
    groups = (same_nir, known.find(("local", row.local_number)), known.find(*contacts))
    for candidates in groups:
        same = [
            slot for slot in candidates if _same_names(identity, slot.identity) and _nothing_against(identity, slot)
        ]
        if len(same) == 1:
            return same[0]
    return None


def _nothing_against(identity: Identity, slot: Slot) -> bool:
    known = slot.identity
    both_born = identity.birth_date is not None and known.birth_date is not None
    other_nir = bool(identity.nir_hash and known.nir_hash and identity.nir_hash != known.nir_hash)
    return not other_nir and (not both_born or _same_birth(identity, known))


def _namesakes(row: PersonRow, known: Known) -> list[Slot]:
    born = ("name", name_key(row.birth_name, row.last_name, row.first_name))
    return known.find(born, ("used", sort_name(row.last_name, row.first_name)))


def _identity(row: PersonRow) -> Identity:
    return Identity(
        birth_name=compact(row.birth_name),
        last_name=compact(row.last_name),
        first_name=compact(row.first_name),
        birth_date=row.birth_date,
        precision=row.birth_date_precision,
        nir_hash=nir.fingerprint(row.nir13),
        nir_valid=row.nir_valid,
        # Who is listed by a Département is an adult; the role, when it is said, must agree.
        role=row.role or "DEM",
        commune=row.address.insee,
    )


def is_adult(row: PersonRow) -> bool:
    """Whether the line is about a person who is looked for, and may enter."""
    return (row.role or "DEM") in ADULTS


def _same_names(one: Identity, other: Identity) -> bool:
    names = {one.birth_name, one.last_name} - {""}
    return one.first_name == other.first_name and not names.isdisjoint({other.birth_name, other.last_name})


def _names_alike(one: Identity, other: Identity) -> bool:
    pairs = [(a, b) for a in (one.birth_name, one.last_name) for b in (other.birth_name, other.last_name) if a and b]
    return similarity(one.first_name, other.first_name) >= _ALIKE and any(similarity(a, b) >= _ALIKE for a, b in pairs)


def _same_birth(one: Identity, other: Identity) -> bool:
    return same_birth(one.birth_date, one.precision, other.birth_date, other.precision)


def _said(slot: Slot) -> str:
    born = slot.person.birth_date
    return f"{slot.person.full_name}{f', naissance le {date_num_fr(born)}' if born else ''}"
