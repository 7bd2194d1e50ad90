"""Lines set aside become people, by batches, each with its place in the file: a killed run is taken up where it was."""

import json
from collections.abc import Sequence
from itertools import islice

from django.db import transaction

from emploi.exchanges.spreadsheets.engine.batches import Batches, Line
from emploi.exchanges.spreadsheets.engine.inspecting import seen_sheet
from emploi.exchanges.spreadsheets.engine.packing import unpack
from emploi.exchanges.spreadsheets.engine.staging import BATCH, keep_rows, kept_values, refused_line
from emploi.exchanges.spreadsheets.models import StagedRow
from emploi.foundation.intake.actions import keep_refused
from emploi.foundation.intake.enums import RowStatus
from emploi.foundation.intake.models import Run
from emploi.foundation.intake.progress import Progress
from emploi.foundation.intake.sealing import unseal
from emploi.pathway.beneficiaries.row_facts import REFUSED, RowOutcome


def apply_staged(batches: Batches) -> None:
    """Applies every line that waits; each batch and the accounts that go with it are one transaction."""
    run = batches.run
    header = seen_sheet(batches.sheet).header(batches.sheet.header_row)
    waiting = StagedRow.objects.filter(run=run, is_applied=False).order_by("number")
    done = StagedRow.objects.filter(run=run, is_applied=True).count()
    with Progress(run, done + waiting.count(), done=done) as progress:
        while rows := list(islice(waiting.only("number", "raw", "is_corrected"), BATCH)):
            with transaction.atomic():
                _apply(batches, rows, header)
                done += len(rows)
                Run.objects.filter(pk=run.pk).update(counters=dict(batches.ledger.counters), done=done)
                progress.tick(done)


def account_refused(batches: Batches) -> None:
    """Counts the lines refused while reading: they are part of the accounts of the file."""
    for row in batches.run.rows.filter(status=RowStatus.REFUSED).iterator(chunk_size=BATCH):
        line = batches.read([(row.number, json.loads(unseal(row.raw))["cells"])])[0]
        line.outcome = RowOutcome(row.number, REFUSED, code=row.code, reason=row.reason)
        batches.account([line])


def _apply(batches: Batches, rows: Sequence[StagedRow], header: list[str]) -> None:
    lines = batches.read([(row.number, unpack(row.raw)) for row in rows])
    batches.apply(lines)
    corrected = {row.number: row.is_corrected for row in rows}
    taken = [line for line in lines if line.refusal is None]
    keep_applied(batches.run, taken, corrected)
    # Between the preview and the decision somebody may have taken the number of a line.
    refused = [line for line in lines if line.refusal is not None]
    keep_refused(batches.run, [refused_line(line, header) for line in refused])
    StagedRow.objects.filter(run=batches.run, number__in=[line.number for line in refused]).delete()


def keep_applied(run: Run, lines: Sequence[Line], corrected: dict[int, bool]) -> None:
    """Keeps what each line did, and what is needed to take it back."""
    # Rewritten rather than updated: a COPY costs far less than as many updates.
    StagedRow.objects.filter(run=run, number__in=[line.number for line in lines]).delete()
    keep_rows(run, (kept_values(line, applied=True, corrected=corrected.get(line.number, False)) for line in lines))
