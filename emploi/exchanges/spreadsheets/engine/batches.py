"""One batch of lines: read each alone, applied together; a batch that fails is taken line by line."""

import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.db.models import Max

from emploi.exchanges.spreadsheets.engine.ledger import Ledger
from emploi.exchanges.spreadsheets.events import PersonUpdatedBySheet
from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.exchanges.spreadsheets.rules.people import Problem, Reading, read_person
from emploi.foundation.actor import Actor
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.intake.models import Run
from emploi.pathway.beneficiaries.actions.rows import apply_rows
from emploi.pathway.beneficiaries.row_facts import REFUSED, UPDATED, PersonRow, RowOutcome, RowsFile

logger = logging.getLogger("emploi.spreadsheets")
# A line that cannot be written is refused; the database away or a fault of ours in the reading is not its fault.
FAILURES = (DatabaseError, DomainError, ValueError, TypeError, KeyError, AttributeError)
KEY_MAX = 64


@dataclass(slots=True)
class Line:
    """One line on its way: its cells, what was read, what it does."""

    number: int
    cells: list[str]
    reading: Reading
    outcome: RowOutcome | None = None

    @property
    def refusal(self) -> tuple[str, str] | None:
        """The code and the French reason of a refused line."""
        if self.reading.person is None:
            return self.reading.code, self.reading.reason
        if self.outcome is not None and self.outcome.status == REFUSED:
            return self.outcome.code, self.outcome.reason
        return None

    @property
    def warnings(self) -> list[Problem]:
        """What was left out of the line."""
        return self.reading.warnings

    def effect(self) -> dict[str, Any]:
        """What the preview and the report show of it."""
        if self.outcome is None:
            return {"name": "", "differences": [], "suspects": [], "warnings": []}
        return {
            "name": self.outcome.name,
            "differences": [[d.name, d.before, d.after, d.kept] for d in self.outcome.differences],
            "suspects": self.outcome.suspects,
            "warnings": [problem.sentence for problem in self.warnings],
        }


@dataclass(slots=True)
class Batches:
    """Reads and applies the lines of one run; `ledger` keeps the accounts."""

    run: Run
    sheet: SheetFile
    ledger: Ledger
    by: Actor
    at: datetime
    columns: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.columns = dict(self.sheet.columns)

    def read(self, lines: Sequence[tuple[int, list[str]]]) -> list[Line]:
        """Reads each line alone."""
        today = self.at.date()
        return [
            Line(number, cells, read_person(cells, self.columns, number=number, today=today)) for number, cells in lines
        ]

    def apply(self, lines: Sequence[Line]) -> None:
        """Applies the readable lines together, in one transaction; then accounts for every line."""
        readable = [line for line in lines if line.reading.person is not None]
        try:
            with transaction.atomic():
                self._write(readable)
        except (OperationalError, InterfaceError):
            raise
        except FAILURES as error:
            _log(f"batch of {len(readable)} lines of run {self.run.pk} undone", error)
            self._one_by_one(readable)
        self.account(lines)

    def account(self, lines: Sequence[Line]) -> None:
        """Counts what became of lines."""
        for line in lines:
            self.ledger.counters["rows"] += 1
            self.ledger.add_reading(line.reading)
            if line.refusal is not None:
                self.ledger.counters["refused"] += 1
            elif line.outcome is not None:
                self.ledger.add_outcome(line.outcome)

    def keep_what_was_found(self) -> None:
        """Keeps, once every line is read, what a list found beside its lines; people's lists have nothing."""

    def _write(self, lines: Sequence[Line]) -> None:
        rows = [line.reading.person for line in lines if line.reading.person is not None]
        if not rows:
            return
        outcomes = self._outcomes(rows)
        for line, outcome in zip(lines, outcomes, strict=True):
            line.outcome = outcome

    def _outcomes(self, rows: Sequence[PersonRow]) -> list[RowOutcome]:
        received = self.run.received_on or self.at.date()
        file = RowsFile(self.run.pk, received, self.sheet.overwrite)
        with acting(self.by):
            outcomes = apply_rows(rows, file=file, by=self.by, at=self.at).outcomes
            publish([self._updated(o) for o in outcomes if o.status == UPDATED], by=self.by, at=self.at)
            mark = JournalEntry.objects.aggregate(last=Max("pk"))["last"] or 0
        for outcome in outcomes:
            if outcome.undo:
                outcome.undo["mark"] = mark
        return outcomes

    def _updated(self, outcome: RowOutcome) -> PersonUpdatedBySheet:
        names = dict.fromkeys(d.name for d in outcome.differences if not d.kept)
        return PersonUpdatedBySheet(person_id=outcome.person_id, run_id=self.run.pk, fields=", ".join(names))

    def _one_by_one(self, lines: Sequence[Line]) -> None:
        for line in lines:
            line.outcome = None
            try:
                with transaction.atomic():
                    self._write([line])
            except (OperationalError, InterfaceError):
                raise
            except FAILURES as error:
                _log(f"line {line.number} of run {self.run.pk} refused", error)
                line.outcome = RowOutcome(line.number, REFUSED, code="not_applied", reason=why_not_applied(error))


def why_not_applied(error: Exception) -> str:
    """The reason, in French, of a line that was read but could not be recorded."""
    if isinstance(error, DomainError):
        return error.message
    return f"Cette ligne est lisible mais n’a pas pu être enregistrée (erreur technique : {type(error).__name__})."


def _log(what: str, error: Exception) -> None:
    """Says where it failed, never with the values of the line: logs carry ids only."""
    logger.error("%s: %s\n%s", what, type(error).__name__, "".join(traceback.format_tb(error.__traceback__)[-4:]))
