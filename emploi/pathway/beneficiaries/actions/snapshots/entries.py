"""Who enters, leaves or comes back because of a batch: decided by the pure rules, written in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from emploi.foundation.events import Event
from emploi.pathway.beneficiaries.actions.snapshots.state import Member, PersonSlot, Sorted, Work
from emploi.pathway.beneficiaries.actions.snapshots.writing import copy_rows, next_ids, read, update_rows
from emploi.pathway.beneficiaries.enums import ClosingReason
from emploi.pathway.beneficiaries.events import DutiesUnknown, EntryClosed, EntryOpened, EntryReopened
from emploi.pathway.beneficiaries.facts import FileFacts
from emploi.pathway.beneficiaries.hooks import entries_with_a_running_orientation
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.beneficiaries.rules.entries import Opening, PastEntry, opening
from emploi.pathway.beneficiaries.rules.matching import ADULTS
from emploi.pathway.beneficiaries.rules.scope import (
    MOTIVES_STILL_IN,
    OPEN,
    PAYMENT_SUSPENDED,
    Leaving,
    has_right,
    in_scope,
    leaving,
)

_LAST_ENTRIES = """
    SELECT DISTINCT ON (e.person_id)
        e.person_id, e.id, e.household_id, e.closed_on, e.closing_reason, h.state, h.motive,
        EXISTS (SELECT 1 FROM beneficiaries_householdrole r
                WHERE r.person_id = e.person_id AND r.household_id = e.household_id AND r.ended_on IS NULL)
    FROM beneficiaries_entry e JOIN beneficiaries_household h ON h.id = e.household_id
    WHERE e.person_id = ANY(%s)
    ORDER BY e.person_id, (e.closed_on IS NULL) DESC, e.closed_on DESC, e.id DESC"""
_ELSEWHERE = """
    SELECT r.person_id, r.household_id
    FROM beneficiaries_householdrole r JOIN beneficiaries_household h ON h.id = r.household_id
    WHERE r.person_id = ANY(%s) AND r.ended_on IS NULL AND r.subject_to_duties AND r.role = ANY(%s)
      AND (h.state = ANY(%s) OR (h.state = %s AND h.motive = ANY(%s)))"""
_COLUMNS = (
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
    "france_travail_followed",
    "run_id",
)


@dataclass(slots=True)
class StoredEntry:
    """The entry of a person before the batch: the open one, else the last closed."""

    id: int
    household_id: int
    closed_on: date | None
    closing_reason: str
    state: str
    motive: str
    has_role: bool

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    def holds(self) -> bool:
        """Whether its household still gives a right to this person."""
        return self.has_role and has_right(self.state, self.motive)


@dataclass(slots=True)
class Standing:
    """How a person stands in the dossiers of the batch."""

    person: PersonSlot
    inside: list[Work] = field(default_factory=list)
    unknown: list[Work] = field(default_factory=list)
    outside: dict[int, Leaving] = field(default_factory=dict)


@dataclass(slots=True)
class Moves:
    """What to write about entries, and the events it makes."""

    opened: list[tuple[Standing, Work, Opening]] = field(default_factory=list)
    opened_ids: list[int] = field(default_factory=list)
    reopened: list[tuple[int, Standing, Work, Opening]] = field(default_factory=list)
    moved: list[tuple[int, int]] = field(default_factory=list)
    closed: list[tuple[int, Standing, str]] = field(default_factory=list)
    unknown: list[tuple[PersonSlot, Work]] = field(default_factory=list)
    known: list[PersonSlot] = field(default_factory=list)
    in_two: list[tuple[PersonSlot, Work]] = field(default_factory=list)
    dead: list[tuple[PersonSlot, Work]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rules:
    """The dated parameters an opening needs."""

    return_gap_months: int
    add_months: Callable[[date, int], date]


def decide_moves(found: Sorted, file: FileFacts, rules: Rules) -> Moves:
    """Decide who enters, leaves, comes back or changes dossier."""
    standings = _standings(found)
    stored = _read_entries([s.person.id for s in standings.values() if s.person.stored is not None])
    running = entries_with_a_running_orientation(
        [e.id for e in stored.values() if e.closing_reason == Leaving.DUTIES_ENDED]
    )
    moves = Moves()
    for standing in standings.values():
        entry = stored.get(standing.person.id)
        if standing.inside:
            _come_in(moves, standing, entry, file, rules, running)
        elif entry is not None and entry.is_open:
            _maybe_leave(moves, standing, entry)
        elif standing.unknown:
            moves.unknown.append((standing.person, standing.unknown[0]))
        if standing.inside or standing.outside:
            moves.known.append(standing.person)
    _stay_if_elsewhere(moves)
    return moves


def write_moves(moves: Moves, file: FileFacts) -> list[Event]:
    """Write entries and return their events, in the order of life: closed, reopened, opened."""
    ids = moves.opened_ids = next_ids(Entry, len(moves.opened))
    update_rows(Entry, ("household_id",), moves.moved)
    update_rows(
        Entry,
        ("closed_on", "closing_reason", "closed_known_on"),
        [(entry_id, file.reference_on, reason, file.received_on) for entry_id, _, reason in moves.closed],
    )
    update_rows(
        Entry,
        ("closed_on", "closing_reason", "closed_known_on", "reopened_on", "household_id"),
        [(entry_id, None, "", None, file.received_on, work.id) for entry_id, _, work, _ in moves.reopened],
    )
    new = [_row(entry_id, *opened, file) for entry_id, opened in zip(ids, moves.opened, strict=True)]
    copy_rows(Entry, _COLUMNS, new)
    return [*_closing_events(moves, file), *_opening_events(moves, ids, file), *_doubt_events(moves)]


def _standings(found: Sorted) -> dict[int, Standing]:
    standings: dict[int, Standing] = {}
    for work in found.current:
        for role in work.gone:
            standing = standings.setdefault(role.person.id, Standing(role.person))
            standing.outside[work.id] = Leaving.LEFT_HOUSEHOLD
        for member in work.members:
            if member.facts.role in ADULTS or member.person.searchable:
                standing = standings.setdefault(member.person.id, Standing(member.person))
                _stand(standing, work, member)
    return standings


def _stand(standing: Standing, work: Work, member: Member) -> None:
    facts, role = work.facts, member.facts.role
    scoped = in_scope(facts.state, facts.motive, role, member.subject)
    if scoped is None:
        standing.unknown.append(work)
    elif scoped:
        standing.inside.append(work)
    has_moved = facts.transfer_out_on is not None
    reason = leaving(facts.state, facts.motive, role, member.subject, transferred_out=has_moved)
    if reason is not None:
        standing.outside[work.id] = reason


def _read_entries(person_ids: list[int]) -> dict[int, StoredEntry]:
    rows = read(_LAST_ENTRIES, [person_ids]) if person_ids else []
    return {row[0]: StoredEntry(*row[1:]) for row in rows}


def _come_in(
    moves: Moves, standing: Standing, entry: StoredEntry | None, file: FileFacts, rules: Rules, running: set[int]
) -> None:
    work = max(standing.inside, key=lambda w: w.facts.claimed_on or date.min)
    if entry is not None and entry.is_open:
        _stay(moves, standing, entry, work)
        return
    if entry is not None and entry.closing_reason == ClosingReason.DEATH:
        moves.dead.append((standing.person, work))
        return
    past = PastEntry(entry.id, entry.closed_on, entry.closing_reason) if entry and entry.closed_on else None
    decided = opening(
        past,
        on=file.reference_on,
        return_gap_months=rules.return_gap_months,
        add_months=rules.add_months,
        orientation_runs=past is not None and past.entry_id in running,
        first_load=file.first_load,
        transferred_in=work.facts.transfer_in_on is not None,
    )
    if decided.reopens and past is not None:
        moves.reopened.append((past.entry_id, standing, work, decided))
    else:
        moves.opened.append((standing, work, decided))


def _stay(moves: Moves, standing: Standing, entry: StoredEntry, work: Work) -> None:
    """The entry goes on; it follows the person to another dossier when its own gives no right any more."""
    if any(inside.id == entry.household_id for inside in standing.inside):
        return
    if entry.household_id in standing.outside or not entry.holds():
        moves.moved.append((entry.id, work.id))
    else:
        moves.in_two.append((standing.person, work))


def _maybe_leave(moves: Moves, standing: Standing, entry: StoredEntry) -> None:
    reason = standing.outside.get(entry.household_id)
    if reason is not None:
        moves.closed.append((entry.id, standing, reason.value))


def _stay_if_elsewhere(moves: Moves) -> None:
    """Whoever is still in the pathway through another dossier keeps the same entry."""
    if not moves.closed:
        return
    persons = [standing.person.id for _, standing, _ in moves.closed]
    parameters = [persons, list(ADULTS), list(OPEN), PAYMENT_SUSPENDED, list(MOTIVES_STILL_IN)]
    elsewhere: dict[int, list[int]] = defaultdict(list)
    for person_id, household_id in read(_ELSEWHERE, parameters):
        elsewhere[person_id].append(household_id)
    kept = []
    for entry_id, standing, reason in moves.closed:
        others = [other for other in elsewhere[standing.person.id] if other not in standing.outside]
        if others:
            moves.moved.append((entry_id, others[0]))
        else:
            kept.append((entry_id, standing, reason))
    moves.closed = kept


def _row(entry_id: int, standing: Standing, work: Work, decided: Opening, file: FileFacts) -> tuple[Any, ...]:
    facts, person = work.facts, standing.person.facts
    return (
        entry_id,
        standing.person.id,
        work.id,
        file.received_on,
        decided.kind,
        decided.previous_id,
        facts.claimed_on,
        facts.right_origin_on,
        file.reference_on,
        file.created_on,
        work.commune,
        decided.kind == "stock",
        bool(person and person.pole_emploi_number),
        file.run_id,
    )


def _closing_events(moves: Moves, file: FileFacts) -> Iterable[Event]:
    for entry_id, standing, reason in moves.closed:
        yield EntryClosed(person_id=standing.person.id, entry_id=entry_id, closed_on=file.reference_on, reason=reason)


def _opening_events(moves: Moves, ids: list[int], file: FileFacts) -> Iterable[Event]:
    for entry_id, standing, _, decided in moves.reopened:
        yield EntryReopened(
            person_id=standing.person.id,
            entry_id=entry_id,
            reopened_on=file.received_on,
            continuous=decided.continuous,
        )
    for entry_id, (standing, _, decided) in zip(ids, moves.opened, strict=True):
        yield EntryOpened(
            person_id=standing.person.id, entry_id=entry_id, opened_on=file.received_on, kind=decided.kind
        )


def _doubt_events(moves: Moves) -> Iterable[Event]:
    for person, _ in moves.unknown:
        yield DutiesUnknown(person_id=person.id)
