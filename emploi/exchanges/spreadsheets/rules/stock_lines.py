"""One line of a former tool to the facts it gives; each name it writes is recognised elsewhere, once for all lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from emploi.exchanges.spreadsheets.rules import values
from emploi.exchanges.spreadsheets.rules.dates import WHOLE, read_date
from emploi.exchanges.spreadsheets.rules.people import Problem, Reading, read_person
from emploi.exchanges.spreadsheets.rules.stock_fields import CONTRACTS, FIELDS
from emploi.exchanges.spreadsheets.rules.values import Wrong

_HOUR = re.compile(r"(\d{1,2}) ?(?:[:hH]) ?(\d{2})?(?::\d{2})?$")
_LABELS = {field.slug: field.label for field in FIELDS}
CER = "cer"


@dataclass(slots=True)
class StockReading(Reading):
    """What a line of the stock gives beside the person it is about."""

    pathway: str = ""
    body: str = ""
    referent: str = ""
    decided_on: date | None = None
    contract_kind: str = ""
    signed_on: date | None = None
    ends_on: date | None = None
    appointment_at: datetime | None = None
    appointment_place: str = ""

    @property
    def is_oriented(self) -> bool:
        """Tell whether the line speaks of an orientation."""
        return bool(self.pathway or self.body or self.decided_on)


def read_stock(cells: Sequence[str], columns: Mapping[str, int], *, number: int, now: datetime) -> StockReading:
    """Read a line through a mapping (field → position). Pure; nothing is ever guessed in silence."""
    who = read_person(cells, columns, number=number, today=now.date())
    found = StockReading(who.person, list(who.problems), list(who.warnings))
    line = _Line(cells, columns, now, found)
    line.orientation()
    line.contract()
    line.appointment()
    if found.problems:
        found.person = None
    return found


class _Line:
    """The reading of one line, its problems gathered as they come."""

    def __init__(self, cells: Sequence[str], columns: Mapping[str, int], now: datetime, found: StockReading) -> None:
        self.cells, self.columns, self.now, self.found = cells, columns, now, found

    def orientation(self) -> None:
        """The pathway, the body and the day come together; the referent may be missing."""
        found = self.found
        found.pathway, found.body, found.referent = (self._text(slug) for slug in ("pathway", "body", "referent"))
        found.decided_on = self._past("decided_on")
        said = {problem.slug for problem in found.problems}
        if found.is_oriented and not found.body:
            self._missing("body", "no_body", "il manque alors que la ligne parle d’une orientation")
        if found.is_oriented and found.decided_on is None and "decided_on" not in said:
            self._missing("decided_on", "no_decided_on", "elle manque alors que la ligne parle d’une orientation")

    def contract(self) -> None:
        """The kind and the day of a contract; a column of CERs says the kind by itself."""
        found = self.found
        signed, cer = self._past("signed_on"), self._past("cer_signed_on")
        kind = self._text("contract_kind")
        if kind:
            try:
                found.contract_kind = str(values.chosen(kind, CONTRACTS, "CER, PPAE ou contrat d’engagement"))
            except Wrong as wrong:
                self._wrong("contract_kind", wrong.code, kind, wrong.reason)
        elif cer and not signed:
            found.contract_kind = CER
        found.signed_on, found.ends_on = signed or cer, self._day("ends_on")
        said = {problem.slug for problem in found.problems}
        if found.signed_on and not found.contract_kind and "contract_kind" not in said:
            self._missing("contract_kind", "no_contract_kind", "il manque (CER, PPAE ou contrat d’engagement)")
        if found.contract_kind and not found.signed_on and not said & {"signed_on", "cer_signed_on"}:
            self._missing("signed_on", "no_signed_on", "la date manque")
        if found.signed_on and found.ends_on and found.ends_on < found.signed_on:
            self._wrong("ends_on", "ends_before", self._text("ends_on"), "est avant la signature")

    def appointment(self) -> None:
        """A coming appointment needs its hour; a past one is left out."""
        text = self._text("appointment_on")
        day, hour = self._day("appointment_on"), _hour(self._text("appointment_hour")) or _hour(_end_of(text))
        self.found.appointment_place = self._text("appointment_place")[:160]
        if day is None:
            return
        if day < self.now.date():
            self._left_out("appointment_on", "past_appointment", text, "est passé")
        elif hour is None:
            self._left_out("appointment_on", "no_hour", text, "n’a pas d’heure")
        else:
            self.found.appointment_at = datetime.combine(day, hour, tzinfo=self.now.tzinfo)

    def _text(self, slug: str) -> str:
        position = self.columns.get(slug, -1)
        text = values.clean(self.cells[position]) if 0 <= position < len(self.cells) else ""
        try:
            values.check_cell(text)
        except Wrong as wrong:
            self._wrong(slug, wrong.code, text, wrong.reason)
            return ""
        return " ".join(text.split())[:160]

    def _day(self, slug: str) -> date | None:
        text = self._text(slug)
        read = read_date(text, self.now.date())
        if read.reason:
            self._wrong(slug, "american_date" if read.american else "bad_date", text, read.reason)
        elif read.day and read.precision != WHOLE:
            self._wrong(slug, "partial_date", text, "ne dit pas le jour")
            return None
        return read.day

    def _past(self, slug: str) -> date | None:
        day = self._day(slug)
        if day and day > self.now.date():
            self._wrong(slug, "future", self._text(slug), "est dans le futur")
            return None
        return day

    def _wrong(self, slug: str, code: str, text: str, reason: str) -> None:
        end = "" if reason.endswith("?") else "."
        problem = Problem(slug, code, f"{_LABELS[slug]} : « {text[:60]} » {reason}{end}")
        if problem not in self.found.problems:
            self.found.problems.append(problem)

    def _missing(self, slug: str, code: str, reason: str) -> None:
        self.found.problems.append(Problem(slug, code, f"{_LABELS[slug]} : {reason}."))

    def _left_out(self, slug: str, code: str, text: str, reason: str) -> None:
        self.found.warnings.append(Problem(slug, code, f"{_LABELS[slug]} : « {text} » {reason}. Laissé de côté."))


def _hour(text: str) -> time | None:
    match = _HOUR.fullmatch(text.strip())
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        return None
    return time(int(match[1]), int(match[2] or 0))


def _end_of(text: str) -> str:
    """The hour written in the cell of the day: « 2026-12-10 14:30:00 »; midnight says nothing."""
    _, _, end = text.replace("T", " ").replace(" à ", " ").partition(" ")
    return "" if end.startswith("00:00") else end
