"""One line of a former tool to the facts it gives; each name it writes is recognised elsewhere, once for all lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from emploi.exchanges.spreadsheets.rules.cells import Cells
from emploi.exchanges.spreadsheets.rules.people import Reading, read_person
from emploi.exchanges.spreadsheets.rules.stock_fields import CONTRACTS, FIELDS

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


class _Line(Cells):
    """The reading of one line, its problems gathered as they come."""

    def __init__(self, cells: Sequence[str], columns: Mapping[str, int], now: datetime, found: StockReading) -> None:
        super().__init__(cells, columns, now, found, _LABELS)
        self.found = found

    def orientation(self) -> None:
        """The pathway, the body and the day come together; the referent may be missing."""
        found = self.found
        found.pathway, found.body, found.referent = (self.text(slug) for slug in ("pathway", "body", "referent"))
        found.decided_on = self.past("decided_on")
        said = {problem.slug for problem in found.problems}
        if found.is_oriented and not found.body:
            self.missing("body", "no_body", "il manque alors que la ligne parle d’une orientation")
        if found.is_oriented and found.decided_on is None and "decided_on" not in said:
            self.missing("decided_on", "no_decided_on", "elle manque alors que la ligne parle d’une orientation")

    def contract(self) -> None:
        """The kind and the day of a contract; a column of CERs says the kind by itself."""
        found = self.found
        signed, cer = self.past("signed_on"), self.past("cer_signed_on")
        kind = self.chosen("contract_kind", CONTRACTS, "CER, PPAE ou contrat d’engagement")
        if kind is not None:
            found.contract_kind = str(kind)
        elif cer and not signed and not self.text("contract_kind"):
            found.contract_kind = CER
        found.signed_on, found.ends_on = signed or cer, self.day("ends_on")
        said = {problem.slug for problem in found.problems}
        if found.signed_on and not found.contract_kind and "contract_kind" not in said:
            self.missing("contract_kind", "no_contract_kind", "il manque (CER, PPAE ou contrat d’engagement)")
        if found.contract_kind and not found.signed_on and not said & {"signed_on", "cer_signed_on"}:
            self.missing("signed_on", "no_signed_on", "la date manque")
        if found.signed_on and found.ends_on and found.ends_on < found.signed_on:
            self.wrong("ends_on", "ends_before", self.text("ends_on"), "est avant la signature")

    def appointment(self) -> None:
        """A coming appointment needs its hour; a past one is left out."""
        text = self.text("appointment_on")
        day, hour = self.day("appointment_on"), _hour(self.text("appointment_hour")) or _hour(_end_of(text))
        self.found.appointment_place = self.text("appointment_place")[:160]
        if day is None:
            return
        if day < self.now.date():
            self.left_out("appointment_on", "past_appointment", text, "est passé")
        elif hour is None:
            self.left_out("appointment_on", "no_hour", text, "n’a pas d’heure")
        else:
            self.found.appointment_at = datetime.combine(day, hour, tzinfo=self.now.tzinfo)


def _hour(text: str) -> time | None:
    match = _HOUR.fullmatch(text.strip())
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        return None
    return time(int(match[1]), int(match[2] or 0))


def _end_of(text: str) -> str:
    """The hour written in the cell of the day: « 2026-12-10 14:30:00 »; midnight says nothing."""
    _, _, end = text.replace("T", " ").replace(" à ", " ").partition(" ")
    return "" if end.startswith("00:00") else end
