"""Lists as CSV or XLSX files: French Excel opens them, and no cell can run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

# A text starting with one of these is read as a formula by spreadsheets (OWASP "CSV injection").
DANGEROUS_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export: its heading and the attribute, key or function that fills it."""

    heading: str
    source: Any

    def value(self, row: Any) -> Any:
        """Return the raw value of this column for a row."""
        if callable(self.source):
            return self.source(row)
        return row[self.source] if isinstance(row, dict) else getattr(row, self.source)


def safe_cell(value: Any) -> Any:
    """Return a value a spreadsheet shows and never runs: dangerous texts get a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float | Decimal | date | datetime):
        return value
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS_STARTS) else text


def export_response(
    name: str, columns: Sequence[Column], rows: Iterable[Any], file_format: str = "csv"
) -> HttpResponse | StreamingHttpResponse:
    """Return the file to download; the caller checks the export right and writes the trace."""
    if file_format == "xlsx":
        response: HttpResponse | StreamingHttpResponse = HttpResponse(_xlsx(columns, rows), content_type=XLSX_TYPE)
    else:
        response = StreamingHttpResponse(_csv(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    response["Cache-Control"] = "no-store"
    return response


class _Echo:
    def write(self, value: str) -> str:
        return value


def _csv(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[bytes]:
    writer = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    # The byte order mark tells Excel that the file is UTF-8; the semicolon is its French separator.
    yield b"\xef\xbb\xbf" + writer.writerow([safe_cell(column.heading) for column in columns]).encode()
    for row in rows:
        yield writer.writerow([_csv_text(column.value(row)) for column in columns]).encode()


def _csv_text(value: Any) -> Any:
    if isinstance(value, datetime):
        return _wall_time(value).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return safe_cell(value)


def _xlsx(columns: Sequence[Column], rows: Iterable[Any]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Liste")
    sheet.freeze_panes = "A2"
    heads = []
    for column in columns:
        cell = WriteOnlyCell(sheet, value=safe_cell(column.heading))
        cell.font = Font(bold=True)
        heads.append(cell)
    sheet.append(heads)
    for row in rows:
        sheet.append([_xlsx_value(column.value(row)) for column in columns])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _xlsx_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return _wall_time(value).replace(tzinfo=None)
    return safe_cell(value)


def _wall_time(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value
