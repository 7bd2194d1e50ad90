"""Each dossier a file shows is noted: its content once, and one short line a file that repeats it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from emploi.pathway.beneficiaries.actions.snapshots.state import Sorted, Work
from emploi.pathway.beneficiaries.actions.snapshots.writing import copy_rows, next_ids
from emploi.pathway.beneficiaries.facts import FileFacts
from emploi.pathway.beneficiaries.models import DossierVersion, Sighting

_VERSION_COLUMNS = (
    "household_id", "content_hash", "state", "motive", "amount", "claimed_on", "right_origin_on", "ended_on",
    "previous_claim_number", "transferred_in_on", "transferred_out_on", "commune_id", "members",
)  # fmt: skip
_SIGHTING_COLUMNS = (
    "household_id", "version_id", "reference_on", "created_on", "received_on", "source", "first_load", "run_id",
)  # fmt: skip
_VERSIONS = f"""
    INSERT INTO beneficiaries_dossierversion ({", ".join(_VERSION_COLUMNS)})
    SELECT * FROM unnest(%s::bigint[], %s::varchar[], %s::varchar[], %s::varchar[], %s::numeric[], %s::date[],
        %s::date[], %s::date[], %s::varchar[], %s::date[], %s::date[], %s::varchar[], %s::jsonb[])
    ON CONFLICT (household_id, content_hash) DO NOTHING"""  # noqa: S608 - column names only
# A dossier written twice in files of the very same date keeps its last content, as everywhere else.
_SIGHTINGS = f"""
    INSERT INTO beneficiaries_sighting AS s ({", ".join(_SIGHTING_COLUMNS)})
    SELECT v.household_id, v.id, %s, %s, %s, %s, %s, %s
    FROM unnest(%s::bigint[], %s::varchar[]) AS shown(household_id, content_hash)
    JOIN beneficiaries_dossierversion v
        ON v.household_id = shown.household_id AND v.content_hash = shown.content_hash
    ON CONFLICT (household_id, reference_on, created_on) DO UPDATE SET version_id = EXCLUDED.version_id
        WHERE s.version_id <> EXCLUDED.version_id
    RETURNING household_id"""  # noqa: S608 - no value in it


def note_sightings(found: Sorted, file: FileFacts) -> set[int]:
    """Note what a file shows of each dossier; return the dossiers it had not shown yet."""
    return _note_new(found.new, file) | _note_known(found, file)


def _note_new(works: Sequence[Work], file: FileFacts) -> set[int]:
    """A dossier nobody knew has no content nor file yet: nothing can be there already."""
    versions = list(zip(next_ids(DossierVersion, len(works)), works, strict=True))
    copy_rows(DossierVersion, ("id", *_VERSION_COLUMNS), [(version, *_version(work)) for version, work in versions])
    shown = _shown_by(file)
    copy_rows(Sighting, _SIGHTING_COLUMNS, [(work.id, version, *shown) for version, work in versions])
    return {work.id for work in works}


def _note_known(found: Sorted, file: FileFacts) -> set[int]:
    works = [*found.changed, *found.older, *found.early]
    shown = [(work.id, work.facts.content_hash) for work in works]
    shown += [(stored.id, stored.content_hash) for stored in found.seen_again if stored.last_order_before(file)]
    unique = list(dict.fromkeys(shown))
    if not unique:
        return set()
    with connection.cursor() as cursor:
        if works:
            cursor.execute(_VERSIONS, [list(values) for values in zip(*map(_version, works), strict=True)])
        cursor.execute(_SIGHTINGS, [*_shown_by(file), *(list(values) for values in zip(*unique, strict=True))])
        return {row[0] for row in cursor.fetchall()}


def _shown_by(file: FileFacts) -> tuple[Any, ...]:
    return (file.reference_on, file.created_on, file.received_on, file.source, file.first_load, file.run_id)


def _version(work: Work) -> tuple[object, ...]:
    facts = work.facts
    return (
        work.id, facts.content_hash, facts.state, facts.motive, facts.amount, facts.claimed_on, facts.right_origin_on,
        facts.ended_on, facts.previous_claim_number, facts.transfer_in_on, facts.transfer_out_on, work.commune,
        json.dumps([[m.person.id, m.facts.role, m.facts.subject] for m in work.members]),
    )  # fmt: skip
