"""What happens to spreadsheets: ids and plain values only."""

from __future__ import annotations

from dataclasses import dataclass

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class SheetMappingSaved(Event):
    """The correspondence of columns of a spreadsheet was kept under a name."""

    mapping_id: int
    name: str
    version: int


@dataclass(frozen=True, kw_only=True)
class PersonUpdatedBySheet(Event):
    """A line of a spreadsheet changed a person."""

    run_id: int
    fields: str


@dataclass(frozen=True, kw_only=True)
class SheetUndone(Event):
    """A whole spreadsheet was taken back, but for the lines somebody had touched since."""

    run_id: int
    file_name: str
    undone: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class SheetLineCorrected(Event):
    """An agent corrected a line of a spreadsheet instead of the file."""

    run_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class StockNameSettled(Event):
    """Somebody said what a name of a former tool stands for."""

    name_id: int
    kind: str
    is_left_out: bool


@dataclass(frozen=True, kw_only=True)
class PeopleExported(Event):
    """Somebody took the whole list of people away, on screen or by the command."""

    people: int
    with_nir: bool
    with_confidential_addresses: bool = False


@dataclass(frozen=True, kw_only=True)
class SheetForgotten(Event):
    """The lines of an old spreadsheet were erased; what they brought to people stays."""

    run_id: int
    file_name: str
    lines: int
