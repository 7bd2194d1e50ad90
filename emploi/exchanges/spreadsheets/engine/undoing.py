"""Taking a whole spreadsheet back, within a day, but for what somebody has touched since."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction

from emploi.exchanges.spreadsheets.engine.archive import KIND
from emploi.exchanges.spreadsheets.engine.contents import content_of
from emploi.exchanges.spreadsheets.engine.packing import unpack
from emploi.exchanges.spreadsheets.events import SheetUndone
from emploi.exchanges.spreadsheets.models import SheetFile, StagedRow
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.intake import locks, workflow
from emploi.pathway.beneficiaries.actions.rows import UndoRecord

BATCH = 500
WINDOW = timedelta(hours=24)


def check_can_undo(sheet: SheetFile, at: datetime) -> None:
    """Refuse, with the reason, a file that can no longer be taken back."""
    if sheet.run.status not in workflow.APPLIED or sheet.applied_at is None:
        raise DomainError("Ce fichier n’est pas enregistré : il n’y a rien à annuler.")
    if sheet.undone_at is not None:
        raise DomainError("Ce fichier a déjà été annulé.")
    if sheet.forgotten_at is not None or at - sheet.applied_at > WINDOW:
        hours = WINDOW // timedelta(hours=1)
        raise DomainError(f"Un fichier ne s’annule que dans les {hours} heures qui suivent son enregistrement.")


def can_undo(sheet: SheetFile, at: datetime) -> bool:
    """Tell whether the file can be taken back now."""
    try:
        check_can_undo(sheet, at)
    except DomainError:
        return False
    return True


def undo(*, sheet: SheetFile, by: Actor, at: datetime) -> tuple[int, int]:
    """Take back every line nobody has touched since; answers how many went, and how many stay with their reason."""
    with locks.alone(KIND):
        sheet.refresh_from_db()
        check_can_undo(sheet, at)
        marks = _marks(sheet)
        # The last lines first: somebody listed twice goes back through the same values.
        rows = StagedRow.objects.filter(run=sheet.run_id, undo__isnull=False, undone_at=None, not_undone="")
        undone = kept = 0
        while batch := list(islice(rows.order_by("-number"), BATCH)):
            with transaction.atomic(), acting(by):
                gone = _undo(sheet, batch, marks, by, at)
            undone, kept = undone + gone, kept + len(batch) - gone
        with acting(by):
            sheet.undone_at = at
            sheet.save(update_fields=["undone_at"])
            event = SheetUndone(run_id=sheet.run_id, file_name=sheet.run.file_name, undone=undone, kept=kept)
            publish(event, by=by, at=at)
    return undone, kept


def _undo(sheet: SheetFile, batch: Sequence[StagedRow], marks: dict[int, int], by: Actor, at: datetime) -> int:
    records = [
        UndoRecord(row.number, row.person_id or 0, unpack(row.undo), marks.get(row.person_id or 0, 0)) for row in batch
    ]
    reasons = content_of(sheet).undo(records, run_id=sheet.run_id, by=by, at=at)
    for row in batch:
        row.not_undone = reasons[row.number]
        row.undone_at = None if row.not_undone else at
    StagedRow.objects.bulk_update(batch, ["not_undone", "undone_at"])
    return sum(1 for row in batch if not row.not_undone)


def _marks(sheet: SheetFile) -> dict[int, int]:
    """The last line of the journal this file wrote about each person."""
    marks: dict[int, int] = {}
    rows = StagedRow.objects.filter(run=sheet.run_id, undo__isnull=False).only("person_id", "undo")
    for row in rows.iterator(chunk_size=BATCH):
        person = row.person_id or 0
        marks[person] = max(marks.get(person, 0), unpack(row.undo).get("mark", 0))
    return marks
