"""Exports: what a spreadsheet opens, and never runs."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from emploi.foundation.ui.exports import DANGEROUS_STARTS, Column, export_response, safe_cell

COLUMNS = (Column("Nom", "name"), Column("Le", "day"), Column("Montant", "amount"), Column("Suivi", "followed"))
ROW = {"name": "=cmd|' /C calc'!A0", "day": date(2026, 11, 3), "amount": Decimal("1234.5"), "followed": True}


def read_csv(response: Any) -> list[list[str]]:
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf"), "without the mark Excel reads accents wrongly"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_a_csv_is_french_and_harmless() -> None:
    rows = read_csv(export_response("liste", COLUMNS, [ROW]))
    assert rows == [
        ["Nom", "Le", "Montant", "Suivi"],
        ["'=cmd|' /C calc'!A0", "03/11/2026", "1234,5", "oui"],
    ]


def test_an_xlsx_keeps_dates_and_numbers_and_runs_nothing() -> None:
    response = export_response("liste", COLUMNS, [ROW], "xlsx")
    sheet = load_workbook(io.BytesIO(response.content)).active
    name, day, amount, followed = (cell for cell in list(sheet.rows)[1])
    assert name.value.startswith("'=")
    assert name.data_type == "s"
    assert (day.value.date(), amount.value, followed.value) == (date(2026, 11, 3), 1234.5, "oui")


def test_moments_are_written_in_paris_time() -> None:
    columns = (Column("À", "at"),)
    rows = read_csv(export_response("liste", columns, [{"at": datetime(2026, 7, 1, 12, tzinfo=UTC)}]))
    assert rows[1] == ["01/07/2026 14:00"]


@given(st.text())
def test_no_text_ever_starts_a_formula(text: str) -> None:
    assert not str(safe_cell(text)).lstrip(" ").startswith(DANGEROUS_STARTS)


@pytest.mark.parametrize("value", [-12, Decimal("-3.5"), 0])
def test_negative_numbers_stay_numbers(value: Any) -> None:
    assert safe_cell(value) == value
