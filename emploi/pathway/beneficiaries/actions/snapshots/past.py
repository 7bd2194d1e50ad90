"""A file older than what is known completes the past of its dossiers: rights, droits et devoirs, members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from emploi.pathway.beneficiaries.actions.snapshots.state import Sorted
from emploi.pathway.beneficiaries.actions.snapshots.stories import Archive, Seen, read_seen
from emploi.pathway.beneficiaries.actions.snapshots.writing import copy_rows, read, update_rows
from emploi.pathway.beneficiaries.enums import SnapshotSource
from emploi.pathway.beneficiaries.models import DutyState, Household, HouseholdRole, RightState
from emploi.pathway.beneficiaries.rules.matching import ADULTS

_RIGHTS = """
    SELECT household_id, reference_on, state, motive, amount FROM beneficiaries_rightstate
    WHERE household_id = ANY(%s)"""
_DUTIES = """
    SELECT d.household_id, COALESCE(p.merged_into_id, p.id), d.reference_on, d.role, d.subject, d.source
    FROM beneficiaries_dutystate d JOIN beneficiaries_person p ON p.id = d.person_id WHERE d.household_id = ANY(%s)"""
_ROLES = """
    SELECT r.id, r.household_id, COALESCE(p.merged_into_id, p.id), r.role, r.started_on, r.ended_on
    FROM beneficiaries_householdrole r JOIN beneficiaries_person p ON p.id = r.person_id
    WHERE r.household_id = ANY(%s) ORDER BY r.household_id, r.started_on, r.id"""
_TRANSFERS = ("transferred_in_on", "transferred_out_on")


@dataclass(frozen=True, slots=True)
class Stay:
    """One role of one person in one dossier, from a file to another."""

    person_id: int
    role: str
    started_on: date
    ended_on: date | None
    subject: bool | None


def complete_past(found: Sorted) -> None:
    """Put the dossiers of an older file back in their place; nothing known is taken away."""
    homes = [work.id for work in found.older]
    if not homes:
        return
    archive = Archive()
    read_seen(homes, archive)
    _complete_rights(homes, archive)
    _complete_duties(homes, archive)
    _complete_roles(homes, archive)
    _complete_transfers(found)


def _complete_rights(homes: list[int], archive: Archive) -> None:
    known = {tuple(row) for row in read(_RIGHTS, [homes])}
    rows = []
    for home in homes:
        said: tuple[Any, ...] | None = None
        for seen in archive.seen[home]:
            now = (seen.state, seen.motive, seen.amount)
            if now != said and (home, seen.reference_on, *now) not in known:
                rows.append((home, seen.reference_on, seen.received_on, seen.source, *now, seen.run_id))
            said = now
    columns = ("household_id", "reference_on", "received_on", "source", "state", "motive", "amount", "run_id")
    copy_rows(RightState, columns, rows)


def _complete_duties(homes: list[int], archive: Archive) -> None:
    known: set[tuple[Any, ...]] = set()
    answered: dict[tuple[int, int], date] = {}
    for home, person, reference_on, role, subject, source in read(_DUTIES, [homes]):
        known.add((home, person, reference_on, role, subject))
        if source == SnapshotSource.MANUAL:
            answered[home, person] = min(reference_on, answered.get((home, person), reference_on))
    rows = []
    for home in homes:
        said: dict[int, tuple[str, bool | None]] = {}
        for seen in archive.seen[home]:
            for person, role, subject in seen.members:
                is_new = role in ADULTS and said.get(person) != (role, subject)
                stands = subject is None and answered.get((home, person), date.max) <= seen.reference_on
                if is_new and not stands and (home, person, seen.reference_on, role, subject) not in known:
                    rows.append((person, home, role, subject, *_when(seen)))
                if role in ADULTS:
                    said[person] = (role, subject)
    columns = ("person_id", "household_id", "role", "subject", "reference_on", "received_on", "source", "run_id")
    copy_rows(DutyState, columns, rows)


def _when(seen: Seen) -> tuple[object, ...]:
    return (seen.reference_on, seen.received_on, seen.source, seen.run_id)


def _complete_roles(homes: list[int], archive: Archive) -> None:
    stored: dict[tuple[int, int, str], list[tuple[int, date, date | None]]] = defaultdict(list)
    for role_id, home, person, role, started_on, ended_on in read(_ROLES, [homes]):
        stored[home, person, role].append((role_id, started_on, ended_on))
    dated: list[tuple[object, ...]] = []
    added: list[tuple[object, ...]] = []
    for home in homes:
        for (person, role), stays in _by_role(_stays(archive.seen[home])).items():
            known = stored[home, person, role]
            if len(known) > len(stays):
                continue
            # The latest are those already known: what is missing comes before.
            missing = stays[: len(stays) - len(known)]
            added.extend((person, home, role, s.started_on, s.ended_on, s.subject) for s in missing)
            for (role_id, *dates), stay in zip(known, stays[len(missing) :], strict=True):
                if tuple(dates) != (stay.started_on, stay.ended_on):
                    dated.append((role_id, stay.started_on, stay.ended_on))
    update_rows(HouseholdRole, ("started_on", "ended_on"), dated)
    columns = ("person_id", "household_id", "role", "started_on", "ended_on", "subject_to_duties")
    copy_rows(HouseholdRole, columns, added)


def _stays(seen: Iterable[Seen]) -> Iterator[Stay]:
    """Who was a member, under which role, from which file to which: what `write_roles` does one file at a time."""
    running: dict[int, Stay] = {}
    for one in seen:
        present = {person: (role, subject) for person, role, subject in one.members}
        for person, stay in list(running.items()):
            if present.get(person, ("", None))[0] != stay.role:
                yield Stay(person, stay.role, stay.started_on, one.reference_on, stay.subject)
                del running[person]
        for person, (role, subject) in present.items():
            started = running[person].started_on if person in running else one.reference_on
            running[person] = Stay(person, role, started, None, subject)
    yield from running.values()


def _by_role(stays: Iterable[Stay]) -> dict[tuple[int, str], list[Stay]]:
    found: dict[tuple[int, str], list[Stay]] = defaultdict(list)
    for stay in sorted(stays, key=lambda stay: stay.started_on):
        found[stay.person_id, stay.role].append(stay)
    return found


def _complete_transfers(found: Sorted) -> None:
    rows = []
    for work in found.older:
        facts, stored = work.facts, work.stored
        if stored is None:
            continue
        before = (stored.transferred_in_on, stored.transferred_out_on)
        after = (before[0] or facts.transfer_in_on, before[1] or facts.transfer_out_on)
        if after != before:
            rows.append((stored.id, *after))
    update_rows(Household, _TRANSFERS, rows)
