"""What is known, before a batch, of the people it names: how each of their dossiers stands, and who is told late."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from emploi.pathway.beneficiaries.actions.snapshots.state import Sorted, file_order
from emploi.pathway.beneficiaries.actions.snapshots.writing import distinct, read
from emploi.pathway.beneficiaries.facts import FileFacts
from emploi.pathway.beneficiaries.rules.passages import Shown

_ROLES = """
    SELECT COALESCE(p.merged_into_id, p.id), r.role, r.subject_to_duties, r.ended_on, h.id,
        COALESCE(h.claim_number, '#' || h.id), h.state, h.motive, h.claimed_on, h.previous_claim_number,
        h.last_reference_on, h.last_created_on, h.last_seen_on
    FROM beneficiaries_householdrole r
    JOIN beneficiaries_person p ON p.id = r.person_id
    JOIN beneficiaries_household h ON h.id = r.household_id
    WHERE p.id = ANY(%s) OR p.merged_into_id = ANY(%s)
    ORDER BY r.id"""
Order = tuple[date, date]


@dataclass(slots=True)
class Known:
    """How people stand in their dossiers before a batch."""

    active: dict[int, dict[str, tuple[Shown, Order]]] = field(default_factory=lambda: defaultdict(dict))
    # Somebody known by a file at least as recent, this very one included: their story is told again.
    behind: set[int] = field(default_factory=set)
    # Somebody known by a file strictly more recent: what describes them is only completed.
    outdated: set[int] = field(default_factory=set)
    # Somebody a dossier they are still in shows in a strictly more recent file: this one does not tell their present.
    overtaken: set[int] = field(default_factory=set)
    # Somebody known by a file received after this one: their J0 may be earlier than what is written.
    early: set[int] = field(default_factory=set)

    @property
    def late(self) -> set[int]:
        """People whose story has to be told again from the first file."""
        return self.behind | self.early

    def holdings(self, person_id: int) -> dict[str, Shown]:
        """Return how each dossier shows a person now; one that another replaced since says nothing any more."""
        active = self.active.get(person_id, {})
        heirs = {shown.replaces: order for shown, order in active.values() if shown.replaces}
        return {claim: shown for claim, (shown, order) in active.items() if claim not in heirs or heirs[claim] <= order}


def read_known(found: Sorted, file: FileFacts) -> Known:
    """Read, in one statement, the dossiers of everybody the batch names."""
    known, order = Known(), file_order(file)
    works = [*found.current, *found.older, *found.early]
    people = distinct(
        slot.id
        for work in works
        for slot in [*(m.person for m in work.members), *(role.person for role in work.roles)]
        if slot.stored is not None
    )
    rows = read(_ROLES, [people, people]) if people else []
    for person, role, subject, ended_on, household, claim, state, motive, claimed_on, previous, ref, made, seen in rows:
        last = (ref or date.min, made or date.min)
        if last >= order:
            known.behind.add(person)
        if last > order:
            known.outdated.add(person)
        if seen is not None and seen > file.received_on:
            known.early.add(person)
        if ended_on is None:
            shown = Shown(household, claim, state, motive, role, subject, claimed_on=claimed_on, replaces=previous)
            known.active[person][claim] = (shown, last)
            if last > order:
                known.overtaken.add(person)
    known.behind |= {m.person.id for work in found.older for m in work.members if m.person.stored is not None}
    return known
