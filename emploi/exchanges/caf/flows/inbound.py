"""The way in of debts and accounts: archived, read one dossier at a time, kept whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from emploi.exchanges.caf.engine.ledger import DONE, NOT_DONE, PARTIAL, Report, Stopwatch
from emploi.exchanges.caf.engine.runs import archived
from emploi.exchanges.caf.flows.frame import UNVERIFIED, flow_of
from emploi.exchanges.caf.flows.reading import Found, dossiers
from emploi.exchanges.caf.models import FlowRecord
from emploi.exchanges.caf.models.flows import Flow
from emploi.exchanges.caf.reading.frame import Header, RefusedFile, check_start, encoding_of, read_header
from emploi.exchanges.caf.reading.sources import clear_file, head_of
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import actions, locks, workflow
from emploi.foundation.intake.actions import Refused
from emploi.foundation.intake.enums import Phase
from emploi.foundation.intake.models import Row, Run
from emploi.foundation.intake.working import note_interruption, sweep, work_folder
from emploi.pathway.beneficiaries.models import Household

KIND = "caf_flow"
BATCH = 500
COUNTERS = ("rows_read", "rows_kept", "rows_without_dossier", "rows_unchanged", "rows_refused")


def import_flow(*, path: Path, received_on: date | None = None, by: Actor, at: datetime) -> Report:
    """Archives and keeps one file of debts or accounts, from its path."""
    watch = Stopwatch()
    with locks.alone(KIND):
        sweep(KIND, by=by, at=at)
        with path.open("rb") as content:
            run = actions.receive(
                kind=KIND, file_name=path.name, content=content, received_on=received_on, by=by, at=at
            )
        report = _work(run, lambda: clear_file(path, work_folder(KIND)), by, at)
    report.seconds, report.peak_mb = watch.seconds(), watch.peak_mb()
    return report


def apply_flow_run(*, run: Run, by: Actor, at: datetime) -> Report:
    """Keeps an archived file."""
    with locks.alone(KIND):
        sweep(KIND, by=by, at=at)
        run.refresh_from_db()
        return _work(run, lambda: archived(run), by, at)


def replay(row: Row, raw: bytes, *, by: Actor, at: datetime) -> str:
    """A dossier without its number cannot be guessed: only a new file mends it."""
    raise DomainError(f"{row.reason} Demandez à la caisse un nouvel envoi.")


def _work(run: Run, opened: Callable[[], AbstractContextManager[Path]], by: Actor, at: datetime) -> Report:
    actions.forget_findings(run=run, by=by, at=at)
    actions.start(run=run, phase=Phase.APPLYING, from_the_start=True, by=by, at=at)
    try:
        with opened() as clear, acting(by):
            counters = _keep(run, clear)
    except RefusedFile as refused:
        actions.refuse(run=run, reason=refused.message, by=by, at=at)
        return Report(NOT_DONE, error=refused.message, run_id=run.pk, names=COUNTERS)
    except BaseException as error:
        note_interruption(run, error, by, at)
        raise
    warnings = [{"code": "unverified_format", "message": UNVERIFIED, "count": 1}]
    if counters["rows_without_dossier"]:
        message = "Dossiers que le fichier des bénéficiaires n'a pas encore montrés : gardés, visibles à son arrivée."
        warnings.append({"code": "unknown_dossier", "message": message, "count": counters["rows_without_dossier"]})
    refused_count = counters["rows_refused"]
    actions.finish(run=run, counters=dict(counters), warnings=warnings, refused=refused_count, by=by, at=at)
    return Report(PARTIAL if refused_count else DONE, dict(counters), warnings, run_id=run.pk, names=COUNTERS)


def _keep(run: Run, clear: Path) -> Counter[str]:
    flow, header = _frame(clear)
    Run.objects.filter(pk=run.pk).update(reference_on=header.reference_on)
    FlowRecord.objects.filter(run=run).delete()
    counters: Counter[str] = Counter(dict.fromkeys(COUNTERS, 0))
    same = Run.objects.filter(kind=KIND, sha256=run.sha256, status__in=workflow.APPLIED).exclude(pk=run.pk)
    is_repeated = bool(run.sha256) and same.exists()
    found = dossiers(clear)
    while batch := list(islice(found, BATCH)):
        counters["rows_read"] += len(batch)
        if is_repeated:
            counters["rows_unchanged"] += len(batch)
        else:
            _keep_batch(run, flow, header, batch, counters)
    return counters


def _keep_batch(run: Run, flow: Flow, header: Header, batch: Iterable[Found], counters: Counter[str]) -> None:
    whole = [found for found in batch if not found.reason]
    refused = [Refused(f.number, "", f.raw, "no_claim", f.reason) for f in batch if f.reason]
    claims = Household.objects.filter(claim_number__in=[found.claim_number for found in whole])
    known = dict(claims.values_list("claim_number", "pk"))
    FlowRecord.objects.bulk_create(
        FlowRecord(
            run=run,
            flow=flow,
            number=found.number,
            claim_number=found.claim_number,
            household_id=known.get(found.claim_number),
            reference_on=header.reference_on,
            content=found.content,
        )
        for found in whole
    )
    actions.keep_refused(run, refused)
    counters["rows_kept"] += len(whole)
    counters["rows_without_dossier"] += sum(1 for found in whole if found.claim_number not in known)
    counters["rows_refused"] += len(refused)


def _frame(clear: Path) -> tuple[Flow, Header]:
    head = head_of(clear)
    check_start(head)
    flow = flow_of(head)
    if flow is None:
        raise RefusedFile("wrong_nature", "Ce fichier n’est ni un flux de créances ni un flux financier.")
    return flow, read_header(head, encoding_of(head), natures=None)
