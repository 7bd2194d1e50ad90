"""The way in of the contact files: by command, or from the screen through the worker."""

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from django.db import transaction

from emploi.exchanges.caf.contacts import ContactLine, read_contacts
from emploi.exchanges.caf.engine.ledger import DONE, NOT_DONE, PARTIAL, Ledger, Report, Stopwatch
from emploi.exchanges.caf.engine.runs import archived
from emploi.exchanges.caf.quality import counting
from emploi.exchanges.caf.reading.frame import RefusedFile
from emploi.exchanges.caf.reading.sources import clear_file
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import actions, locks
from emploi.foundation.intake.actions import Refused
from emploi.foundation.intake.clear_copies import hold
from emploi.foundation.intake.enums import Phase
from emploi.foundation.intake.models import Row, Run
from emploi.foundation.intake.progress import Progress
from emploi.foundation.intake.working import note_interruption, sweep, work_folder
from emploi.pathway.beneficiaries.actions import AppliedContacts, apply_contacts

KIND = "caf_contacts"
BATCH = 500
COUNTERS = ("rows_read", "rows_matched", "contacts_added", "rows_unchanged", "rows_refused")
NOBODY = (
    "Aucune personne connue n'a ce numéro de sécurité sociale ni ce numéro allocataire : importez d'abord le fichier "
    "des dossiers, puis rejouez cette ligne."
)


def import_contacts(
    *, path: Path, received_on: date | None = None, dry_run: bool = False, by: Actor, at: datetime
) -> Report:
    """Archives and applies one contact file, from its path; a dry run says what it would do and keeps nothing."""
    watch = Stopwatch()
    if not path.is_file():
        return Report(NOT_DONE, error=f"Le fichier « {path} » n'existe pas.", names=COUNTERS)
    with locks.alone(KIND):
        sweep(KIND, by=by, at=at)
        report = _from_path(path, received_on, dry_run, by, at)
    report.seconds, report.peak_mb = watch.seconds(), watch.peak_mb()
    return report


def apply_contacts_run(*, run: Run, by: Actor, at: datetime) -> Report:
    """Applies an archived contact file."""
    with locks.alone(KIND):
        sweep(KIND, by=by, at=at)
        run.refresh_from_db()
        return _work(run, lambda: archived(run), by, at)


def replay_line(row: Row, raw: bytes, *, by: Actor, at: datetime) -> str:
    """Tries a refused line again; raises DomainError with the reason it is still refused."""
    with tempfile.NamedTemporaryFile(dir=work_folder(KIND), prefix=f"line-{row.pk}-", suffix=".csv") as copy:
        hold(copy)
        copy.write(raw)
        copy.flush()
        line = next(read_contacts(Path(copy.name)))
    if line.facts is None:
        raise DomainError(line.reason)
    applied = apply_contacts([line.facts], received_on=_received_on(row.run, at), run_id=row.run_id, by=by, at=at)
    if applied.unmatched:
        raise DomainError(NOBODY)
    return "Coordonnées ajoutées." if applied.added else "Coordonnées déjà connues."


def _from_path(path: Path, received_on: date | None, dry_run: bool, by: Actor, at: datetime) -> Report:
    def opened() -> AbstractContextManager[Path]:
        return clear_file(path, work_folder(KIND))

    if not dry_run:
        with path.open("rb") as content:
            run = actions.receive(
                kind=KIND, file_name=path.name, content=content, received_on=received_on, by=by, at=at
            )
        return _work(run, opened, by, at)
    with transaction.atomic():
        run = actions.open_run(kind=KIND, file_name=path.name, received_on=received_on, by=by, at=at)
        report = _work(run, opened, by, at)
        transaction.set_rollback(True)
    report.dry_run, report.run_id = True, None
    return report


def _work(run: Run, opened: Callable[[], AbstractContextManager[Path]], by: Actor, at: datetime) -> Report:
    actions.forget_findings(run=run, by=by, at=at)
    actions.start(run=run, phase=Phase.APPLYING, from_the_start=True, by=by, at=at)
    try:
        with opened() as clear:
            ledger = _apply(run, clear, by, at)
            counting.recount_contacts()
    except RefusedFile as refused:
        actions.refuse(run=run, reason=refused.message, by=by, at=at)
        return Report(NOT_DONE, error=refused.message, run_id=run.pk, names=COUNTERS)
    except BaseException as error:
        note_interruption(run, error, by, at)
        raise
    counters, refused_count = dict(ledger.counters), ledger.counters["rows_refused"]
    actions.finish(run=run, counters=counters, warnings=ledger.warnings(), refused=refused_count, by=by, at=at)
    status = PARTIAL if refused_count else DONE
    return Report(status, counters, ledger.warnings(), run_id=run.pk, names=COUNTERS)


def _apply(run: Run, clear: Path, by: Actor, at: datetime) -> Ledger:
    ledger = Ledger()
    received = _received_on(run, at)
    Run.objects.filter(pk=run.pk).update(received_on=received)
    lines = read_contacts(clear)
    with clear.open("rb") as stream:
        total = max(0, sum(1 for _ in stream) - 1)
    with Progress(run, total) as progress:
        while batch := list(islice(lines, BATCH)):
            with transaction.atomic():
                _apply_batch(run, batch, ledger, received, by, at)
                progress.tick(batch[-1].number)
    return ledger


def _apply_batch(run: Run, batch: list[ContactLine], ledger: Ledger, received: date, by: Actor, at: datetime) -> None:
    readable = [line for line in batch if line.facts is not None]
    applied = AppliedContacts()
    if readable:
        facts = [line.facts for line in readable if line.facts is not None]
        applied = apply_contacts(facts, received_on=received, run_id=run.pk, by=by, at=at)
    refused = [_refused(line, line.code, line.reason) for line in batch if line.facts is None]
    refused += [_refused(readable[n], "unknown_person", NOBODY) for n in applied.unmatched_numbers]
    actions.keep_refused(run, refused)
    ledger.counters.update(
        rows_read=len(batch),
        rows_matched=applied.matched,
        contacts_added=applied.added,
        rows_unchanged=applied.unchanged,
        rows_refused=len(refused),
    )


def _refused(line: ContactLine, code: str, reason: str) -> Refused:
    return Refused(line.number, line.key, line.raw.encode(), code, reason)


def _received_on(run: Run, at: datetime) -> date:
    return run.received_on or at.date()
