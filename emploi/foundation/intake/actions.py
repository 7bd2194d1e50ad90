"""Everything that writes about a file on its way in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.documents.actions import clean_name, store
from emploi.foundation.documents.models import Document
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.intake import registry, workflow
from emploi.foundation.intake.enums import RowStatus
from emploi.foundation.intake.events import (
    FileReceived,
    LinesExported,
    RowReplayed,
    RunCancelled,
    RunFinished,
    RunInterrupted,
    RunRefused,
)
from emploi.foundation.intake.models import Attempt, Change, Row, Run
from emploi.foundation.intake.sealing import seal, unseal
from emploi.foundation.workflow import move

XPATH_MAX = 300
KEY_MAX = 64


@dataclass(frozen=True, slots=True)
class Refused:
    """One line a file could not bring in, with the reason in French."""

    number: int
    key: str
    raw: bytes
    code: str
    reason: str
    xpath: str = ""


@action
def receive(
    *,
    kind: str,
    file_name: str,
    content: BinaryIO,
    received_on: date | None = None,
    approved: bool = False,
    by: Actor,
    at: datetime,
) -> Run:
    """Archives a file, encrypted, and opens its run; `approved` when it will be applied without a preview."""
    document = store(name=file_name, content=content, kind=kind, by=by, at=at)
    run = open_run(
        kind=kind,
        file_name=file_name,
        received_on=received_on,
        document=document,
        approved=approved,
        by=by,
        at=at,
    )
    publish(FileReceived(run_id=run.pk, file_kind=kind, file_name=run.file_name), by=by, at=at)
    return run


@action
def open_run(
    *,
    kind: str,
    file_name: str,
    received_on: date | None = None,
    document: Document | None = None,
    sha256: str = "",
    approved: bool = False,
    by: Actor,
    at: datetime,
) -> Run:
    """Opens the run of a file, archived or (for a dry run) not."""
    return Run.objects.create(
        kind=kind,
        file_name=clean_name(file_name),
        sha256=document.sha256 if document else sha256,
        size=document.size if document else 0,
        document=document,
        received_on=received_on,
        created_at=at,
        approved_at=at if approved else None,
        created_by_kind=by.kind,
        created_by_id=by.id,
        created_by_label=by.label[:120],
    )


@action
def forget_findings(*, run: Run, by: Actor, at: datetime) -> None:
    """Forgets what a preview announced or a former reading refused, before a run starts from its first line."""
    Change.objects.filter(run=run).delete()
    Row.objects.filter(run=run, attempts__isnull=True).delete()


@action
def start(*, run: Run, phase: str, from_the_start: bool, by: Actor, at: datetime) -> Run:
    """Marks a run as being worked on, from its first line or from where it stopped."""
    changes: dict[str, Any] = {"phase": phase, "started_at": at, "error": "", "finished_at": None}
    if from_the_start:
        changes |= {"done": 0, "elapsed_ms": 0, "counters": {}, "warnings": []}
    return move(run, workflow.RUN, "start", by=by, at=at, changes=changes)


@action
def queue(*, run: Run, by: Actor, at: datetime) -> Run:
    """Decides to apply a previewed file: from then on nobody else can decide about it."""
    return move(run, workflow.RUN, "queue", by=by, at=at, changes={"done": 0, "approved_at": at})


@action
def show_preview(*, run: Run, counters: dict[str, Any], warnings: list[dict[str, Any]], by: Actor, at: datetime) -> Run:
    """Keeps what the file would do and waits for a decision."""
    changes = {"counters": counters, "warnings": warnings, "phase": "", "finished_at": at}
    return move(run, workflow.RUN, "preview", by=by, at=at, changes=changes)


@action
def finish(
    *, run: Run, counters: dict[str, Any], warnings: list[dict[str, Any]], refused: int, by: Actor, at: datetime
) -> Run:
    """Closes a run that went to the end of its file."""
    name = "finish_with_refusals" if refused else "finish"
    changes = {"counters": counters, "warnings": warnings, "phase": "", "finished_at": at}
    event = RunFinished(run_id=run.pk, file_kind=run.kind, file_name=run.file_name, refused=refused)
    Change.objects.filter(run=run).delete()
    return move(run, workflow.RUN, name, by=by, at=at, changes=changes, events=event)


@action
def refuse(*, run: Run, reason: str, by: Actor, at: datetime) -> Run:
    """Refuses a whole file, with one sentence; its original stays archived."""
    event = RunRefused(run_id=run.pk, file_kind=run.kind, file_name=run.file_name)
    changes = {"error": reason, "phase": "", "finished_at": at}
    return move(run, workflow.RUN, "refuse", by=by, at=at, changes=changes, events=event)


@action
def interrupt(*, run: Run, reason: str, by: Actor, at: datetime) -> Run:
    """Notes that the work on a file stopped before its end; what was recorded stays, the rest can be resumed."""
    event = RunInterrupted(run_id=run.pk, file_kind=run.kind, file_name=run.file_name)
    changes = {"error": reason, "phase": "", "finished_at": at}
    return move(run, workflow.RUN, "interrupt", by=by, at=at, changes=changes, events=event)


@action
def interrupt_orphans(*, kind: str, by: Actor, at: datetime) -> int:
    """Marks as interrupted the runs of a kind whose process is gone; call it while holding the kind's lock."""
    orphans = list(Run.objects.filter(kind=kind, status=workflow.RUNNING))
    for run in orphans:
        interrupt(run=run, reason="Le traitement s'est arrêté avant la fin du fichier.", by=by, at=at)
    return len(orphans)


