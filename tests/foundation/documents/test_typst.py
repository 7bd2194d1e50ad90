"""PDF documents: templates by name, data of any kind, several files bound as one."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from emploi.foundation.documents import qr
from emploi.foundation.documents.typst import DocumentFailed, find_template, merge_letters, page_count, typst_pdf

TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#for number in range(data.pages) [ #if number > 0 { pagebreak() } Œuvre n° #number, été, 10 €, #data.on, #data.amount ]
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "essai.typ"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def made(template: Path, pages: int) -> bytes:
    return typst_pdf(template, {"pages": pages, "on": date(2026, 11, 23), "amount": Decimal("12.50")})


def test_accents_dates_and_amounts_reach_the_paper(template: Path) -> None:
    page = PdfReader(io.BytesIO(made(template, 1))).pages[0].extract_text()
    assert "Œuvre n° 0, été, 10 €, 2026-11-23, 12.50" in page


@pytest.mark.parametrize("pages", [1, 2, 13])
def test_pages_are_counted(template: Path, pages: int) -> None:
    assert page_count(made(template, pages)) == pages


def test_files_are_bound_in_order(template: Path) -> None:
    bound = merge_letters([made(template, 2), made(template, 1)])
    assert page_count(bound) == 3
    assert page_count(merge_letters([made(template, 1), made(template, 1)], duplex=True)) == 3


def test_a_broken_template_says_where(tmp_path: Path) -> None:
    broken = tmp_path / "x.typ"
    broken.write_text("#inconnu()")
    with pytest.raises(DocumentFailed, match=r"x\.typ.*inconnu"):
        typst_pdf(broken, {})
    with pytest.raises(LookupError):
        find_template("documents/absent")


def test_a_qr_code_draws_each_dark_run_once() -> None:
    drawn = qr.svg("http://localhost:8000/i/abc/")
    assert drawn.startswith("<svg ")
    assert drawn.count("M") < 500
    assert "style" not in drawn
