"""What differs between two sorts of lists: columns, guess, lines, undoing; the rest is shared.

A list of people and a stock are ours; a partner registers its own, through `spreadsheets.lists`.
"""

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


Guess = Callable[[Sequence[str]], dict[str, int]]
Check = Callable[[Mapping[str, int]], None]


@dataclass(frozen=True, slots=True)
class Content:
    """One kind of list."""

    fields: tuple[Field, ...]
    batches: type[Batches]
    ledger: type[Ledger]
    undo: Callable[..., dict[int, str]]
    guess: Guess
    check: Check
    # Where such a file is deposited: the page of its lines leads back there.
    home: str = "spreadsheets:deposit"
    home_title: str = "Importer un tableur"
    # Said above the columns: what the agent should know of this sort of file.
    note: str = ""
    keeps_mappings: bool = False
    takes_overwrite: bool = False

    def label_of(self, slug: str) -> str:
        """The French name of a field."""
        return next((field.label for field in self.fields if field.slug == slug), slug)


def _undo_people(records: Sequence[UndoRecord], *, run_id: int, by: Actor, at: datetime) -> dict[int, str]:
    return undo_rows(records, run_id=run_id, derived=(Deadline,), by=by, at=at)


def _undo_stock(records: Sequence[UndoRecord], *, run_id: int, by: Actor, at: datetime) -> dict[int, str]:
    return give_back(records=records, by=by, at=at)


def check_names(columns: Mapping[str, int]) -> None:
    """Refuse columns that cannot name anybody."""
    if not any(name in columns for name in NAMES) or ("full_name" not in columns and "first_name" not in columns):
        raise DomainError("Dites quelle colonne est le nom, et laquelle est le prénom (ou les deux ensemble).")


def _check_stock(columns: Mapping[str, int]) -> None:
    check_names(columns)
    if not {"local_number", *(field.slug for field in OWN)} & set(columns):
        raise DomainError(
            "Aucune colonne ne parle d’une orientation, d’un contrat, d’un rendez-vous "
            "ni d’un numéro d’ancien logiciel."
        )


_CONTENTS: dict[str, Content] = {}


def register(slug: str, content: Content) -> None:
    """Say how a sort of list is read and applied."""
    _CONTENTS[slug] = content


register(
    SheetContent.PEOPLE,
    Content(FIELDS, Batches, Ledger, _undo_people, guess, check_names, keeps_mappings=True, takes_overwrite=True),
)
register(SheetContent.STOCK, Content(STOCK_FIELDS, StockBatches, StockLedger, _undo_stock, guess_stock, _check_stock))


def content_of(sheet: SheetFile) -> Content:
    """What the list of a file is made of."""
    return _CONTENTS[sheet.content]


def batches_of(run: Run, sheet: SheetFile, by: Actor, at: datetime, counters: dict[str, int] | None = None) -> Batches:
    """What reads and applies the lines of a file, its accounts begun or taken up again."""
    content = content_of(sheet)
    return content.batches(run, sheet, content.ledger(counters), by, at)


def guess_columns(content: str, header: Sequence[str], known: Mapping[str, str] | None = None) -> dict[str, int]:
    """Which column is what; `known` is a saved mapping."""
    return guess(header, known) if known else _CONTENTS[content].guess(header)


def check_columns(content: str, columns: Mapping[str, int]) -> None:
    """Refuse columns that say nothing of what the list is about, or one column said to be two things."""
    _CONTENTS[content].check(columns)
    if len(set(columns.values())) != len(columns):
        raise DomainError("Une même colonne ne peut pas servir deux fois.")
