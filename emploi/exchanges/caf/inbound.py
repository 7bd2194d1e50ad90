"""The way in of the files of dossiers: by command, or from the screen through the worker; one file at a time."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from emploi.exchanges.caf.blocks import passages
from emploi.exchanges.caf.engine import checks
from emploi.exchanges.caf.engine.announcing import Announcer
from emploi.exchanges.caf.engine.ledger import DONE, NOT_DONE, PARTIAL, Ledger, Report, Stopwatch
from emploi.exchanges.caf.engine.loading import REFUSALS, Loader, SystemicFailure, why_not_applied
from emploi.exchanges.caf.engine.runs import archived
from emploi.exchanges.caf.engine.telling import Teller
from emploi.exchanges.caf.models import Defect, ReceivedFile
from emploi.exchanges.caf.quality import counting
from emploi.exchanges.caf.reader import Survey, survey
from emploi.exchanges.caf.reading.frame import RefusedFile
from emploi.exchanges.caf.reading.parsing import read_dossier
from emploi.exchanges.caf.reading.sources import clear_file
from emploi.exchanges.caf.reading.spans import Span
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import actions, locks, workflow
from emploi.foundation.intake.enums import Phase
from emploi.foundation.intake.models import Row, Run
from emploi.foundation.intake.working import note_interruption, sweep, work_folder
from emploi.pathway.beneficiaries.actions import apply_households
from emploi.pathway.beneficiaries.facts import FileFacts

KIND = "caf"


class _Undone(Exception):
    """Carries a report out of the transaction that a preview undoes."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def import_caf(
    *, path: Path, received_on: date | None = None, dry_run: bool = False, by: Actor, at: datetime
) -> Report:
    """Archives and applies one file, from its path; a dry run says what it would do and keeps nothing."""
    watch = Stopwatch()
    if not path.is_file():
        return Report(NOT_DONE, error=f"Le fichier « {path} » n'existe pas.")
    with locks.alone(KIND):
        if dry_run:
            report = _dry_run(path, received_on, by, at)
        else:
            sweep(KIND, by=by, at=at)
            with path.open("rb") as content:
                run = actions.receive(
                    kind=KIND,
                    file_name=path.name,
                    content=content,
                    received_on=received_on,
                    approved=True,
                    by=by,
                    at=at,
                )
            report = _work(run, lambda: clear_file(path, work_folder(KIND)), preview=False, by=by, at=at)
    report.seconds, report.peak_mb = watch.seconds(), watch.peak_mb()
    return report


def preview_run(*, run: Run, by: Actor, at: datetime) -> Report:
    """Says what an archived file would do, and undoes it."""
    with locks.alone(KIND):
        sweep(KIND, by=by, at=at)
        return _work(run, lambda: archived(run), preview=True, by=by, at=at)


def apply_run(*, run: Run, by: Actor, at: datetime) -> Report:
    """Applies an archived file, from its beginning or from where it was interrupted."""
    with locks.alone(KIND):
        sweep(KIND, by=by, at=at)
        run.refresh_from_db()
        return _work(run, lambda: archived(run), preview=False, by=by, at=at)


def replay_dossier(row: Row, raw: bytes, *, by: Actor, at: datetime) -> str:
    """Tries a refused dossier again; raises DomainError with the reason it is still refused."""
    frame = ReceivedFile.objects.filter(run=row.run).first()
    if frame is None:
        raise DomainError("L'en-tête du fichier de ce dossier n'est pas connu : importez le fichier à nouveau.")
    dossier = read_dossier(
        raw, number=row.number, content_hash="", encoding=frame.encoding, department=checks.expected_department()
    )
    if dossier.facts is None:
        raise DomainError(dossier.refusal.reason if dossier.refusal else "Ce dossier n'est pas lisible.")
    try:
        with transaction.atomic():
            file = _file_facts(row.run, frame)
            teller = Teller(file, by, at)
            teller.read([dossier])
            teller.before([dossier.facts])
            applied = apply_households([dossier.facts], file=file, by=by, at=at)
            teller.after()
            place = Span(row.number, 0, len(raw), "", dossier.facts.content_hash)
            passages.note({dossier.facts.claim_number: place}, passages.order_of(frame), row=row)
    except REFUSALS as error:
        raise DomainError(why_not_applied(error)) from error
    if applied.created:
        return "Dossier créé."
    return "Dossier mis à jour." if applied.updated else "Dossier déjà à jour."


