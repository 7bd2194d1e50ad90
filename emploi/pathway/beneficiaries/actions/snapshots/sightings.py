"""Each dossier a file shows is noted: its content once, and one short line a file that repeats it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import connection

from emploi.pathway.beneficiaries.actions.snapshots.state import Sorted, Work
from emploi.pathway.beneficiaries.facts import FileFacts

_VERSIONS = """
    INSERT INTO beneficiaries_dossierversion (household_id, content_hash, state, motive, amount, claimed_on,
        right_origin_on, ended_on, previous_claim_number, transferred_in_on, transferred_out_on, commune_id, members)
    SELECT * FROM unnest(%s::bigint[], %s::varchar[], %s::varchar[], %s::varchar[], %s::numeric[], %s::date[],
        %s::date[], %s::date[], %s::varchar[], %s::date[], %s::date[], %s::varchar[], %s::jsonb[])
    ON CONFLICT (household_id, content_hash) DO NOTHING"""
# A dossier written twice in files of the very same date keeps its last content, as everywhere else.
_SIGHTINGS = """
    INSERT INTO beneficiaries_sighting AS s
        (household_id, version_id, reference_on, created_on, received_on, source, first_load, run_id)
    SELECT v.household_id, v.id, %s, %s, %s, %s, %s, %s
    FROM unnest(%s::bigint[], %s::varchar[]) AS shown(household_id, content_hash)
    JOIN beneficiaries_dossierversion v
        ON v.household_id = shown.household_id AND v.content_hash = shown.content_hash
    ON CONFLICT (household_id, reference_on, created_on) DO UPDATE SET version_id = EXCLUDED.version_id
        WHERE s.version_id <> EXCLUDED.version_id
    RETURNING household_id"""


def note_sightings(found: Sorted, file: FileFacts) -> set[int]:
    """Note what a file shows of each dossier; return the dossiers it had not shown yet."""
    works = [*found.current, *found.older, *found.early]
    _keep_versions(works)
    shown = [(work.id, work.facts.content_hash) for work in works]
    shown += [(stored.id, stored.content_hash) for stored in found.seen_again if stored.last_order_before(file)]
    unique = list(dict.fromkeys(shown))
    if not unique:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            _SIGHTINGS,
            [
                file.reference_on, file.created_on, file.received_on, file.source, file.first_load, file.run_id,
                *(list(values) for values in zip(*unique, strict=True)),
            ],
        )  # fmt: skip
        return {row[0] for row in cursor.fetchall()}


def _keep_versions(works: Sequence[Work]) -> None:
    rows = [
        (
            work.id, facts.content_hash, facts.state, facts.motive, facts.amount, facts.claimed_on,
            facts.right_origin_on, facts.ended_on, facts.previous_claim_number, facts.transfer_in_on,
            facts.transfer_out_on, work.commune,
            json.dumps([[m.person.id, m.facts.role, m.facts.subject] for m in work.members]),
        )
        for work in works
        if (facts := work.facts)
    ]  # fmt: skip
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, [list(values) for values in zip(*rows, strict=True)])
