"""Points to check raised by a batch: each once, and never raised again once a human has answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from emploi.foundation.actor import Actor
from emploi.pathway.beneficiaries.actions.snapshots.entries import Moves
from emploi.pathway.beneficiaries.actions.snapshots.state import Doubtful, PersonSlot, Sorted
from emploi.pathway.beneficiaries.enums import ReviewKind
from emploi.pathway.beneficiaries.facts import FileFacts
from emploi.pathway.beneficiaries.rules.matching import ADULTS
from emploi.pathway.beneficiaries.rules.scope import MOTIVES_STILL_IN, OPEN, PAYMENT_SUSPENDED

# Above this share of common trigrams two names born the same day deserve a look (measured: spelling errors, not kin).
LOOKALIKE = 0.55

_INSERT = """
    INSERT INTO beneficiaries_reviewitem (person_id, other_id, household_id, kind, detail, key, created_at, run_id)
    SELECT v.person_id, v.other_id, v.household_id, v.kind, '', v.key, %s, %s
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::varchar[], %s::varchar[])
        AS v(person_id, other_id, household_id, kind, key)
    WHERE NOT EXISTS (SELECT 1 FROM beneficiaries_reviewitem r WHERE r.key = v.key
                      AND (r.settled_at IS NULL OR r.kind <> ALL(%s)))
    ON CONFLICT DO NOTHING RETURNING id"""
_LOOKALIKES = """
    INSERT INTO beneficiaries_reviewitem (person_id, other_id, kind, detail, key, created_at, run_id)
    SELECT n.id, p.id, %(kind)s, '', k.key, %(at)s, %(run_id)s
    FROM beneficiaries_person n
    CROSS JOIN LATERAL (SELECT * FROM beneficiaries_person
        WHERE birth_date = n.birth_date AND search_text <> '' AND merged_into_id IS NULL OFFSET 0) p
    CROSS JOIN LATERAL (SELECT %(kind)s || ':' || LEAST(n.id, p.id) || ':' || GREATEST(n.id, p.id) AS key) k
    WHERE n.id = ANY(%(new)s) AND p.id <> n.id AND n.search_text <> '' AND (p.id < n.id OR NOT p.id = ANY(%(new)s))
      AND NOT (n.nir_valid AND p.nir_valid AND n.nir_hash <> p.nir_hash)
      AND GREATEST(similarity(p.sort_name, n.sort_name), similarity(p.name_key, n.name_key)) >= %(lookalike)s
      AND NOT EXISTS (SELECT 1 FROM beneficiaries_reviewitem r WHERE r.key = k.key)
    ON CONFLICT DO NOTHING RETURNING id"""
_SETTLE = """
    UPDATE beneficiaries_reviewitem SET settled_at = %s, settled_by = %s, outcome = 'Information reçue'
    WHERE kind = %s AND settled_at IS NULL AND person_id = ANY(%s)"""
# Seen again, or the person's entry left that dossier: nothing is missing any more.
_SETTLE_SEEN = """
    UPDATE beneficiaries_reviewitem r SET settled_at = %s, settled_by = %s, outcome = 'Information reçue'
    FROM beneficiaries_household h
    WHERE r.kind = %s AND r.settled_at IS NULL AND h.id = r.household_id
      AND (h.id = ANY(%s) AND h.disappeared_on IS NULL OR r.person_id = ANY(%s) AND NOT EXISTS (
          SELECT 1 FROM beneficiaries_entry e
          WHERE e.person_id = r.person_id AND e.household_id = h.id AND e.closed_on IS NULL))"""
_SETTLE_ONE_HOUSEHOLD = """
    UPDATE beneficiaries_reviewitem r SET settled_at = %s, settled_by = %s, outcome = 'Information reçue'
    WHERE r.kind = %s AND r.settled_at IS NULL AND r.person_id = ANY(%s) AND 2 > (
        SELECT count(*) FROM beneficiaries_householdrole role
        JOIN beneficiaries_household h ON h.id = role.household_id
        WHERE role.person_id = r.person_id AND role.ended_on IS NULL AND role.subject_to_duties
          AND role.role = ANY(%s) AND (h.state = ANY(%s) OR (h.state = %s AND h.motive = ANY(%s))))"""
_DIFFERENCES = """
    INSERT INTO beneficiaries_reviewitem (person_id, kind, detail, key, created_at, run_id)
    SELECT v.person_id, %s, v.detail, v.key, %s, %s
    FROM unnest(%s::bigint[], %s::varchar[], %s::varchar[]) AS v(person_id, detail, key)
    WHERE NOT EXISTS (SELECT 1 FROM beneficiaries_reviewitem r WHERE r.key = v.key)
    ON CONFLICT DO NOTHING RETURNING id"""
# What the payer says has changed, or agrees at last: the former difference is no longer the question.
_SETTLE_DIFFERENCES = """
    UPDATE beneficiaries_reviewitem r SET settled_at = %s, settled_by = %s, outcome = 'Information reçue'
    WHERE r.kind = %s AND r.settled_at IS NULL AND r.person_id = ANY(%s) AND r.key <> ALL(%s)"""

# May be asked again when it comes back; the others are asked once for ever ("not the same person" is remembered).
_ASKED_AGAIN = (ReviewKind.DUTIES_UNKNOWN, ReviewKind.TWO_HOUSEHOLDS, ReviewKind.DISAPPEARED)
Row = tuple[int, int | None, int | None, str, str]


def write_reviews(
    found: Sorted,
    moves: Moves,
    doubts: Sequence[Doubtful],
    new: Sequence[PersonSlot],
    *,
    file: FileFacts,
    by: Actor,
    at: datetime,
) -> int:
    """Raise the points to check of a batch, settle those its facts answer; return how many were raised."""
    works = [*found.current, *found.older]
    homes = [work.id for work in works] + [stored.id for stored in found.seen_again]
    named = [m.person for work in works for m in work.members] + [gone.person for work in works for gone in work.gone]
    slots = {id(slot): slot for slot in named}.values()
    settle_duties([person.id for person in moves.known if person.stored is not None], by=by, at=at)
    people = [slot for slot in slots if slot.stored is not None]
    settle_by_facts([slot.id for slot in people], homes, by=by, at=at)
    raised = _raise_differences(people, file=file, by=by, at=at)
    rows = [*_doubt_rows(doubts), *_standing_rows(moves)]
    raised += raise_reviews(rows, run_id=file.run_id, at=at)
    return raised + raise_lookalikes([slot.id for slot in new if slot.searchable], run_id=file.run_id, at=at)


def raise_reviews(rows: Sequence[Row], *, run_id: int | None, at: datetime) -> int:
    """Raise points given as (person, other person, household, kind, key); return how many were not there yet."""
    unique = list({row[4]: row for row in rows}.values())
    if not unique:
        return 0
    columns = [list(values) for values in zip(*unique, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [at, run_id, *columns, [str(kind) for kind in _ASKED_AGAIN]])
        return len(cursor.fetchall())


def raise_lookalikes(new: Sequence[int], *, run_id: int | None, at: datetime) -> int:
    """Show the new adults whose names look like those of somebody born the same day; return how many pairs."""
    if not new:
        return 0
    parameters: dict[str, Any] = {
        "kind": ReviewKind.NAME_SIMILARITY.value,
        "at": at,
        "run_id": run_id,
        "new": list(new),
        "lookalike": LOOKALIKE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOOKALIKES, parameters)
        return len(cursor.fetchall())


def settle_duties(person_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Settle « droits et devoirs inconnus » for persons whose answer is now known."""
    if person_ids:
        with connection.cursor() as cursor:
            cursor.execute(_SETTLE, [at, by.label, ReviewKind.DUTIES_UNKNOWN.value, list(person_ids)])