def _work(
    run: Run, opened: Callable[[], AbstractContextManager[Path]], *, preview: bool, by: Actor, at: datetime
) -> Report:
    """Surveys the file, then previews or applies it; whatever happens, the run says how it ended."""
    resumed = run.status == workflow.INTERRUPTED and not preview and run.counters.get("position", 0) > 0
    if not resumed:
        actions.forget_findings(run=run, by=by, at=at)
        Defect.objects.filter(run=run).delete()
    actions.start(run=run, phase=Phase.READING, from_the_start=not resumed, by=by, at=at)
    run.refresh_from_db()
    try:
        with opened() as clear:
            found = survey(clear)
            checks.check_addressee(found)
            ledger = Ledger(run.counters)
            frame = _keep_frame(run, found, at)
            checks.warn_about_file(found, ledger, run=run, today=at.date())
            if preview:
                return _preview(run, frame, found, clear, ledger, by, at)
            return _apply(run, frame, found, clear, ledger, by, at)
    except RefusedFile as refused:
        actions.refuse(run=run, reason=refused.message, by=by, at=at)
        return Report(NOT_DONE, error=refused.message, run_id=run.pk)
    except SystemicFailure as failure:
        actions.interrupt(run=run, reason=failure.message, by=by, at=at)
        return Report(NOT_DONE, dict(run.counters), error=failure.message, run_id=run.pk)
    except BaseException as error:
        note_interruption(run, error, by, at)
        raise


def _apply(
    run: Run, frame: ReceivedFile, found: Survey, clear: Path, ledger: Ledger, by: Actor, at: datetime
) -> Report:
    Run.objects.filter(pk=run.pk).update(phase=Phase.APPLYING)
    loader = Loader(run=run, frame=frame, survey=found, path=clear, ledger=ledger, announcer=None, by=by, at=at)
    loader.load()
    loader.flag_disappeared()
    counting.close(frame, found.spans)
    refused = ledger.counters["households_refused"]
    warnings = ledger.warnings()
    actions.finish(run=run, counters=dict(ledger.counters), warnings=warnings, refused=refused, by=by, at=at)
    return Report(PARTIAL if refused else DONE, dict(ledger.counters), warnings, run_id=run.pk)


def _preview(
    run: Run, frame: ReceivedFile, found: Survey, clear: Path, ledger: Ledger, by: Actor, at: datetime
) -> Report:
    Run.objects.filter(pk=run.pk).update(phase=Phase.PREVIEWING)
    announcer = Announcer(run)
    with _undone():
        loader = Loader(
            run=run, frame=frame, survey=found, path=clear, ledger=ledger, announcer=announcer, by=by, at=at
        )
        loader.load()
        loader.flag_disappeared()
    warnings = ledger.warnings()
    with transaction.atomic():
        actions.keep_changes(run, announcer.changes)
        actions.keep_refused(run, announcer.refused)
        actions.show_preview(run=run, counters=dict(ledger.counters), warnings=warnings, by=by, at=at)
    return Report(DONE, dict(ledger.counters), warnings, run_id=run.pk, dry_run=True)


def _dry_run(path: Path, received_on: date | None, by: Actor, at: datetime) -> Report:
    """Everything in one transaction, undone: the run itself included."""
    try:
        with transaction.atomic():
            with path.open("rb") as content:
                sha256 = hashlib.file_digest(content, "sha256").hexdigest()
            run = actions.open_run(kind=KIND, file_name=path.name, received_on=received_on, sha256=sha256, by=by, at=at)
            report = _work(run, lambda: clear_file(path, work_folder(KIND)), preview=False, by=by, at=at)
            raise _Undone(report)
    except _Undone as undone:
        undone.report.dry_run, undone.report.run_id = True, None
        return undone.report


@contextmanager
def _undone() -> Iterator[None]:
    """A transaction that leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _keep_frame(run: Run, found: Survey, at: datetime) -> ReceivedFile:
    """Keeps the frame of the file; a run taken up again keeps its own answer about the first load."""
    header, payer = found.header, checks.payer_of(found)
    received = checks.received_on(run.received_on, header, at.date())
    Run.objects.filter(pk=run.pk).update(reference_on=header.reference_on, received_on=received, total=len(found.spans))
    run.reference_on, run.received_on = header.reference_on, received
    frame, _ = ReceivedFile.objects.update_or_create(
        run=run,
        defaults={
            "application": header.application[:3],
            "flow_type": header.flow_type[:1],
            "payer": payer[:3],
            "series": header.series[:12],
            "encoding": found.encoding,
            "reference_on": header.reference_on,
            "created_on": header.created_on,
            "declared_count": found.trailer.transmitted,
            "found_count": len(found.spans),
            "first_load": checks.is_first_load(payer, run),
        },
    )
    return frame


def _file_facts(run: Run, frame: ReceivedFile) -> FileFacts:
    return FileFacts(
        reference_on=frame.reference_on,
        created_on=frame.created_on,
        received_on=run.received_on or frame.created_on,
        source="daily" if frame.flow_type == "I" else "monthly",
        run_id=run.pk,
        first_load=frame.first_load,
    )
