"""What differs between a list of people and a stock taken over: columns, guess, lines, undoing; the rest is shared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from emploi.exchanges.spreadsheets.engine.batches import Batches
from emploi.exchanges.spreadsheets.engine.ledger import Ledger
from emploi.exchanges.spreadsheets.enums import SheetContent
from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.exchanges.spreadsheets.rules.fields import FIELDS, Field
from emploi.exchanges.spreadsheets.rules.guessing import guess
from emploi.exchanges.spreadsheets.rules.stock_fields import FIELDS as STOCK_FIELDS
from emploi.exchanges.spreadsheets.rules.stock_fields import OWN, guess_stock
from emploi.exchanges.spreadsheets.stock.batches import StockBatches
from emploi.exchanges.spreadsheets.stock.ledger import StockLedger
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.intake.models import Run
from emploi.pathway.beneficiaries.actions.rows import UndoRecord, undo_rows
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation.actions import give_back

NAMES = ("last_name", "full_name")


@dataclass(frozen=True, slots=True)
class Content:
    """One kind of list."""

    fields: tuple[Field, ...]
    batches: type[Batches]
    ledger: type[Ledger]
    undo: Callable[..., dict[int, str]]

    def label_of(self, slug: str) -> str:
        """The French name of a field."""
        return next((field.label for field in self.fields if field.slug == slug), slug)


def _undo_people(records: Sequence[UndoRecord], *, run_id: int, by: Actor, at: datetime) -> dict[int, str]:
    return undo_rows(records, run_id=run_id, derived=(Deadline,), by=by, at=at)


def _undo_stock(records: Sequence[UndoRecord], *, run_id: int, by: Actor, at: datetime) -> dict[int, str]:
    return give_back(records=records, by=by, at=at)


CONTENTS: dict[str, Content] = {
    SheetContent.PEOPLE: Content(FIELDS, Batches, Ledger, _undo_people),
    SheetContent.STOCK: Content(STOCK_FIELDS, StockBatches, StockLedger, _undo_stock),
}


def content_of(sheet: SheetFile) -> Content:
    """What the list of a file is made of."""
    return CONTENTS[sheet.content]


def batches_of(run: Run, sheet: SheetFile, by: Actor, at: datetime, counters: dict[str, int] | None = None) -> Batches:
    """What reads and applies the lines of a file, its accounts begun or taken up again."""
    content = content_of(sheet)
    return content.batches(run, sheet, content.ledger(counters), by, at)


def guess_columns(content: str, header: Sequence[str], known: Mapping[str, str] | None = None) -> dict[str, int]:
    """Which column is what; `known` is a saved mapping."""
    if content == SheetContent.STOCK and not known:
        return guess_stock(header)
    return guess(header, known)


def check_columns(content: str, columns: Mapping[str, int]) -> None:
    """Refuse columns that cannot name anybody, say nothing of the stock, or one column said to be two things."""
    if not any(name in columns for name in NAMES) or ("full_name" not in columns and "first_name" not in columns):
        raise DomainError("Dites quelle colonne est le nom, et laquelle est le prénom (ou les deux ensemble).")
    if len(set(columns.values())) != len(columns):
        raise DomainError("Une même colonne ne peut pas servir deux fois.")
    useful = {"local_number", *(field.slug for field in OWN)}
    if content == SheetContent.STOCK and not useful & set(columns):
        raise DomainError(
            "Aucune colonne ne parle d’une orientation, d’un contrat, d’un rendez-vous "
            "ni d’un numéro d’ancien logiciel."
        )
