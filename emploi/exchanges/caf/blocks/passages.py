"""Where dossiers lie in the archived files: noted with each batch, read back one at a time."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import F, QuerySet

from emploi.exchanges.caf.engine.runs import archived
from emploi.exchanges.caf.models import DossierPassage, ReceivedFile
from emploi.exchanges.caf.reader import DOSSIER_MAX
from emploi.exchanges.caf.reading.frame import RefusedFile
from emploi.exchanges.caf.reading.sources import GZIP, ZIP
from emploi.exchanges.caf.reading.spans import Span
from emploi.foundation.documents.crypto import DamagedFile
from emploi.foundation.documents.queries import passage_of
from emploi.foundation.errors import DomainError
from emploi.foundation.intake.models import Row, Run
from emploi.foundation.intake.sealing import unseal
from emploi.foundation.lists import SPLIT, joined

# A passage is noted when the file nearest before this one said something else of the dossier, or nothing.
_NOTE = f"""
    INSERT INTO caf_dossierpassage (household_id, run_id, row_id, "offset", length, content_hash)
    SELECT h.id, %s, %s, v."offset", v.length, v.hash
    FROM unnest({SPLIT}, {SPLIT}::bigint[], {SPLIT}::int[], {SPLIT}) AS v(claim, "offset", length, hash)
    JOIN beneficiaries_household h ON h.claim_number = v.claim
    WHERE v.hash IS DISTINCT FROM (
        SELECT p.content_hash FROM caf_dossierpassage p JOIN caf_receivedfile f ON f.run_id = p.run_id
        WHERE p.household_id = h.id AND (f.reference_on, f.created_on) <= (%s, %s)
        ORDER BY f.reference_on DESC, f.created_on DESC, p.id DESC LIMIT 1)
    ON CONFLICT (household_id, run_id) DO UPDATE
        SET "offset" = EXCLUDED."offset", length = EXCLUDED.length, content_hash = EXCLUDED.content_hash,
            row_id = EXCLUDED.row_id"""  # noqa: S608 - no value in it


class Unreadable(DomainError):
    """The archived file no longer gives the passage."""


@dataclass(frozen=True, slots=True)
class Order:
    """Where a file stands among the others."""

    run_id: int
    reference_on: date
    created_on: date


def order_of(frame: ReceivedFile) -> Order:
    """The place of a file."""
    return Order(frame.run_id, frame.reference_on, frame.created_on)


def note(places: Mapping[str, Span], order: Order, *, row: Row | None = None) -> None:
    """Note where dossiers lie, by claim number; called in the transaction that applies them, one statement."""
    if not places:
        return
    spans = places.values()
    columns = (
        joined(places),
        joined(str(span.offset) for span in spans),
        joined(str(span.length) for span in spans),
        joined(span.content_hash for span in spans),
    )
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [order.run_id, row.pk if row else None, *columns, order.reference_on, order.created_on])


def versions_of(household_id: int, *, since: date | None = None, until: date | None = None) -> QuerySet[DossierPassage]:
    """The different contents of a dossier, the latest first, within the days somebody lived in it."""
    found = (
        DossierPassage.objects.filter(household=household_id, run__caf_file__isnull=False)
        .select_related("run__caf_file", "run__document", "row")
        .order_by(F("run__caf_file__reference_on").desc(), F("run__caf_file__created_on").desc(), "-pk")
    )
    if since:
        found = found.filter(run__caf_file__reference_on__gte=since)
    return found.filter(run__caf_file__reference_on__lt=until) if until else found


def raw_of(passage: DossierPassage) -> bytes:
    """The bytes of a dossier as the payer sent them. Raises Unreadable."""
    try:
        if passage.row is not None:
            return unseal(passage.row.raw)
        return _from_archive(passage.run, passage.offset, min(passage.length, DOSSIER_MAX))
    except (DamagedFile, FileNotFoundError, RefusedFile) as error:
        raise Unreadable("Le fichier d’origine n’est plus lisible : son archive manque ou a été abîmée.") from error


def _from_archive(run: Run, offset: int, length: int) -> bytes:
    if run.document is None:
        raise Unreadable("Le fichier d’origine n’a pas été archivé.")
    if passage_of(run.document, 0, 4).startswith((GZIP, ZIP)):
        # A compressed file has no place to jump to: it is opened whole, for the time of one reading.
        with archived(run) as path, path.open("rb") as stream:
            return os.pread(stream.fileno(), length, offset)
    return passage_of(run.document, offset, length)