@action
def cancel(*, run: Run, by: Actor, at: datetime) -> Run:
    """Gives up a file before it is applied."""
    Change.objects.filter(run=run).delete()
    event = RunCancelled(run_id=run.pk, file_kind=run.kind, file_name=run.file_name)
    return move(run, workflow.RUN, "cancel", by=by, at=at, changes={"finished_at": at}, events=event)


@action
def set_received_on(*, run: Run, received_on: date, by: Actor, at: datetime) -> None:
    """Corrects the day a file was received, as long as it is not applied."""
    if run.status not in (workflow.WAITING, workflow.PREVIEWED, workflow.INTERRUPTED):
        raise DomainError("La date de réception ne se change plus : le fichier est déjà enregistré.")
    Run.objects.filter(pk=run.pk).update(received_on=received_on)
    run.received_on = received_on


@action
def note_export(*, run: Run, what: str, lines: int, by: Actor, at: datetime) -> None:
    """Says in the journal who takes lines of a file away, and how many."""
    # A list of people we know is told person by person in the consultation log instead (audit.actions.record_export).
    publish(LinesExported(run_id=run.pk, file_name=run.file_name, what=what, lines=lines), by=by, at=at)


def keep_refused(run: Run, refused: Sequence[Refused]) -> None:
    """Keeps refused lines, encrypted; called inside the action that takes the other lines of the batch."""
    Row.objects.bulk_create(
        [
            Row(
                run=run,
                number=line.number,
                key=line.key[:KEY_MAX],
                raw=seal(line.raw),
                code=line.code,
                reason=line.reason,
                xpath=line.xpath[:XPATH_MAX],
            )
            for line in refused
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["run", "number"],
        update_fields=["key", "raw", "status", "code", "reason", "xpath"],
    )


def keep_changes(run: Run, changes: Iterable[Change]) -> None:
    """Keeps what a preview announces, in place of what a former preview said."""
    Change.objects.filter(run=run).delete()
    Change.objects.bulk_create(changes, batch_size=2000)


@action
def replay(*, row: Row, by: Actor, at: datetime) -> bool:
    """Tries a refused line again; answers whether it went through, and keeps the attempt either way."""
    fresh = Row.objects.select_for_update(of=("self",)).select_related("run").get(pk=row.pk)
    kind = registry.kind_of(fresh.run)
    if kind is None or fresh.status != RowStatus.REFUSED:
        raise DomainError("Cette ligne a déjà été reprise.")
    try:
        message, ok = kind.replay(fresh, unseal(fresh.raw), by=by, at=at), True
    except DomainError as error:
        message, ok = error.message, False
    Attempt.objects.create(row=fresh, at=at, by_label=by.label[:120], ok=ok, message=message)
    fresh.status = RowStatus.REPLAYED if ok else RowStatus.REFUSED
    fresh.reason = fresh.reason if ok else message
    fresh.save(update_fields=["status", "reason"])
    publish(RowReplayed(run_id=fresh.run_id, number=fresh.number, accepted=ok), by=by, at=at)
    if ok and not fresh.run.rows.filter(status=RowStatus.REFUSED).exists():
        _settle(fresh.run, by, at)
    return ok


def _settle(run: Run, by: Actor, at: datetime) -> None:
    if run.status == workflow.PARTIAL:
        move(run, workflow.RUN, "settle", by=by, at=at)
