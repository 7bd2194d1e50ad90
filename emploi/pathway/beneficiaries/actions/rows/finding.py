"""Who lines are about, without changing anybody: for files about people the payer has already shown us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emploi.pathway.beneficiaries.actions.rows.known import read_known
from emploi.pathway.beneficiaries.actions.rows.recognising import RefusedRow, recognise_row
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.beneficiaries.row_facts import PersonRow


@dataclass(frozen=True, slots=True)
class Found:
    """The person of a line and their open entry; without a person, `code` and `reason` may say why."""

    person: Person | None = None
    entry: Entry | None = None
    code: str = ""
    reason: str = ""


def find_rows(batch: Sequence[PersonRow]) -> list[Found]:
    """Say who each line is about, in its order; a constant number of statements, nobody is created nor changed."""
    known = read_known(batch, lock=False)
    found = []
    for row in batch:
        try:
            slot = recognise_row(row, known).slot
        except RefusedRow as refused:
            found.append(Found(code=refused.code, reason=refused.message))
            continue
        found.append(Found(slot.person, slot.entry) if slot is not None else Found())
    return found