def settle_by_facts(person_ids: Sequence[int], homes: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Settle « absent » and « deux dossiers » for the people and the dossiers whose facts answer."""
    who: list[Any] = [at, by.label]
    with connection.cursor() as cursor:
        if person_ids or homes:
            cursor.execute(_SETTLE_SEEN, [*who, ReviewKind.DISAPPEARED.value, list(homes), list(person_ids)])
        if person_ids:
            rights: list[Any] = [list(ADULTS), list(OPEN), PAYMENT_SUSPENDED, list(MOTIVES_STILL_IN)]
            cursor.execute(_SETTLE_ONE_HOUSEHOLD, [*who, ReviewKind.TWO_HOUSEHOLDS.value, list(person_ids), *rights])


def _raise_differences(people: Sequence[PersonSlot], *, file: FileFacts, by: Actor, at: datetime) -> int:
    """Show once what the payer says otherwise than the agent who corrected; settle what it no longer says."""
    corrected = [slot for slot in people if slot.facts is not None and slot.stored and slot.stored[-1]]
    if not corrected:
        return 0
    kind = ReviewKind.IDENTITY_DIFFERS.value
    details = {
        slot.id: json.dumps(slot.differences, ensure_ascii=False, sort_keys=True)
        for slot in corrected
        if slot.differences
    }
    keys = {who: f"{kind}:{who}:{hashlib.sha256(said.encode()).hexdigest()[:16]}" for who, said in details.items()}
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE_DIFFERENCES, [at, by.label, kind, [s.id for s in corrected], list(keys.values())])
        if not details:
            return 0
        values: list[Any] = [list(details), list(details.values()), list(keys.values())]
        cursor.execute(_DIFFERENCES, [kind, at, file.run_id, *values])
        return len(cursor.fetchall())


def _doubt_rows(doubts: Iterable[Doubtful]) -> Iterable[Row]:
    for doubt in doubts:
        person, other = doubt.person.id, doubt.other.id
        if doubt.kind == ReviewKind.BIRTH_CONFLICT and doubt.other.stored and "birth_date" in doubt.other.stored[-1]:
            continue  # an agent corrected that date: asked as a difference, with both values
        if person == other:
            yield (person, None, None, doubt.kind, f"{doubt.kind}:{person}")
        else:
            yield (person, other, None, doubt.kind, f"{doubt.kind}:{min(person, other)}:{max(person, other)}")


def _standing_rows(moves: Moves) -> Iterable[Row]:
    raised = (
        (ReviewKind.DUTIES_UNKNOWN, moves.unknown),
        (ReviewKind.TWO_HOUSEHOLDS, moves.in_two),
        (ReviewKind.DEAD_IN_FILE, moves.dead),
    )
    for kind, standings in raised:
        for person, home in standings:
            yield (person.id, None, home, kind.value, f"{kind.value}:{person.id}:{home}")
