"""Lines set aside: read once, shown before anything is kept, refused ones with their reason."""

import base64
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import IO, Any

from django.db import transaction

from emploi.exchanges.spreadsheets.engine.archive import KIND
from emploi.exchanges.spreadsheets.engine.batches import KEY_MAX, Batches, Line
from emploi.exchanges.spreadsheets.engine.inspecting import seen_sheet
from emploi.exchanges.spreadsheets.engine.packing import pack, plain_line, unpack
from emploi.exchanges.spreadsheets.enums import RowOutcomeKind
from emploi.exchanges.spreadsheets.models import StagedRow
from emploi.exchanges.spreadsheets.reading.refusals import RefusedFile
from emploi.exchanges.spreadsheets.reading.tables import Table
from emploi.exchanges.spreadsheets.showing import without_nir
from emploi.foundation.intake.actions import Refused, keep_refused
from emploi.foundation.intake.models import Run
from emploi.foundation.intake.progress import Progress
from emploi.foundation.intake.working import work_folder
from emploi.pathway.beneficiaries.actions.rows import copy_rows

BATCH = 500
KEPT = (
    "number", "raw", "outcome", "shown", "person_id", "has_kept", "has_warnings", "has_suspects", "is_corrected",
    "is_applied", "undo", "not_undone",
)  # fmt: skip


def stage(table: Table, batches: Batches, *, preview: bool) -> None:
    """Sets every line aside; with `preview`, also says what each would do, by doing it and undoing it all."""
    run, sheet = batches.run, batches.sheet
    header = seen_sheet(sheet).header(sheet.header_row)
    total = table.sheet(sheet.sheet).height
    with tempfile.TemporaryFile("w+", dir=work_folder(KIND), encoding="utf-8") as spool:
        with _maybe_undone(preview), Progress(run, total, apart=preview) as progress:
            for lines in _batches(table.rows(sheet.sheet, sheet.header_row)):
                read = batches.read(lines)
                if preview:
                    batches.apply(read)
                _spool(spool, read, header)
                progress.tick(lines[-1][0])
        spool.seek(0)
        with transaction.atomic():
            StagedRow.objects.filter(run=run).delete()
            kept = _keep(run, spool)
        if not kept:
            raise RefusedFile.because("no_table")


def kept_values(line: Line, *, applied: bool = False, corrected: bool = False) -> tuple[Any, ...]:
    """What is kept of one line that can be taken, in the order of `KEPT`."""
    outcome = line.outcome
    kind = outcome.status if outcome is not None else RowOutcomeKind.PENDING.value
    # In a preview, the people a line creates do not exist: the transaction is undone.
    person = outcome.person_id if outcome is not None and (applied or kind != RowOutcomeKind.CREATED) else None
    return (
        line.number,
        pack(line.cells),
        kind,
        pack(line.effect()) if outcome is not None else None,
        person,
        any(d.kept for d in outcome.differences) if outcome else False,
        bool(line.warnings),
        bool(outcome.suspects) if outcome else False,
        corrected,
        applied,
        pack(outcome.undo) if applied and outcome and outcome.undo else None,
        "",
    )


def keep_rows(run: Run, rows: Iterable[Sequence[Any]]) -> None:
    """Sets lines aside, each given in the order of `KEPT`, in one COPY."""
    copy_rows(StagedRow, ("run_id", *KEPT), [(run.pk, *row) for row in rows])


def refused_line(line: Line, header: list[str]) -> Refused:
    """A refused line as the import engine keeps it."""
    code, reason = line.refusal or ("", "")
    key = " ".join(cell for cell in line.cells[:3] if cell)
    return Refused(line.number, without_nir(key)[:KEY_MAX], plain_line(header, line.cells), code, reason)


@contextmanager
def _maybe_undone(preview: bool) -> Iterator[None]:
    """For a preview, a transaction that leaves nothing behind."""
    if not preview:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _batches(rows: Iterable[tuple[int, list[str]]]) -> Iterator[list[tuple[int, list[str]]]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _spool(spool: IO[str], lines: Sequence[Line], header: list[str]) -> None:
    """Keeps the lines of a batch on disk, sealed, until the preview is undone: memory stays flat."""
    for line in lines:
        if line.refusal is not None:
            refused = refused_line(line, header)
            record: list[Any] = [
                "refused",
                refused.number,
                pack(refused.raw.decode()),
                refused.code,
                refused.reason,
                refused.key,
            ]
        else:
            record = ["staged", *kept_values(line)]
        spool.write(json.dumps(record, default=_text) + "\n")


def _keep(run: Run, spool: IO[str]) -> int:
    kept = 0
    while lines := list(islice(spool, BATCH)):
        records = [json.loads(line) for line in lines]
        keep_rows(run, [_row(record) for record in records if record[0] == "staged"])
        keep_refused(run, [_refused(record) for record in records if record[0] == "refused"])
        kept += len(records)
    return kept


def _row(record: list[Any]) -> list[Any]:
    _, *row = record
    for name in ("raw", "shown", "undo"):
        place = KEPT.index(name)
        row[place] = base64.b64decode(row[place]) if row[place] else None
    return row


def _refused(record: list[Any]) -> Refused:
    _, number, sealed, code, reason, key = record
    return Refused(number, key, unpack(base64.b64decode(sealed)).encode(), code, reason)


def _text(value: Any) -> str:
    return base64.b64encode(bytes(value)).decode()
