"""The way in of the spreadsheets: by command, or step by step from the screens; one file at a time."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from emploi.exchanges.spreadsheets.engine.applying import account_refused, apply_staged
from emploi.exchanges.spreadsheets.engine.archive import KIND, archived
from emploi.exchanges.spreadsheets.engine.batches import Batches
from emploi.exchanges.spreadsheets.engine.contents import batches_of, check_columns
from emploi.exchanges.spreadsheets.engine.forgetting import clear_emptied
from emploi.exchanges.spreadsheets.engine.inspecting import keep_inspection
from emploi.exchanges.spreadsheets.engine.ledger import COUNTERS, DONE, NOT_DONE, PARTIAL, Report, Stopwatch
from emploi.exchanges.spreadsheets.engine.staging import stage
from emploi.exchanges.spreadsheets.enums import SheetContent
from emploi.exchanges.spreadsheets.models import Mapping, SheetFile, StagedRow
from emploi.exchanges.spreadsheets.reading.refusals import RefusedFile
from emploi.exchanges.spreadsheets.reading.tables import look
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import actions, locks, workflow
from emploi.foundation.intake.enums import Phase, RowStatus
from emploi.foundation.intake.models import Run
from emploi.foundation.intake.working import note_interruption, sweep

Opened = Callable[[], AbstractContextManager[Path]]


class _Undone(Exception):
    """Carries a report out of the transaction that a dry run undoes."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def import_people(
    *,
    path: Path,
    mapping: str = "",
    received_on: date | None = None,
    about: str = SheetContent.PEOPLE,
    dry_run: bool = False,
    by: Actor,
    at: datetime,
) -> Report:
    """Archives and applies one spreadsheet, from its path; a dry run says what it would do and keeps nothing."""
    watch = Stopwatch()
    if not path.is_file():
        return Report(NOT_DONE, error=f"Le fichier « {path} » n’existe pas.")
    saved = mapping_named(mapping) if mapping else None
    with locks.alone(KIND):
        if dry_run:
            report = _dry_run(path, saved, received_on, about, by, at)
        else:
            sweep(KIND, by=by, at=at)
            with path.open("rb") as stream:
                run = actions.receive(
                    kind=KIND,
                    file_name=path.name,
                    content=stream,
                    received_on=received_on,
                    approved=True,
                    by=by,
                    at=at,
                )
            report = _whole(run, lambda: nullcontext(path), saved, about, by, at)
    report.seconds = watch.seconds()
    return report


def receive(
    *,
    file_name: str,
    content: BinaryIO,
    received_on: date | None,
    about: str = SheetContent.PEOPLE,
    by: Actor,
    at: datetime,
) -> Run:
    """Archives a spreadsheet handed on screen and looks at it; an unreadable one keeps its original and says why."""
    run = actions.receive(kind=KIND, file_name=file_name, content=content, received_on=received_on, by=by, at=at)
    try:
        with archived(run) as path:
            keep_inspection(run=run, table=look(path, run.file_name), content=about, by=by, at=at)
    except RefusedFile as refused:
        actions.refuse(run=run, reason=refused.message, by=by, at=at)
    return run


def preview_run(*, run: Run, by: Actor, at: datetime) -> Report:
    """Sets the lines of an archived spreadsheet aside and says what each would do."""
    with locks.alone(KIND):
        sweep(KIND, by=by, at=at)
        run.refresh_from_db()
        with _telling(run, by, at) as failed:
            actions.forget_findings(run=run, by=by, at=at)
            actions.start(run=run, phase=Phase.PREVIEWING, from_the_start=True, by=by, at=at)
            sheet = SheetFile.objects.get(run=run)
            clear_emptied(run, by=by)
            batches = batches_of(run, sheet, by, at)
            with archived(run) as path:
                stage(look(path, run.file_name), batches, preview=True)
            batches.keep_what_was_found()
            counters, warnings = dict(batches.ledger.counters), batches.ledger.warnings()
            SheetFile.objects.filter(pk=sheet.pk).update(staged_at=at)
            actions.show_preview(run=run, counters=counters, warnings=warnings, by=by, at=at)
            return Report(DONE, counters, warnings, run_id=run.pk, dry_run=True)
        return failed[0]


