"""The files that showed somebody, as sheets the pure rule tells a life with."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from emploi.pathway.beneficiaries.actions.snapshots.writing import read
from emploi.pathway.beneficiaries.enums import SnapshotSource
from emploi.pathway.beneficiaries.rules.passages import Sheet, Shown

_HOMES = """
    SELECT DISTINCT COALESCE(p.merged_into_id, p.id), r.household_id
    FROM beneficiaries_householdrole r JOIN beneficiaries_person p ON p.id = r.person_id
    WHERE p.id = ANY(%s) OR p.merged_into_id = ANY(%s)"""
_SIGHTINGS = """
    SELECT s.household_id, h.claim_number, s.reference_on, s.created_on, s.received_on, s.source, s.first_load,
        s.run_id, v.state, v.motive, v.amount, v.claimed_on, v.right_origin_on, v.ended_on, v.previous_claim_number,
        v.transferred_in_on, v.transferred_out_on, v.commune_id, v.members,
        (s.reference_on, s.created_on) = (h.last_reference_on, h.last_created_on)
    FROM beneficiaries_sighting s
    JOIN beneficiaries_dossierversion v ON v.id = s.version_id
    JOIN beneficiaries_household h ON h.id = s.household_id
    WHERE s.household_id = ANY(%s)
    ORDER BY s.household_id, s.reference_on, s.created_on"""
_ALIASES = "SELECT id, merged_into_id FROM beneficiaries_person WHERE id = ANY(%s) AND merged_into_id IS NOT NULL"
_UNSEEN = "SELECT id FROM beneficiaries_household WHERE id = ANY(%s) AND last_reference_on IS NOT NULL"
_ANSWERS = """
    SELECT person_id, household_id, reference_on, received_on, subject FROM beneficiaries_dutystate
    WHERE person_id = ANY(%s) AND source = %s AND subject IS NOT NULL ORDER BY reference_on, id"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One dossier in one file."""

    household_id: int
    claim: str
    reference_on: date
    created_on: date
    received_on: date
    source: str
    first_load: bool
    run_id: int | None
    state: str
    motive: str
    amount: Any
    claimed_on: date | None
    right_origin_on: date | None
    ended_on: date | None
    replaces: str
    transferred_in_on: date | None
    transferred_out_on: date | None
    commune: str | None
    members: tuple[tuple[int, str, bool | None], ...]

    @property
    def order(self) -> tuple[date, date]:
        """Where its file stands among the others."""
        return (self.reference_on, self.created_on)

    def role_of(self, person_id: int) -> tuple[str, bool | None] | None:
        """The role and droits et devoirs of somebody, None when not a member."""
        return next(((role, said) for member, role, said in self.members if member == person_id), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """Droits et devoirs as an agent answered them."""

    household_id: int
    reference_on: date
    received_on: date
    subject: bool


@dataclass(slots=True)
class Archive:
    """Every sighting of some dossiers, in order; `whole` are those whose last file is among them."""

    seen: dict[int, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    whole: set[int] = field(default_factory=set)
    homes: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[int, list[Answer]] = field(default_factory=lambda: defaultdict(list))

    def is_whole(self, person_id: int) -> bool:
        """Whether every dossier of a person is known file after file."""
        return all(home in self.whole for home in self.homes[person_id])

    def sheets(self, person_id: int, *, without: Iterable[tuple[int, date, date]] = ()) -> list[Sheet]:
        """Return the files that showed a person, with or without some lines of them."""
        apart = set(without)
        by_file: dict[tuple[Any, ...], list[Shown]] = defaultdict(list)
        for home in self.homes[person_id]:
            seen = [one for one in self.seen[home] if (home, *one.order) not in apart]
            answers = [answer for answer in self.answers[person_id] if answer.household_id == home]
            for key, shown in _story(person_id, seen, answers):
                by_file[key].append(shown)
        return [Sheet(*[*key, tuple(shown)]) for key, shown in sorted(by_file.items(), key=lambda item: item[0][:3])]


def read_archive(person_ids: Iterable[int]) -> Archive:
    """Read the whole story of people, in four statements."""
    people, archive = list(person_ids), Archive()
    for person, home in read(_HOMES, [people, people]):
        archive.homes[person].append(home)
    for person, home, reference_on, received_on, subject in read(_ANSWERS, [people, SnapshotSource.MANUAL.value]):
        archive.answers[person].append(Answer(home, reference_on, received_on, subject))
    homes = sorted({home for found in archive.homes.values() for home in found})
    read_seen(homes, archive)
    return archive


def read_seen(homes: list[int], archive: Archive) -> None:
    """Read the sightings of dossiers; a typed dossier no file ever named is whole by itself."""
    rows = [(*row[:18], json.loads(row[18]), row[19]) for row in read(_SIGHTINGS, [homes])]
    members = list({member[0] for row in rows for member in row[18]})
    aliases: dict[int, int] = dict(read(_ALIASES, [members]) if members else [])  # type: ignore[arg-type]
    archive.whole |= set(homes) - {row[0] for row in read(_UNSEEN, [homes])}
    for *values, found, is_last in rows:
        home, claim = values[0], values[1] or f"#{values[0]}"
        people = tuple((aliases.get(person, person), role, said) for person, role, said in found)
        archive.seen[home].append(Seen(*[home, claim, *values[2:], people]))
        if is_last:
            archive.whole.add(home)


def _story(person_id: int, seen: list[Seen], answers: list[Answer]) -> Iterator[tuple[tuple[Any, ...], Shown]]:
    """How one dossier shows one person, file after file; an agent's answer stands while the payer says nothing."""
    moments: list[tuple[tuple[date, date, int], Seen | Answer]] = [((*one.order, 0), one) for one in seen]
    moments += [((one.reference_on, one.reference_on, 1), one) for one in answers]
    last: Shown | None = None
    answer: bool | None = None
    for _, moment in sorted(moments, key=lambda item: item[0]):
        if isinstance(moment, Answer):
            answer = moment.subject
            if last is not None and last.role:
                last = replace(last, subject=answer)
                day = moment.reference_on
                yield (day, day, moment.received_on, False, None), last
            continue
        found = moment.role_of(person_id)
        if found is None and (last is None or not last.role):
            continue
        role, said = found or ("", None)
        answer = None if said is not None else answer
        last = _shown(moment, role, answer if said is None else said)
        yield (moment.reference_on, moment.created_on, moment.received_on, moment.first_load, moment.run_id), last


def _shown(seen: Seen, role: str, subject: bool | None) -> Shown:
    return Shown(
        household_id=seen.household_id,
        claim=seen.claim,
        state=seen.state,
        motive=seen.motive,
        role=role,
        subject=subject,
        claimed_on=seen.claimed_on,
        right_origin_on=seen.right_origin_on,
        ended_on=seen.ended_on,
        transferred_in=seen.transferred_in_on is not None,
        transferred_out=seen.transferred_out_on is not None,
        commune=seen.commune,
        replaces=seen.replaces,
    )
