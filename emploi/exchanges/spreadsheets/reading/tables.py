"""One table, whatever the file: its format, its sheets, the row of its titles, its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from emploi.exchanges.spreadsheets.reading import texts, workbooks
from emploi.exchanges.spreadsheets.reading.refusals import RefusedFile
from emploi.exchanges.spreadsheets.rules.guessing import header_row_of

ROWS_MAX = 500_000
FIRST_ROWS = 40
CSV_SHEET = ""
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCK_MAX = 200
_PAGES = (b"<html", b"<!doctype", b"<table", b"<?xml", b"mime-version")
Line = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its first rows that are not blank, where its titles seem to be and how sure that is."""

    name: str
    first: tuple[Line, ...]
    height: int
    header_row: int
    score: int
    visible: bool = True

    def header(self, row: int) -> list[str]:
        """The titles at a row, empty when nothing is written there."""
        return next((cells for number, cells in self.first if number == row), [])

    def samples(self, row: int, count: int = 3) -> list[list[str]]:
        """The first rows under the titles."""
        return [cells for number, cells in self.first if number > row][:count]


@dataclass(frozen=True, slots=True)
class Table:
    """A file looked at: its format, how it is written, its sheets."""

    path: Path
    file_format: str
    sheets: tuple[Sheet, ...]
    shape: texts.TextShape | None = None

    def best(self) -> Sheet:
        """The sheet that looks most like a list of people."""
        return max(self.sheets, key=lambda sheet: (sheet.score, sheet.visible, len(sheet.first)))

    def sheet(self, name: str) -> Sheet:
        """A sheet by its name. Raises RefusedFile."""
        found = next((sheet for sheet in self.sheets if sheet.name == name), None)
        if found is None:
            raise RefusedFile.because("no_sheet")
        return found

    def rows(self, name: str, header_row: int) -> Iterator[Line]:
        """Every row under the titles that is not blank. Raises RefusedFile on the way."""
        found = texts.rows(self.path, self.shape) if self.shape else workbooks.rows(self.path, name)
        for number, cells in found:
            if number > ROWS_MAX:
                raise RefusedFile.because("too_many")
            if number > header_row:
                yield number, cells


def look(path: Path, file_name: str = "") -> Table:
    """Looks at a file by its content, never by its extension. Raises RefusedFile with a French sentence."""
    with path.open("rb") as stream:
        start = stream.read(4096)
    size = path.stat().st_size
    if not start.strip(b"\0 \r\n\t"):
        raise RefusedFile.because("empty")
    if file_name.startswith("~$") and size < LOCK_MAX:
        raise RefusedFile.because("lock_file")
    if start.startswith((ZIP, OLE)):
        return _workbook(path, start, size)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_PAGES):
        raise RefusedFile.because("web_page")
    if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")):
        raise RefusedFile.because("not_a_sheet")
    shape = texts.look(path)
    first = tuple(islice(texts.rows(path, shape), FIRST_ROWS))
    return _checked(Table(path, "csv", (_sheet(CSV_SHEET, first, shape.lines),), shape))


def _workbook(path: Path, start: bytes, size: int) -> Table:
    if size > workbooks.PACKED_MAX:
        raise RefusedFile.because("too_big")
    if start.startswith(ZIP):
        file_format = workbooks.check_zip(path)
    else:
        workbooks.check_ole(path)
        file_format = "xls"
    sheets = []
    for found in workbooks.inspect(path):
        first = tuple((number, cells) for number, cells in enumerate(found["rows"], start=1) if cells)
        sheets.append(_sheet(found["name"], first, found["height"], visible=found["visible"]))
    return _checked(Table(path, file_format, tuple(sheets)))


def _sheet(name: str, first: tuple[Line, ...], height: int, *, visible: bool = True) -> Sheet:
    row, score = header_row_of(first)
    return Sheet(name, first, height, row, score, visible)


def _checked(table: Table) -> Table:
    if not any(len(sheet.first) > 1 for sheet in table.sheets):
        raise RefusedFile.because("no_table")
    return table
