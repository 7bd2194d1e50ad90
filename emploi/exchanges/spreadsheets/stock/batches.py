"""One batch of a stock: read, its names recognised, its people found among those of the payer, taken over together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import cast

from django.db.models import Max

from emploi.exchanges.spreadsheets.engine.batches import Batches, Line
from emploi.exchanges.spreadsheets.enums import NameKind
from emploi.exchanges.spreadsheets.rules.guessing import plain
from emploi.exchanges.spreadsheets.rules.people import Problem
from emploi.exchanges.spreadsheets.rules.stock_lines import StockReading, read_stock
from emploi.exchanges.spreadsheets.stock.keeping import keep_names
from emploi.exchanges.spreadsheets.stock.ledger import NOT_IN_STOCK, StockLedger
from emploi.exchanges.spreadsheets.stock.names import LEFT_OUT, Names
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.ui.french import date_num_fr
from emploi.pathway.beneficiaries.actions.rows import Found, find_rows
from emploi.pathway.beneficiaries.row_facts import REFUSED, UPDATED, PersonRow, RowOutcome
from emploi.pathway.orientation.actions import take_over
from emploi.pathway.orientation.facts import FormerFacts, FormerFile

NO_AGENT = "Une reprise se fait au nom d’un agent : dites lequel."
STRANGER = (
    "{name} n’est dans aucun fichier de la caisse : vérifiez le numéro, le nom et la naissance. "
    "Pour quelqu’un que la caisse n’a pas encore envoyé, importez d’abord une liste de personnes."
)
OUT = "{name} n’a pas d’entrée en cours dans le dispositif : rien n’est repris."
LATER = (
    "{name} est entrée le {day}, après la reprise : son orientation se décide dans l’outil, ses délais courent. "
    "Orientation laissée de côté."
)
_UNKNOWN = {
    NameKind.BODY: "Organisme référent : « {text} » est inconnu. Dites qui c’est dans « Noms à reconnaître ».",
    NameKind.PATHWAY: "Voie ou parcours : « {text} » est inconnu. Dites ce que c’est dans « Noms à reconnaître ».",
    NameKind.REFERENT: "Référent : « {text} » est inconnu. L’orientation est reprise sans référent nommé.",
}


class StockBatches(Batches):
    """Reads and applies the lines of a stock; `ledger` also gathers the names nobody has recognised."""

    @cached_property
    def names(self) -> Names:
        """What names stand for, read once for the whole file."""
        return Names.read()

    def read(self, lines: Sequence[tuple[int, list[str]]]) -> list[Line]:
        """Reads each line alone, then recognises its names."""
        read = []
        for number, cells in lines:
            reading = read_stock(cells, self.columns, number=number, now=self.at)
            if reading.person is not None:
                self._recognise(reading, number)
            read.append(Line(number, cells, reading))
        return read

    def keep_what_was_found(self) -> None:
        """Keeps the names nobody has recognised, so that somebody says what they are."""
        ledger = cast(StockLedger, self.ledger)
        lines = {key: len(numbers) for key, numbers in ledger.unknown.items()}
        keep_names(unknown=lines, written=ledger.written, run_id=self.run.pk, by=self.by, at=self.at)

    def _recognise(self, reading: StockReading, number: int) -> None:
        """Refuses a line whose body or pathway is unknown; an unknown referent is only left out."""
        body = self.names.body(reading.body) if reading.body else LEFT_OUT
        if body is None:
            self._unknown(NameKind.BODY, reading.body, reading, number)
        elif body != LEFT_OUT and self.names.pathway(reading.pathway, body) is None:
            if reading.pathway:
                self._unknown(NameKind.PATHWAY, reading.pathway, reading, number)
            else:
                sentence = "Voie ou parcours : il manque, et cet organisme peut en mener plusieurs."
                reading.problems.append(Problem("pathway", "no_pathway", sentence))
        if reading.referent and self.names.referent(reading.referent) is None:
            self._unknown(NameKind.REFERENT, reading.referent, reading, number)
        if reading.problems:
            reading.person = None

    def _unknown(self, kind: NameKind, text: str, reading: StockReading, number: int) -> None:
        ledger = cast(StockLedger, self.ledger)
        key = (str(kind), plain(text))
        ledger.unknown.setdefault(key, set()).add(number)
        ledger.written.setdefault(key, text)
        problem = Problem(kind, f"unknown_{kind}", _UNKNOWN[kind].format(text=text))
        (reading.warnings if kind == NameKind.REFERENT else reading.problems).append(problem)

    def _write(self, lines: Sequence[Line]) -> None:
        if not lines:
            return
        people = [cast(PersonRow, line.reading.person) for line in lines]
        facts: list[FormerFacts] = []
        known: dict[int, Line] = {}
        for line, row, found in zip(lines, people, find_rows(people), strict=True):
            line.outcome = _refusal(row, found)
            if line.outcome is None:
                known[line.number] = line
                facts.append(self._facts(line, row, found))
        for outcome in self._taken(facts):
            known[outcome.number].outcome = outcome
        strangers = sum(1 for line in lines if line.outcome is not None and line.outcome.code == NOT_IN_STOCK)
        self.ledger.counters[f"warn_{NOT_IN_STOCK}"] += strangers

    def _taken(self, facts: Sequence[FormerFacts]) -> list[RowOutcome]:
        if self.by.kind != "agent" or self.by.id is None:
            raise DomainError(NO_AGENT)
        file = FormerFile(self.run.pk, self.run.file_name, self.by.id, self.by.label)
        with acting(self.by):
            outcomes = take_over(rows=facts, file=file, by=self.by, at=self.at)
            publish([self._updated(one) for one in outcomes if one.status == UPDATED], by=self.by, at=self.at)
            mark = JournalEntry.objects.aggregate(last=Max("pk"))["last"] or 0
        for outcome in outcomes:
            if outcome.undo:
                outcome.undo["mark"] = mark
        return outcomes

    def _facts(self, line: Line, row: PersonRow, found: Found) -> FormerFacts:
        reading = cast(StockReading, line.reading)
        assert found.person is not None and found.entry is not None
        body = self.names.body(reading.body) if reading.body else LEFT_OUT
        oriented = bool(body)
        if oriented and not found.entry.is_stock:
            oriented = False
            _warn(reading, "not_stock", LATER.format(name=row.full_name, day=date_num_fr(found.entry.opened_on)))
        pathway = self.names.pathway(reading.pathway, body) if oriented and body else None
        referent = self.names.referent(reading.referent) if reading.referent else None
        if referent and oriented and not self.names.works_in(referent, body or 0):
            referent = None
            sentence = f"Référent : « {reading.referent} » ne travaille pas dans cet organisme. Laissé de côté."
            _warn(reading, "other_body", sentence)
        return FormerFacts(
            number=line.number,
            name=found.person.full_name,
            person_id=found.person.pk,
            entry_id=found.entry.pk,
            modality_id=pathway or None,
            organization_id=body or None if oriented else None,
            decided_on=reading.decided_on if oriented else None,
            referent_id=referent or None,
            referent_name=reading.referent,
            contract_kind=reading.contract_kind,
            signed_on=reading.signed_on,
            ends_on=reading.ends_on,
            appointment_at=reading.appointment_at,
            appointment_with=reading.referent,
            appointment_place=reading.appointment_place,
            local_number=row.local_number,
        )


def _refusal(row: PersonRow, found: Found) -> RowOutcome | None:
    """Why a line about nobody we know, or about somebody who left, is refused."""
    if found.person is None:
        reason = found.reason or STRANGER.format(name=row.full_name)
        return RowOutcome(row.number, REFUSED, name=row.full_name, code=found.code or NOT_IN_STOCK, reason=reason)
    if found.entry is None:
        return RowOutcome(
            row.number, REFUSED, name=row.full_name, code="no_entry", reason=OUT.format(name=row.full_name)
        )
    return None


def _warn(reading: StockReading, code: str, sentence: str) -> None:
    problem = Problem("line", code, sentence)
    if problem not in reading.warnings:
        reading.warnings.append(problem)
