"""Who enters, leaves or comes back because of a batch: decided by the pure rules, written in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from emploi.foundation.events import Event
from emploi.pathway.beneficiaries.actions.snapshots.standings import Known
from emploi.pathway.beneficiaries.actions.snapshots.state import PersonSlot, Sorted, Work
from emploi.pathway.beneficiaries.actions.snapshots.writing import copy_rows, next_ids, read, update_rows
from emploi.pathway.beneficiaries.enums import EntryKind
from emploi.pathway.beneficiaries.events import DutiesUnknown, EntryClosed, EntryOpened, EntryReopened
from emploi.pathway.beneficiaries.facts import FileFacts
from emploi.pathway.beneficiaries.hooks import entries_with_a_running_orientation
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.beneficiaries.rules.matching import ADULTS
from emploi.pathway.beneficiaries.rules.passages import Life, Passage, Sheet, Shown, Step, Terms, live
from emploi.pathway.beneficiaries.rules.scope import Leaving

_LAST_ENTRIES = """
    SELECT DISTINCT ON (e.person_id)
        e.person_id, e.id, e.household_id, COALESCE(h.claim_number, '#' || h.id), e.opened_on, e.kind,
        COALESCE(e.duties_since_on, e.opened_on), e.claimed_on, e.right_origin_on, e.closed_on, e.closing_reason,
        e.closed_known_on, e.interrupted_on, e.reopened_on
    FROM beneficiaries_entry e JOIN beneficiaries_household h ON h.id = e.household_id
    WHERE e.person_id = ANY(%s)
    ORDER BY e.person_id, (e.closed_on IS NULL) DESC, e.closed_on DESC, e.id DESC"""
COLUMNS = (
    "id",
    "person_id",
    "household_id",
    "opened_on",
    "kind",
    "previous_id",
    "claimed_on",
    "right_origin_on",
    "duties_since_on",
    "caf_known_on",
    "commune_id",
    "is_stock",
    "run_id",
)


@dataclass(slots=True)
class Moves:
    """What to write about entries, by person, and what a human must look at."""

    opened: list[tuple[int, Passage]] = field(default_factory=list)
    reopened: list[tuple[int, Passage]] = field(default_factory=list)
    moved: list[tuple[int, int]] = field(default_factory=list)
    closed: list[tuple[int, Passage]] = field(default_factory=list)
    unknown: list[tuple[PersonSlot, int]] = field(default_factory=list)
    known: list[PersonSlot] = field(default_factory=list)
    in_two: list[tuple[PersonSlot, int]] = field(default_factory=list)
    dead: list[tuple[PersonSlot, int]] = field(default_factory=list)


def decide_moves(found: Sorted, file: FileFacts, terms: Terms, known: Known, *, leave_out: set[int]) -> Moves:
    """Decide who enters, leaves, comes back or changes dossier, but for those whose whole story is told again."""
    shown, slots = _shown_by_person(found, leave_out)
    stored = _read_passages([person_id for person_id, slot in slots.items() if slot.stored is not None])
    running = entries_with_a_running_orientation(
        [passage.entry_id for passage in stored.values() if passage.closing_reason == Leaving.DUTIES_ENDED]
    )
    now = Terms(terms.return_gap_months, terms.add_months, lambda passage: passage.entry_id in running)
    moves = Moves()
    for person_id, dossiers in shown.items():
        last = stored.get(person_id)
        life = Life(known.holdings(person_id), [last] if last is not None else [])
        sheet = Sheet(
            file.reference_on, file.created_on, file.received_on, file.first_load, file.run_id, tuple(dossiers)
        )
        step, where = live(life, sheet, now)
        _note(moves, slots[person_id], life, step, where)
        if any(one.is_inside() or one.why_out() is not None for one in dossiers):
            moves.known.append(slots[person_id])
    return moves


def write_moves(moves: Moves) -> list[Event]:
    """Write entries and return their events, in the order of life: closed, reopened, opened."""
    for passage, entry_id in zip((p for _, p in moves.opened), next_ids(Entry, len(moves.opened)), strict=True):
        passage.entry_id = entry_id
    update_rows(Entry, ("household_id",), moves.moved)
    update_rows(
        Entry,
        ("closed_on", "closing_reason", "closed_known_on"),
        [(p.entry_id, p.closed_on, p.closing_reason, p.closed_known_on) for _, p in moves.closed],
    )
    update_rows(
        Entry,
        ("closed_on", "closing_reason", "closed_known_on", "interrupted_on", "reopened_on", "household_id"),
        [(p.entry_id, None, "", None, p.interrupted_on, p.reopened_on, p.household_id) for _, p in moves.reopened],
    )
    copy_rows(Entry, COLUMNS, [row_of(person_id, passage) for person_id, passage in moves.opened])
    return list(_events(moves))


def row_of(person_id: int, passage: Passage) -> tuple[Any, ...]:
    """Return the row of a passage that just began."""
    return (
        passage.entry_id,
        person_id,
        passage.household_id,
        passage.opened_on,
        passage.kind,
        passage.previous.entry_id if passage.previous else None,
        passage.claimed_on,
        passage.right_origin_on,
        passage.began_on,
        passage.caf_known_on,
        passage.commune,
        passage.kind == EntryKind.STOCK,
        passage.run_id,
    )


def claim_of(work: Work) -> str:
    """Return what names a dossier in the stories of its members."""
    return work.facts.claim_number or f"#{work.id}"


def shown_in(work: Work, role: str, subject: bool | None) -> Shown:
    """Return how a dossier of the batch shows somebody of this role."""
    facts = work.facts
    return Shown(
        household_id=work.id,
        claim=claim_of(work),
        state=facts.state,
        motive=facts.motive,
        role=role,
        subject=subject,
        claimed_on=facts.claimed_on,
        right_origin_on=facts.right_origin_on,
        ended_on=facts.ended_on,
        transferred_in=facts.transfer_in_on is not None,
        transferred_out=facts.transfer_out_on is not None,
        commune=work.commune,
        replaces=facts.previous_claim_number,
    )


def _shown_by_person(found: Sorted, leave_out: set[int]) -> tuple[dict[int, list[Shown]], dict[int, PersonSlot]]:
    shown: dict[int, list[Shown]] = defaultdict(list)
    slots: dict[int, PersonSlot] = {}
    for work in found.current:
        present = [(m.person, m.facts.role, m.subject) for m in work.members]
        for slot, role, subject in [*((gone.person, "", None) for gone in work.gone), *present]:
            if slot.id not in leave_out and (not role or role in ADULTS or slot.searchable):
                shown[slot.id].append(shown_in(work, role, subject))
                slots[slot.id] = slot
    return shown, slots


def _read_passages(person_ids: Sequence[int]) -> dict[int, Passage]:
    rows = read(_LAST_ENTRIES, [list(person_ids)]) if person_ids else []
    names = (
        "entry_id", "household_id", "claim", "opened_on", "kind", "began_on", "claimed_on", "right_origin_on",
        "closed_on", "closing_reason", "closed_known_on", "interrupted_on", "reopened_on",
    )  # fmt: skip
    return {row[0]: Passage(**dict(zip(names, row[1:], strict=True))) for row in rows}


def _note(moves: Moves, slot: PersonSlot, life: Life, step: Step, where: Shown | None) -> None:
    last = life.last
    if last is not None and step in (Step.OPENED, Step.REOPENED, Step.CLOSED):
        written = {Step.OPENED: moves.opened, Step.REOPENED: moves.reopened, Step.CLOSED: moves.closed}
        written[step].append((slot.id, last))
    if last is not None and step == Step.MOVED:
        moves.moved.append((last.entry_id, last.household_id))
    if where is not None and step in (Step.UNKNOWN, Step.IN_TWO, Step.DEAD):
        asked = {Step.UNKNOWN: moves.unknown, Step.IN_TWO: moves.in_two, Step.DEAD: moves.dead}
        asked[step].append((slot, where.household_id))


def _events(moves: Moves) -> Iterable[Event]:
    for person_id, p in moves.closed:
        if p.closed_on is not None:
            yield EntryClosed(person_id=person_id, entry_id=p.entry_id, closed_on=p.closed_on, reason=p.closing_reason)
    for person_id, p in moves.reopened:
        if p.reopened_on is not None:
            yield EntryReopened(
                person_id=person_id, entry_id=p.entry_id, reopened_on=p.reopened_on, continuous=p.continuous
            )
    for person_id, p in moves.opened:
        yield EntryOpened(person_id=person_id, entry_id=p.entry_id, opened_on=p.opened_on, kind=p.kind)
    for slot, _ in moves.unknown:
        yield DutiesUnknown(person_id=slot.id)