def apply_run(*, run: Run, by: Actor, at: datetime) -> Report:
    """Applies the lines set aside, from the first or from where it was interrupted."""
    with locks.alone(KIND):
        sweep(KIND, by=by, at=at)
        run.refresh_from_db()
        return _apply(run, by, at)


def mapping_named(name: str) -> Mapping:
    """The last version of a saved mapping. Raises DomainError."""
    found = Mapping.objects.filter(name=name).order_by("-version", "-pk").first()
    if found is None:
        raise DomainError(f"Aucune correspondance de colonnes ne s’appelle « {name} ».")
    return found


def _whole(run: Run, opened: Opened, mapping: Mapping | None, content: str, by: Actor, at: datetime) -> Report:
    """From the file to the people in one go: looked at, set aside, applied."""
    with _telling(run, by, at) as failed:
        actions.start(run=run, phase=Phase.READING, from_the_start=True, by=by, at=at)
        with opened() as path:
            table = look(path, run.file_name)
            sheet = keep_inspection(run=run, table=table, mapping=mapping, content=content, by=by, at=at)
            check_columns(sheet.content, sheet.columns)
            SheetFile.objects.filter(pk=sheet.pk).update(columns_confirmed=True)
            batches = batches_of(run, sheet, by, at)
            stage(table, batches, preview=False)
            batches.keep_what_was_found()
        SheetFile.objects.filter(pk=sheet.pk).update(staged_at=at)
        account_refused(batches)
        return _finish(run, batches, by, at)
    return failed[0]


def _apply(run: Run, by: Actor, at: datetime) -> Report:
    with _telling(run, by, at) as failed:
        sheet = SheetFile.objects.get(run=run)
        resumed = StagedRow.objects.filter(run=run, is_applied=True).exists()
        if sheet.forgotten_at:
            raise DomainError("Les lignes de ce fichier sont effacées : refaites son aperçu avant de l’enregistrer.")
        if not sheet.staged_at:
            raise DomainError("Les colonnes de ce fichier ne sont pas encore confirmées.")
        actions.start(run=run, phase=Phase.APPLYING, from_the_start=not resumed, by=by, at=at)
        run.refresh_from_db()
        batches = batches_of(run, sheet, by, at, run.counters)
        if not resumed:
            account_refused(batches)
        return _finish(run, batches, by, at)
    return failed[0]


def _finish(run: Run, batches: Batches, by: Actor, at: datetime) -> Report:
    Run.objects.filter(pk=run.pk).update(phase=Phase.APPLYING)
    apply_staged(batches)
    counters, warnings = dict(batches.ledger.counters), batches.ledger.warnings()
    refused = run.rows.filter(status=RowStatus.REFUSED).count()
    SheetFile.objects.filter(run=run).update(applied_at=at)
    actions.finish(run=run, counters=counters, warnings=warnings, refused=refused, by=by, at=at)
    return Report(PARTIAL if refused else DONE, counters, warnings, run_id=run.pk)


@contextmanager
def _telling(run: Run, by: Actor, at: datetime) -> Iterator[list[Report]]:
    """Whatever happens, the run says how it ended; a refused file becomes a report."""
    failed: list[Report] = []
    try:
        yield failed
    except DomainError as refused:
        run.refresh_from_db()
        if run.status in (workflow.WAITING, workflow.RUNNING):
            actions.refuse(run=run, reason=refused.message, by=by, at=at)
        failed.append(Report(NOT_DONE, dict.fromkeys(COUNTERS, 0), error=refused.message, run_id=run.pk))
    except BaseException as error:
        note_interruption(run, error, by, at)
        raise


def _dry_run(
    path: Path, mapping: Mapping | None, received_on: date | None, content: str, by: Actor, at: datetime
) -> Report:
    """Everything in one transaction, undone: the run itself included."""
    try:
        with transaction.atomic():
            with path.open("rb") as stream:
                sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            run = actions.open_run(kind=KIND, file_name=path.name, received_on=received_on, sha256=sha256, by=by, at=at)
            raise _Undone(_whole(run, lambda: nullcontext(path), mapping, content, by, at))
    except _Undone as undone:
        undone.report.dry_run, undone.report.run_id = True, None
        return undone.report
