"""The lines of old spreadsheets erased: what they brought stays with people, their text does not stay here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from emploi.exchanges.spreadsheets.engine.archive import KIND
from emploi.exchanges.spreadsheets.engine.inspecting import sheets_of
from emploi.exchanges.spreadsheets.engine.packing import pack, plain_line
from emploi.exchanges.spreadsheets.events import SheetForgotten
from emploi.exchanges.spreadsheets.models import SheetFile, StagedRow
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.foundation.events import publish
from emploi.foundation.intake import locks, workflow
from emploi.foundation.intake.models import Attempt, Row, Run
from emploi.foundation.intake.sealing import seal
from emploi.territory.rulebook import queries as rulebook

ERASED = "Ligne effacée : le fichier est ancien."
# A file nobody decided about waits for ever: only those worked on, or decided and about to be, are left alone.
_AT_WORK = Q(run__status=workflow.RUNNING) | Q(run__status=workflow.WAITING, run__approved_at__isnull=False)


@dataclass(slots=True)
class Forgotten:
    """What was erased, or would be: files, lines set aside, refused lines."""

    files: int = 0
    lines: int = 0
    refused: int = 0


def forget_lines(*, dry_run: bool = False, by: Actor, at: datetime) -> Forgotten:
    """Erases the lines of the files older than what the rules say; a dry run only counts them."""
    told = Forgotten()
    with locks.alone(KIND):
        for sheet in _old(at):
            staged, refused = StagedRow.objects.filter(run=sheet.run_id), Row.objects.filter(run=sheet.run_id)
            told.files += 1
            told.lines += staged.count()
            told.refused += refused.count()
            if not dry_run:
                _forget(sheet, staged, refused, by, at)
    return told


def clear_emptied(run: Run, *, by: Actor) -> None:
    """Before a forgotten file is read again, what is left of its refused lines goes: they are found anew."""
    with acting(by):
        if SheetFile.objects.filter(run=run, forgotten_at__isnull=False).update(forgotten_at=None):
            Attempt.objects.filter(row__run=run).delete()
            Row.objects.filter(run=run).delete()


def _old(at: datetime) -> Iterator[SheetFile]:
    days = rulebook.value("spreadsheet_lines_days", at.date())
    # The last thing that happened to it; a file nobody decided about goes with its deposit.
    last = Coalesce("applied_at", "staged_at", "run__created_at")
    files = SheetFile.objects.select_related("run").annotate(last=last).exclude(_AT_WORK)
    return files.filter(Q(forgotten_at=None), last__lt=at - timedelta(days=days)).order_by("pk").iterator(chunk_size=50)


def _forget(sheet: SheetFile, staged: QuerySet[StagedRow], refused: QuerySet[Row], by: Actor, at: datetime) -> None:
    """One file in one transaction: its lines go, the titles of its columns and its accounts stay."""
    with transaction.atomic(), acting(by):
        lines = staged.delete()[0]
        lines += refused.update(raw=seal(plain_line([], [])), key="", reason=ERASED)
        Attempt.objects.filter(row__run=sheet.run_id).update(message=ERASED)
        titles = [
            {"name": one.name, "first": [[one.header_row, one.header(one.header_row)]], "height": one.height,
             "header_row": one.header_row, "score": one.score, "visible": one.visible}
            for one in sheets_of(sheet)
        ]  # fmt: skip
        sheet.seen, sheet.forgotten_at = pack(titles), at
        sheet.save(update_fields=["seen", "forgotten_at"])
        event = SheetForgotten(run_id=sheet.run_id, file_name=sheet.run.file_name, lines=lines)
        publish(event, by=by, at=at)
