"""The two files of France Travail: what it says of people, and what it answers to the decisions it was sent.

The engine is that of the spreadsheets (deposit, columns, preview, lines set aside, report, taking back); here is only
what these lines mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django.db.models import Max

from emploi.exchanges.france_travail.columns import (
    IDENTITY,
    NAMES,
    RECEIPT_FIELDS,
    RECEIPTS,
    STATEMENT_FIELDS,
    STATEMENTS,
)
from emploi.exchanges.france_travail.mapping import ReceiptReading, StatementReading, read_receipt, read_statement
from emploi.exchanges.france_travail.matching import find
from emploi.exchanges.spreadsheets.lists import Batches, Content, Ledger, Line, check_names, guess_own, register
from emploi.foundation.actor import Actor
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.beneficiaries.actions.rows import UndoRecord
from emploi.pathway.beneficiaries.row_facts import REFUSED, PersonRow, RowOutcome
from emploi.pathway.orientation import actions
from emploi.pathway.orientation.facts import FranceTravailSaid, FranceTravailSource

STATEMENT, RECEIPT = "france_travail", "france_travail_receipt"
TO_CONFIRM = (
    "Le format de ce fichier est à confirmer avec France Travail : aucun format officiel n’est connu. "
    "Vérifiez chaque colonne avant l’aperçu."
)


# Same door, same warning: the columns an administrator chose are kept, since the format is not settled.
_COMMON: dict[str, Any] = {
    "home": "france_travail:home", "home_title": "France Travail", "note": TO_CONFIRM, "keeps_mappings": True,
}  # fmt: skip


class StatementBatches(Batches):
    """Reads and applies what France Travail says of people."""

    def read(self, lines: Sequence[tuple[int, list[str]]]) -> list[Line]:
        """Reads each line alone."""
        received = self.run.received_on or self.at.date()
        return [
            Line(n, cells, read_statement(cells, self.columns, number=n, now=self.at, received_on=received))
            for n, cells in lines
        ]

    def _write(self, lines: Sequence[Line]) -> None:
        if not lines:
            return
        people = [cast(PersonRow, line.reading.person) for line in lines]
        known: dict[int, Line] = {}
        said = []
        for line, row, found in zip(lines, people, find(people), strict=True):
            if found.person is None:
                line.outcome = RowOutcome(row.number, REFUSED, name=row.full_name, code=found.code, reason=found.reason)
                continue
            known[line.number] = line
            reading = cast(StatementReading, line.reading)
            said.append(
                FranceTravailSaid(
                    line=line.number,
                    person_id=found.person.pk,
                    name=found.person.full_name,
                    number=row.france_travail_number,
                    follow_up=reading.follow_up,
                    recommendations=reading.recommendations,
                )
            )
        received = self.run.received_on or self.at.date()
        source = FranceTravailSource(f"Fichier de France Travail « {self.run.file_name} »", received, self.run.pk)
        with acting(self.by):
            outcomes = actions.learn(rows=said, source=source, by=self.by, at=self.at)
            _sign(outcomes)
        for outcome in outcomes:
            known[outcome.number].outcome = outcome


class ReceiptBatches(Batches):
    """Reads and applies the answers of France Travail."""

    def read(self, lines: Sequence[tuple[int, list[str]]]) -> list[Line]:
        """Reads each line alone."""
        received = self.run.received_on or self.at.date()
        return [
            Line(n, cells, read_receipt(cells, self.columns, number=n, now=self.at, received_on=received))
            for n, cells in lines
        ]

    def _write(self, lines: Sequence[Line]) -> None:
        known = {line.number: line for line in lines}
        answers = [one for line in lines if (one := cast(ReceiptReading, line.reading).receipt) is not None]
        with acting(self.by):
            outcomes = actions.read_receipts(rows=answers, run_id=self.run.pk, by=self.by, at=self.at)
            _sign(outcomes)
        for outcome in outcomes:
            known[outcome.number].outcome = outcome


def _sign(outcomes: Sequence[RowOutcome]) -> None:
    """Keeps, beside what each line wrote, where the journal was."""
    mark = JournalEntry.objects.aggregate(last=Max("pk"))["last"] or 0
    for outcome in outcomes:
        if outcome.undo:
            outcome.undo["mark"] = mark


def _guess_statement(header: Sequence[str]) -> dict[str, int]:
    return guess_own(header, STATEMENTS, IDENTITY)


def _guess_receipt(header: Sequence[str]) -> dict[str, int]:
    return guess_own(header, RECEIPTS, NAMES)


def _check_statement(columns: Mapping[str, int]) -> None:
    check_names(columns)
    if not {"birth_date", "nir"} & set(columns):
        raise DomainError("Dites quelle colonne est la date de naissance, ou le numéro de sécurité sociale.")
    if not {"followed", "followed_until", "path", "france_travail_number"} & set(columns):
        raise DomainError("Aucune colonne ne parle d’un suivi, d’une recommandation ou d’un numéro France Travail.")


def _check_receipt(columns: Mapping[str, int]) -> None:
    if not {"decision", "result"} <= set(columns):
        raise DomainError("Dites quelle colonne est le numéro de la décision, et laquelle est le résultat.")


def _unlearn(records: Sequence[UndoRecord], *, run_id: int, by: Actor, at: datetime) -> dict[int, str]:
    return actions.unlearn(records, run_id=run_id, by=by, at=at)


def _forget(records: Sequence[UndoRecord], *, run_id: int, by: Actor, at: datetime) -> dict[int, str]:
    return actions.forget_receipts(records, by=by, at=at)


def register_lists() -> None:
    """Says to the spreadsheets how these two files are read."""
    statements = Content(
        STATEMENT_FIELDS, StatementBatches, Ledger, _unlearn, _guess_statement, _check_statement, **_COMMON
    )
    receipts = Content(RECEIPT_FIELDS, ReceiptBatches, Ledger, _forget, _guess_receipt, _check_receipt, **_COMMON)
    register(STATEMENT, statements)
    register(RECEIPT, receipts)
