"""Defects kept with the file that carries them: some as it is read, others once it is applied; then counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.db.models import Count

from emploi.exchanges.caf.models import Defect, ReceivedFile
from emploi.exchanges.caf.quality.finding import Place, defects_of
from emploi.exchanges.caf.quality.kinds import DefectKind
from emploi.exchanges.caf.reading.parsing import Parsed
from emploi.exchanges.caf.reading.spans import Spans
from emploi.foundation import department
from emploi.foundation.intake import workflow
from emploi.territory.geography.models import Commune

DETAIL_MAX = 200
_COPY = "COPY caf_defect (run_id, kind, claim_number, number, detail) FROM STDIN"
# Open dossiers of this file of whom no adult can be called nor written to.
_NO_CONTACT = """
    INSERT INTO caf_defect (run_id, kind, claim_number, number, detail)
    SELECT %(run)s, %(kind)s, h.claim_number, 0, ''
    FROM beneficiaries_household h
    WHERE h.last_reference_on = %(reference)s AND h.last_created_on = %(created)s AND h.payer = %(payer)s
      AND h.state IN ('0', '2', '3', '4')
      AND NOT EXISTS (
        SELECT 1 FROM beneficiaries_householdrole r JOIN beneficiaries_contact c ON c.person_id = r.person_id
        WHERE r.household_id = h.id AND r.ended_on IS NULL AND r.role IN ('DEM', 'CJT') AND NOT c.is_dead)"""


def place() -> Place:
    """The Département in force and its communes, read once a file."""
    code = department.identity().code
    return Place(code, frozenset(Commune.objects.filter(department_code=code).values_list("pk", flat=True)))


def keep(run_id: int, parsed: Iterable[Parsed], where: Place) -> None:
    """Keep the defects of a batch, in its transaction."""
    rows = [
        (run_id, str(kind), claim[:11], dossier.number, detail[:DETAIL_MAX])
        for dossier in parsed
        for kind, claim, detail in defects_of(dossier, where)
    ]
    if rows:
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for row in rows:
                copy.write_row(row)


def close(frame: ReceivedFile, spans: Spans) -> None:
    """Add what only the whole file tells, then count; a file already read whole before is not counted again."""
    Defect.objects.filter(run=frame.run_id, kind__in=(DefectKind.DUPLICATE, DefectKind.NO_CONTACT)).delete()
    times = Counter(claim for claim in spans.claims() if claim)
    Defect.objects.bulk_create(
        Defect(run_id=frame.run_id, kind=DefectKind.DUPLICATE, claim_number=claim[:11], number=0, detail=f"{n} fois")
        for claim, n in times.items()
        if n > 1
    )
    if not frame.first_load:
        _without_contact(frame)
    count(frame)


def recount_contacts() -> None:
    """After a contact file, the last monthly file of each payer is looked at again."""
    applied = ReceivedFile.objects.filter(run__status__in=workflow.APPLIED, flow_type="M", defects__isnull=False)
    for frame in applied.order_by("series", "-reference_on", "-created_on", "-pk").distinct("series"):
        Defect.objects.filter(run=frame.run_id, kind=DefectKind.NO_CONTACT).delete()
        _without_contact(frame)
        count(frame)


def count(frame: ReceivedFile) -> None:
    """Keep the counts beside the file: dossiers by kind, nothing for a mere repetition."""
    found = Defect.objects.filter(run=frame.run_id).values_list("kind").annotate(Count("pk")).order_by()
    frame.defects = dict(found)
    frame.save(update_fields=["defects"])


def _without_contact(frame: ReceivedFile) -> None:
    parameters: dict[str, int | str | date] = {
        "run": frame.run_id,
        "kind": DefectKind.NO_CONTACT.value,
        "reference": frame.reference_on,
        "created": frame.created_on,
        "payer": frame.payer,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NO_CONTACT, parameters)
