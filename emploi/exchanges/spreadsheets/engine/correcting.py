"""A line corrected on screen instead of in the file: shown again before the decision, recorded at once after it."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from emploi.exchanges.spreadsheets.engine.applying import keep_applied
from emploi.exchanges.spreadsheets.engine.batches import Batches, Line
from emploi.exchanges.spreadsheets.engine.contents import batches_of
from emploi.exchanges.spreadsheets.engine.inspecting import seen_sheet
from emploi.exchanges.spreadsheets.engine.packing import plain_line, unpack
from emploi.exchanges.spreadsheets.engine.staging import keep_rows, kept_values
from emploi.exchanges.spreadsheets.events import SheetLineCorrected
from emploi.exchanges.spreadsheets.models import SheetFile, StagedRow
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.intake import actions, workflow
from emploi.foundation.intake.enums import RowStatus
from emploi.foundation.intake.models import Row, Run
from emploi.foundation.intake.sealing import seal, unseal

WORDS = {"created": "Personne créée.", "updated": "Fiche complétée.", "unchanged": "Fiche déjà à jour."}


def cells_of(run: Run, number: int) -> tuple[list[str], str] | None:
    """The cells of a line and the reason it is refused (empty when it is not); None when there is no such line."""
    row = Row.objects.filter(run=run, number=number, status=RowStatus.REFUSED).first()
    if row is not None:
        return list(json.loads(unseal(row.raw))["cells"]), row.reason
    staged = StagedRow.objects.filter(run=run, number=number).first()
    return (list(unpack(staged.raw)), "") if staged is not None else None


def can_correct(run: Run, number: int) -> bool:
    """Tell whether a line may still be corrected: any before the decision, refused ones after it, none erased."""
    if SheetFile.objects.filter(run=run, forgotten_at__isnull=False).exists():
        return False
    if run.status == workflow.PREVIEWED:
        return True
    refused = Row.objects.filter(run=run, number=number, status=RowStatus.REFUSED)
    return run.status == workflow.PARTIAL and refused.exists()


def read_again(*, run: Run, number: int, cells: Sequence[str], at: datetime) -> Line:
    """Reads a line as corrected, writing nothing; its problems say what is still wrong."""
    sheet = SheetFile.objects.get(run=run)
    return batches_of(run, sheet, Actor.system("relecture"), at).read([(number, list(cells))])[0]


@action
def correct(*, run: Run, number: int, cells: Sequence[str], by: Actor, at: datetime) -> str:
    """Takes a line as corrected; answers what was done. Raises DomainError with what is still wrong."""
    if not can_correct(run, number):
        raise DomainError("Cette ligne ne se corrige plus : le fichier est enregistré, ou ses lignes sont effacées.")
    refused = Row.objects.filter(run=run, number=number, status=RowStatus.REFUSED).first()
    if refused is None:
        message = _set_aside(run, number, list(cells), by, at)
    else:
        header = seen_sheet(run.sheet).header(run.sheet.header_row)
        received = json.loads(unseal(refused.raw))
        original = received.get("original") or received["cells"]
        refused.raw = seal(plain_line(header, list(cells), original))
        refused.save(update_fields=["raw"])
        if not actions.replay(row=refused, by=by, at=at):
            refused.refresh_from_db()
            raise DomainError(refused.reason)
        message = "Ligne corrigée."
    publish(SheetLineCorrected(run_id=run.pk, number=number), by=by, at=at)
    return message


def replay_line(row: Row, raw: bytes, *, by: Actor, at: datetime) -> str:
    """Tries a refused line again; raises DomainError with the reason it is still refused."""
    if SheetFile.objects.filter(run=row.run, forgotten_at__isnull=False).exists():
        raise DomainError("Ligne effacée : le fichier est ancien. Déposez-le à nouveau.")
    line = json.loads(raw)
    if row.run.status == workflow.PREVIEWED:
        return _set_aside(row.run, row.number, line["cells"], by, at, was_refused=True)
    batches = _batches(row.run, by, at)
    done = batches.read([(row.number, line["cells"])])[0]
    batches.apply([done])
    _check(done)
    keep_applied(row.run, [done], {row.number: "original" in line})
    _recount(row.run, "refused", done)
    return WORDS[done.outcome.status] if done.outcome else ""


def _set_aside(run: Run, number: int, cells: list[str], by: Actor, at: datetime, *, was_refused: bool = False) -> str:
    """Says what a corrected line would do, and sets it aside with the others."""
    batches = _batches(run, by, at)
    line = batches.read([(number, cells)])[0]
    with transaction.atomic():
        batches.apply([line])
        transaction.set_rollback(True)
    _check(line)
    former = StagedRow.objects.filter(run=run, number=number).values_list("outcome", flat=True).first()
    StagedRow.objects.filter(run=run, number=number).delete()
    keep_rows(run, [kept_values(line, corrected=True)])
    _recount(run, "refused" if was_refused else former or "", line)
    return "Ligne corrigée : elle sera enregistrée avec les autres."


def _batches(run: Run, by: Actor, at: datetime) -> Batches:
    return batches_of(run, SheetFile.objects.get(run=run), by, at)


def _check(line: Line) -> None:
    if line.refusal is not None:
        raise DomainError(line.refusal[1])


def _recount(run: Run, former: str, line: Line) -> None:
    """Moves one line from one account to another."""
    fresh = Run.objects.select_for_update().get(pk=run.pk)
    counters = dict(fresh.counters)
    if former:
        counters[former] = max(0, counters.get(former, 0) - 1)
    if line.outcome is not None:
        counters[line.outcome.status] = counters.get(line.outcome.status, 0) + 1
    Run.objects.filter(pk=run.pk).update(counters=counters)
