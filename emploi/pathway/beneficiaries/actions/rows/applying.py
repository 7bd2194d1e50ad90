"""A batch of lines becomes people: recognised, compared, written in bulk, doubts handed to a human."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.actions.locking import hold_identities
from emploi.pathway.beneficiaries.actions.rows.differing import Comparison, new_in_words
from emploi.pathway.beneficiaries.actions.rows.known import (
    Known,
    Slot,
    contact_pairs,
    household_keys,
    read_known,
    row_household_keys,
)
from emploi.pathway.beneficiaries.actions.rows.recognising import (
    RefusedRow,
    is_adult,
    new_identity,
    recognise_row,
)
from emploi.pathway.beneficiaries.actions.rows.writing import Plan, write
from emploi.pathway.beneficiaries.enums import Payer, RightStatus
from emploi.pathway.beneficiaries.events import PersonCreated
from emploi.pathway.beneficiaries.models import Household, HouseholdRole, Person
from emploi.pathway.beneficiaries.row_facts import (
    CREATED,
    REFUSED,
    UNCHANGED,
    UPDATED,
    PersonRow,
    RowOutcome,
    RowsFile,
)


@dataclass(slots=True)
class Applied:
    """What became of each line of a batch, in its order."""

    outcomes: list[RowOutcome] = field(default_factory=list)


@action
def apply_rows(batch: Sequence[PersonRow], *, file: RowsFile, by: Actor, at: datetime) -> Applied:
    """Bring the people of a batch of lines in; blanks erase nothing, what was typed is kept unless told otherwise.

    Idempotent: the same lines again are all unchanged. A line that would mix two people is refused alone.
    """
    hold_identities()
    known = read_known(batch, lock=True)
    plan = Plan(file=file, by=by, at=at)
    for row in batch:
        plan.outcomes.append(_decide(row, known, plan))
    write(plan, known)
    publish([PersonCreated(person_id=new.slot.person.pk) for new in plan.new], by=by, at=at)
    plan.finish()
    return Applied(plan.outcomes)


def _decide(row: PersonRow, known: Known, plan: Plan) -> RowOutcome:
    outcome = RowOutcome(row.number, name=row.full_name)
    try:
        found = recognise_row(row, known)
        if found.slot is None:
            slot = _create(row, known, plan, outcome)
            plan.doubt(slot, found.doubts)
            return outcome
    except RefusedRow as refused:
        outcome.status, outcome.code, outcome.reason = REFUSED, refused.code, refused.message
        return outcome
    slot = found.slot
    compared = Comparison(row, slot, known, overwrite=plan.file.overwrite, names_in_doubt=found.names_in_doubt)
    outcome.differences = compared.differences()
    applied = [difference for difference in outcome.differences if not difference.kept]
    outcome.status = UPDATED if applied else UNCHANGED
    plan.change(outcome, compared)
    plan.doubt(slot, found.doubts)
    if _enters(row, slot):
        plan.open_entry(slot, row, outcome)
    known.index(slot)
    return outcome


def _create(row: PersonRow, known: Known, plan: Plan, outcome: RowOutcome) -> Slot:
    """Name somebody new, in the household of their numbers or in a new one."""
    household, is_new = _household_of(row, known)
    person = Person(
        uuid=uuid.uuid4(),
        title=row.title,
        last_name=row.last_name,
        birth_name=row.birth_name,
        first_name=row.first_name,
        birth_date=row.birth_date,
        birth_date_precision=row.birth_date_precision,
        sex=row.sex,
        nir_hash=nir.fingerprint(row.nir13),
        nir_encrypted=nir.encrypt(row.nir13),
        # Typed by somebody, not certified by the payer: recognises with the birth date or the very same names.
        nir_valid=False,
        france_travail_number=row.france_travail_number,
        local_number=row.local_number,
        interpreter_language=row.interpreter_language,
        under_guardianship=bool(row.under_guardianship),
        confidential_address=bool(row.confidential_address),
    )
    role = HouseholdRole(
        person=person,
        household=household,
        role=row.role or "DEM",
        started_on=plan.file.received_on,
        subject_to_duties=row.subject,
    )
    identity = new_identity(row)
    slot = Slot(person, identity, is_new=True, roles=[role], contacts=set(contact_pairs(row)))
    known.add(slot)
    outcome.status, outcome.differences = CREATED, new_in_words(row, household)
    plan.create(outcome, slot, row, household if is_new else None)
    if _enters(row, slot):
        plan.open_entry(slot, row, outcome)
    return slot


def _household_of(row: PersonRow, known: Known) -> tuple[Household, bool]:
    """The household of the claim or payer number when its place is free, else a new one."""
    role = row.role or "DEM"
    for key in row_household_keys(row):
        household = known.households.get(key) if key[1] else None
        if household is None:
            continue
        holder = next(
            (slot for slot in known.find(key) for r in slot.roles if r.household is household and r.role == role), None
        )
        if holder is None or not is_adult(row):
            return household, False
        if key[0] == "claim":
            raise RefusedRow(
                "place_taken",
                f"Le dossier {row.claim_number} a déjà {holder.person.full_name} à cette place. "
                "Vérifiez le numéro de demande, ou le rôle.",
            )
    is_msa = row.payer == Payer.MSA
    household = Household(
        claim_number=row.claim_number or None,
        payer=row.payer,
        payer_number="" if is_msa else row.payer_number,
        payer_number_hash=nir.fingerprint(row.payer_number) if is_msa else "",
        claimed_on=row.claimed_on,
        state=RightStatus.MANUAL,
    )
    for key in household_keys(household):
        if key[1]:
            known.households[key] = household
    return household, True


def _enters(row: PersonRow, slot: Slot) -> bool:
    """« Droits et devoirs : oui » opens the entry of an adult whose dossier no file of the payer describes."""
    role = slot.role
    by_hand = role is not None and role.household.state == RightStatus.MANUAL
    return bool(row.subject and by_hand and slot.entry is None and is_adult(row) and slot.person.died_on is None)
