"""Who enters, leaves or comes back because of a batch: decided by the pure rules, written in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
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
    WHERE e.person_id = ANY(%s) AND NOT (e.closing_reason = 'duplicate' AND e.closed_on = e.opened_on)
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
# Which list of `Moves` a step is written in, or shown to a human by.
_WRITTEN = {Step.OPENED: "opened", Step.REOPENED: "reopened", Step.CLOSED: "closed"}
_SHOWN = {Step.UNKNOWN: "unknown", Step.IN_TWO: "in_two", Step.DEAD: "dead"}


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


@dataclass(frozen=True, slots=True)
class Asked:
    """What a human must look at after a file: the step it made, where, and what it answers or makes double."""

    step: Step = Step.NOTHING
    where: int | None = None
    knows_duties: bool = False
    second_home: int | None = None


def decide_moves(found: Sorted, file: FileFacts, terms: Terms, known: Known, *, leave_out: set[int]) -> Moves:
    """Decide who enters, leaves, comes back or changes dossier, but for those whose whole story is told again.

    For somebody a newer file shows and nobody can tell again, nothing is decided: what would be is shown to a human.
    """
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
        had_two = second_home(life) is not None
        step, where = live(life, sheet, now)
        asked = Asked(
            step=step,
            where=where.household_id if where is not None else None,
            knows_duties=knows_duties(sheet),
            second_home=None if had_two else second_home(life),
        )
        if person_id in known.overtaken:
            _withhold(moves, slots[person_id], asked, dossiers[0].household_id)
            continue
        _note(moves, slots[person_id].id, life, step)
        _ask(moves, slots[person_id], asked)
    return moves


def ask_about_retold(moves: Moves, found: Sorted, retold: Mapping[int, Asked]) -> None:
    """Ask, about those whose story is told again, what is asked about the others."""
    if not retold:
        return
    _, slots = _shown_by_person(found, set())
    for person_id, asked in retold.items():
        if person_id in slots:
            _ask(moves, slots[person_id], asked)


def knows_duties(sheet: Sheet) -> bool:
    """Whether a file tells if somebody is in the pathway."""
    return any(one.is_inside() or one.why_out() is not None for one in sheet.shown)


def second_home(life: Life) -> int | None:
    """The dossier that puts somebody in the pathway besides the one of their entry, or None."""
    if len(life.holdings) < 2:
        return None
    inside = [shown for shown in life.holdings.values() if shown.is_inside()]
    if len(inside) < 2:
        return None
    others = [one for one in inside if life.last is None or one.claim != life.last.claim]
    return max(others, key=lambda one: (one.claimed_on or date.min, one.claim)).household_id


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


def _note(moves: Moves, person_id: int, life: Life, step: Step) -> None:
    last = life.last
    if last is not None and step in _WRITTEN:
        getattr(moves, _WRITTEN[step]).append((person_id, last))
    if last is not None and step == Step.MOVED:
        moves.moved.append((last.entry_id, last.household_id))


def _ask(moves: Moves, slot: PersonSlot, asked: Asked) -> None:
    if asked.where is not None and asked.step in _SHOWN:
        getattr(moves, _SHOWN[asked.step]).append((slot, asked.where))
    if asked.second_home is not None and asked.step not in (Step.IN_TWO, Step.DEAD):
        moves.in_two.append((slot, asked.second_home))
    if asked.knows_duties:
        moves.known.append(slot)


def _withhold(moves: Moves, slot: PersonSlot, asked: Asked, home: int) -> None:
    """Ask only: a dossier of this file and one of a newer file do not agree on where the entry is."""
    if asked.step in (Step.OPENED, Step.REOPENED, Step.MOVED, Step.CLOSED):
        moves.in_two.append((slot, asked.where or home))
    else:
        _ask(moves, slot, replace(asked, knows_duties=False))


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
