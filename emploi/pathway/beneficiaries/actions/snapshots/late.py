"""People a file speaks of late: their whole story is told again in the order of the files, and entries follow it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from emploi.foundation.events import Event
from emploi.pathway.beneficiaries.actions.snapshots.entries import COLUMNS, Asked, knows_duties, row_of, second_home
from emploi.pathway.beneficiaries.actions.snapshots.stories import Archive, read_archive
from emploi.pathway.beneficiaries.actions.snapshots.writing import copy_rows, next_ids, read, update_rows
from emploi.pathway.beneficiaries.entry_stories import EntryStory
from emploi.pathway.beneficiaries.enums import ClosingReason, EntryKind
from emploi.pathway.beneficiaries.events import EntryClosed, EntryDateCorrected, EntryOpened, EntryReopened
from emploi.pathway.beneficiaries.facts import FileFacts
from emploi.pathway.beneficiaries.hooks import entries_with_a_running_orientation
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.beneficiaries.rules.passages import Life, Passage, Sheet, Terms, live, tell
from emploi.pathway.beneficiaries.rules.scope import Leaving

_ENTRIES = """
    SELECT e.id, e.person_id, e.household_id, e.opened_on, COALESCE(e.duties_since_on, e.opened_on), e.kind,
        e.previous_id, e.closed_on, e.closing_reason, e.closed_known_on, e.interrupted_on, e.reopened_on,
        e.claimed_on, e.right_origin_on, e.caf_known_on, e.commune_id
    FROM beneficiaries_entry e WHERE e.person_id = ANY(%s)
    ORDER BY e.person_id, COALESCE(e.caf_known_on, e.duties_since_on, e.opened_on), e.opened_on, e.id"""
_CORRECTED = (
    "household_id",
    "opened_on",
    "duties_since_on",
    "kind",
    "previous_id",
    "closed_on",
    "closing_reason",
    "closed_known_on",
    "interrupted_on",
    "reopened_on",
    "claimed_on",
    "right_origin_on",
    "caf_known_on",
    "commune_id",
    "is_stock",
)
_ENDING = ("closed_on", "closing_reason", "closed_known_on", "interrupted_on", "reopened_on")


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as it is written."""

    id: int
    person_id: int
    household_id: int
    opened_on: date
    began_on: date
    kind: str
    previous_id: int | None
    closed_on: date | None
    closing_reason: str
    closed_known_on: date | None
    interrupted_on: date | None
    reopened_on: date | None
    claimed_on: date | None
    right_origin_on: date | None
    caf_known_on: date | None
    commune: str | None

    @property
    def is_open(self) -> bool:
        """Whether it runs."""
        return self.closed_on is None

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was found to be one with another entry."""
        return self.closing_reason == ClosingReason.DUPLICATE and self.closed_on == self.opened_on

    def row(self) -> tuple[Any, ...]:
        """The values of the columns a late file may correct."""
        return (
            self.household_id, self.opened_on, self.began_on, self.kind, self.previous_id, self.closed_on,
            self.closing_reason, self.closed_known_on, self.interrupted_on, self.reopened_on, self.claimed_on,
            self.right_origin_on, self.caf_known_on, self.commune, _is_stock(self),
        )  # fmt: skip


@dataclass(slots=True)
class Retold:
    """What telling again changed: rows to write, events in the order of life, and who could not be told."""

    corrected: list[tuple[Stored, Passage]] = field(default_factory=list)
    # Entries found to be one with another, each with the one that stays.
    withdrawn: list[tuple[Stored, Stored]] = field(default_factory=list)
    added: list[tuple[int, Passage]] = field(default_factory=list)
    # Passages whose story is no longer what it was, as it is told now; those added have theirs from the start.
    followed: list[Passage] = field(default_factory=list)
    told: set[int] = field(default_factory=set)
    asked: dict[int, Asked] = field(default_factory=dict)

    @property
    def reopened(self) -> list[tuple[int, Passage]]:
        """Entries that were closed and run."""
        return [(s.person_id, p) for s, p in self.corrected if p.is_open and not s.is_open]

    @property
    def closed(self) -> list[tuple[int, Passage]]:
        """Entries that ran and are closed, added ones included."""
        ended = [(s.person_id, p) for s, p in self.corrected if s.is_open and not p.is_open]
        return ended + [(who, p) for who, p in self.added if not p.is_open]


def tell_again(person_ids: Collection[int], fresh: Collection[int], *, file: FileFacts, terms: Terms) -> Retold:
    """Tell people's stories again with the dossiers this file is the first to show (`fresh`).

    Only where the files explain what is written: telling the story without this file must give the entries as they
    are. Otherwise a hand or another source decided, and its decision stands.
    """
    people, retold = sorted(person_ids), Retold()
    if not people:
        return retold
    archive, stored = read_archive(people), _read_entries(people)
    running = entries_with_a_running_orientation(
        [entry.id for found in stored.values() for entry in found if entry.closing_reason == Leaving.DUTIES_ENDED]
    )
    new = [(home, file.reference_on, file.created_on) for home in fresh]
    for person_id in people:
        entries = [entry for entry in stored.get(person_id, []) if not entry.is_withdrawn]
        running_since = [
            day for entry in entries if entry.id in running for day in (entry.began_on, entry.caf_known_on)
        ]
        now = Terms(terms.return_gap_months, terms.add_months, _runs_within([day for day in running_since if day]))
        before = _explaining(archive, person_id, entries, now, new)
        if before is not None:
            retold.told.add(person_id)
            life, asked = _tell_to_the_end(archive.sheets(person_id), now, file)
            had_two = second_home(before) is not None
            retold.asked[person_id] = replace(asked, second_home=None if had_two else second_home(life))
            _compare(retold, person_id, dict(zip(entries, before.passages, strict=True)), life.passages)
    return retold


def stories_of(retold: Retold) -> list[EntryStory]:
    """Return the whole story of each entry told otherwise than before, once written."""
    passages = [*retold.followed, *(passage for _, passage in retold.added)]
    return [EntryStory(p.entry_id, p.opened_on, _is_stock(p), p.story()) for p in passages]


def write_retold(retold: Retold) -> list[list[Event]]:
    """Write what was told again; return the events moment after moment of a life."""
    for (_, passage), entry_id in zip(retold.added, next_ids(Entry, len(retold.added)), strict=True):
        passage.entry_id = entry_id
    withdrawn = [(s.id, s.opened_on, ClosingReason.DUPLICATE.value, s.opened_on) for s, _ in retold.withdrawn]
    update_rows(Entry, ("closed_on", "closing_reason", "closed_known_on"), withdrawn)
    # A person has one open entry at most: those that end are written before those that run.
    update_rows(Entry, _CORRECTED, [(s.id, *_row(s, p)) for s, p in retold.corrected if not p.is_open])
    copy_rows(Entry, (*COLUMNS, *_ENDING), [(*row_of(who, p), *_ending(p)) for who, p in retold.added])
    update_rows(Entry, _CORRECTED, [(s.id, *_row(s, p)) for s, p in retold.corrected if p.is_open])
    corrections = [
        _correction(s, p) for s, p in retold.corrected if _dates(s) != _dates(p) or _is_stock(s) != _is_stock(p)
    ]
    closings: list[Event] = [
        EntryClosed(person_id=s.person_id, entry_id=s.id, closed_on=s.opened_on, reason=ClosingReason.DUPLICATE.value)
        for s, _ in retold.withdrawn
    ]
    reopenings: list[Event] = []
    for s, p in retold.corrected:
        closings += _closings(s.person_id, p, was_open=s.is_open, was_reopened=s.reopened_on is not None)
        reopenings += _reopenings(s.person_id, p, was_open=s.is_open, was_reopened=s.reopened_on is not None)
    openings = [EntryOpened(person_id=who, entry_id=p.entry_id, opened_on=p.opened_on, kind=p.kind)
                for who, p in retold.added]  # fmt: skip
    afterwards = [
        [event for who, p in retold.added for event in tell_of(who, p, was_open=True, was_reopened=False)]
        for tell_of in (_closings, _reopenings)
    ]
    return [[*corrections, *closings, *reopenings], [*openings], *afterwards]


def _explaining(
    archive: Archive, person_id: int, entries: list[Stored], terms: Terms, new: list[tuple[int, date, date]]
) -> Life | None:
    """The life the files received before this one tell, when it gives the entries exactly as they are written."""
    if not archive.is_whole(person_id):
        return None
    life = tell(archive.sheets(person_id, without=new), terms)
    explains = [_explained(passage) for passage in life.passages] == [_explained(entry) for entry in entries]
    return life if explains else None


def _tell_to_the_end(sheets: Sequence[Sheet], terms: Terms, file: FileFacts) -> tuple[Life, Asked]:
    """Tell a whole life from sheets in their order, and what its last file asks a human when it is this one."""
    life = tell(sheets[:-1], terms)
    if not sheets:
        return life, Asked()
    last = sheets[-1]
    step, where = live(life, last, terms)
    if (last.reference_on, last.created_on) != (file.reference_on, file.created_on):
        return life, Asked()
    home = where.household_id if where is not None else None
    return life, Asked(step=step, where=home, knows_duties=knows_duties(last))


def _compare(retold: Retold, person_id: int, entries: Mapping[Stored, Passage], told: Sequence[Passage]) -> None:
    """Give each passage the entry written for it; a second entry for one passage is withdrawn, a missing one added.

    `entries` come with the passage the files told before this one.
    """
    bounds = [passage.began_on for passage in told]
    by_passage: dict[int, list[Stored]] = {}
    for entry in entries:
        began = entries[entry].began_on
        place = max((rank for rank, began_on in enumerate(bounds) if began_on <= began), default=0)
        by_passage.setdefault(place, []).append(entry)
    for rank, passage in enumerate(told):
        first, *others = by_passage.get(rank, [None])
        if first is None:
            retold.added.append((person_id, passage))
            continue
        retold.withdrawn.extend((other, first) for other in others if other is not None)
        passage.entry_id = first.id
    for rank, passage in enumerate(told):
        first = by_passage.get(rank, [None])[0]
        if first is None:
            continue
        _keep_what_a_hand_wrote(first, entries[first], passage)
        is_corrected = first.row() != _row(first, passage)
        if is_corrected:
            retold.corrected.append((first, passage))
        if is_corrected or entries[first].story() != passage.story():
            retold.followed.append(passage)


def _keep_what_a_hand_wrote(stored: Stored, before: Passage, passage: Passage) -> None:
    """What the files did not say (an agent, a spreadsheet, a contact file did) stays as written."""
    for name in ("began_on", "claimed_on", "right_origin_on", "caf_known_on", "commune"):
        if getattr(stored, name) != getattr(before, name):
            setattr(passage, name, getattr(stored, name))


def _row(stored: Stored, passage: Passage) -> tuple[Any, ...]:
    """The values of the columns a late file may correct."""
    return (
        passage.household_id, passage.opened_on, passage.began_on, passage.kind,
        passage.previous.entry_id if passage.previous else stored.previous_id, passage.closed_on,
        passage.closing_reason, passage.closed_known_on, passage.interrupted_on, passage.reopened_on,
        passage.claimed_on, passage.right_origin_on, passage.caf_known_on, passage.commune,
        _is_stock(passage),
    )  # fmt: skip


def _dates(one: Stored | Passage) -> tuple[date, date | None, str]:
    return (one.opened_on, one.closed_on, one.closing_reason)


def _explained(one: Stored | Passage) -> tuple[Any, ...]:
    """What the files must account for: an exit and a return decided by a hand leave only these last two dates."""
    return (*_dates(one), one.interrupted_on, one.reopened_on)


def _ending(passage: Passage) -> tuple[Any, ...]:
    return (
        passage.closed_on, passage.closing_reason, passage.closed_known_on, passage.interrupted_on,
        passage.reopened_on,
    )  # fmt: skip


def _correction(stored: Stored, passage: Passage) -> EntryDateCorrected:
    return EntryDateCorrected(
        person_id=stored.person_id,
        entry_id=stored.id,
        opened_on=passage.opened_on,
        former_opened_on=stored.opened_on,
        closed_on=passage.closed_on,
        former_closed_on=stored.closed_on,
        kind=passage.kind,
        former_kind=stored.kind,
    )


def _is_stock(one: Stored | Passage) -> bool:
    return one.kind == EntryKind.STOCK


def _closings(person_id: int, passage: Passage, *, was_open: bool, was_reopened: bool) -> list[Event]:
    """The end nobody knew of: the last one, or the interruption of a passage that runs."""
    if not was_open:
        return []
    ended, reason = passage.closed_on, passage.closing_reason
    if ended is None and passage.reopened_on is not None and not was_reopened:
        ended, reason = passage.interrupted_on, passage.interruption_reason
    if ended is None:
        return []
    return [EntryClosed(person_id=person_id, entry_id=passage.entry_id, closed_on=ended, reason=reason)]


def _reopenings(person_id: int, passage: Passage, *, was_open: bool, was_reopened: bool) -> list[Event]:
    """The return nobody knew of; a passage closed by mistake goes on as if it never stopped."""
    if not passage.is_open or (was_open and (passage.reopened_on is None or was_reopened)):
        return []
    continuous = passage.reopened_on is None or passage.continuous
    on = passage.reopened_on or passage.opened_on
    return [EntryReopened(person_id=person_id, entry_id=passage.entry_id, reopened_on=on, continuous=continuous)]


def _runs_within(running_since: Sequence[date]) -> Callable[[Passage], bool]:
    def runs(passage: Passage) -> bool:
        return any(
            passage.began_on <= since and (passage.closed_on is None or since <= passage.closed_on)
            for since in running_since
        )

    return runs


def _read_entries(people: Sequence[int]) -> dict[int, list[Stored]]:
    found: dict[int, list[Stored]] = {}
    for row in read(_ENTRIES, [list(people)]):
        found.setdefault(row[1], []).append(Stored(*row))
    return found
