"""Files that are not what they say, or mean harm: one French sentence each, the original kept, nothing half-written."""

import io
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from emploi.exchanges.spreadsheets.engine.ledger import Report
from emploi.exchanges.spreadsheets.reading import workbooks
from emploi.exchanges.spreadsheets.reading.refusals import SENTENCES, RefusedFile
from emploi.exchanges.spreadsheets.reading.tables import look
from emploi.exchanges.spreadsheets.rules.people import read_person
from emploi.foundation import clock
from emploi.foundation.intake.models import Run
from emploi.pathway.beneficiaries.models import Person
from tests.exchanges.fuzzing import mutated
from tests.exchanges.spreadsheets.conftest import CLAIRE, HEADER, INES, PAUL, csv_bytes, xlsx_bytes

ROWS = [HEADER, CLAIRE, PAUL, INES]
SOUND = {"liste.xlsx": xlsx_bytes(ROWS), "liste.csv": csv_bytes(ROWS)}


def repacked(content: bytes, replaced: dict[str, bytes]) -> bytes:
    """A workbook with members added or replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in source.infolist():
            if member.filename not in replaced:
                archive.writestr(member, source.read(member))
        for name, data in replaced.items():
            archive.writestr(name, data)
    return target.getvalue()


def far_cell() -> bytes:
    """One cell at each end of a sheet: seventeen thousand million cells for who believes it."""
    with zipfile.ZipFile(io.BytesIO(SOUND["liste.xlsx"])) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    end = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return repacked(SOUND["liste.xlsx"], {"xl/worksheets/sheet1.xml": sheet.replace(b"</sheetData>", end)})


def bomb() -> bytes:
    return repacked(SOUND["liste.xlsx"], {"xl/media/zeros": b"\0" * (80 * 1024**2)})


HOSTILE = {
    "empty": (b"", "empty"),
    "blank": (b" \r\n\r\n", "empty"),
    "pdf": (b"%PDF-1.4\n%...", "not_a_sheet"),
    "picture": (b"\x89PNG\r\n\x1a\n", "not_a_sheet"),
    "binary": (bytes(range(256)) * 20, "not_text"),
    "web page": (b"<html><body><table><tr><td>Nom</td></tr></table></body></html>", "web_page"),
    "cut": (SOUND["liste.xlsx"][:900], "broken"),
    "cut in the middle": (SOUND["liste.xlsx"][: len(SOUND["liste.xlsx"]) // 2], "broken"),
    "macros": (repacked(SOUND["liste.xlsx"], {"xl/vbaProject.bin": b"macro"}), "macros"),
    "bomb": (bomb(), "bomb"),
    "far cell": (far_cell(), None),
    "only titles": (csv_bytes([HEADER]), "no_table"),
    "one endless line": (b"a" * 300_000, "long_line"),
    "locked workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 2, "password"),
    "old macros": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook_VBA_PROJECT".encode("utf-16-le"), "macros"),
    "word document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "not_a_sheet"),
    "broken xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") * 300, "broken"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    content, code = HOSTILE[name]
    path = tmp_path / "f.xlsx"
    path.write_bytes(content)
    with pytest.raises(RefusedFile) as refused:
        found = look(path, "f.xlsx")
        list(found.rows(found.best().name, 1))
    assert refused.value.code == code or (code is None and refused.value.code in ("too_big", "broken"))
    assert refused.value.message == SENTENCES[refused.value.code]


def test_the_temporary_file_of_an_open_workbook_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"\x07Marie" + b" " * 150)
    with pytest.raises(RefusedFile) as refused:
        look(path, "~$liste.xlsx")
    assert refused.value.code == "lock_file"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "cp850", "mac_roman", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_encoding_and_delimiter_of_a_csv(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [HEADER, ("Mme", "Lefèvre-Noël", "Françoise", "02/08/1978", "0123456", "", "", "", "", "Crêches")]
    path = tmp_path / "f.csv"
    path.write_bytes(csv_bytes(rows, delimiter=delimiter, encoding=encoding))
    found = look(path)
    sheet = found.best()
    assert sheet.header(sheet.header_row) == list(HEADER)
    assert [cells[1:3] for _, cells in found.rows("", 1)] == [["Lefèvre-Noël", "Françoise"]]


def test_a_leading_zero_and_a_date_survive_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(csv_bytes([HEADER, CLAIRE]))
    assert next(iter(look(path).rows("", 1)))[1][3:5] == ["02/08/1978", "0123456"]


def test_the_opening_of_a_workbook_may_die_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f.xlsx"
    path.write_bytes(SOUND["liste.xlsx"])
    monkeypatch.setattr(workbooks, "MEMORY", 1024**2)
    with pytest.raises(RefusedFile):
        look(path)


@pytest.mark.parametrize("name", SOUND)
@pytest.mark.parametrize("seed", range(30))
def test_a_mutated_file_never_crashes(name: str, seed: int, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(mutated(SOUND[name], random.Random(seed)))
    try:
        found = look(path, name)
        sheet = found.best()
        columns = {"last_name": 1, "first_name": 2, "birth_date": 3, "payer_number": 4, "phone": 6, "email": 7}
        for number, cells in found.rows(sheet.name, sheet.header_row):
            reading = read_person(cells, columns, number=number, today=clock.today())
            assert (reading.person is None) == bool(reading.problems)
            assert all(problem.sentence.endswith((".", "?")) for problem in reading.problems)
    except RefusedFile as refused:
        assert refused.message.endswith(".")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["pdf", "cut", "bomb", "only titles"])
def test_a_refused_file_leaves_nothing_but_its_original(load: Callable[..., Report], name: str) -> None:
    report = load(HOSTILE[name][0], name="liste.xlsx")
    assert (report.status, report.exit_code) == ("not_done", 2)
    run = Run.objects.get()
    assert (run.status, run.error, run.document is not None) == ("refused", report.error, True)
    assert Person.objects.count() == 0


def test_the_child_that_opens_workbooks_knows_nothing_of_the_product() -> None:
    asked = (
        "import sys, runpy; runpy.run_path(sys.argv[1], run_name='x'); print([m for m in sys.modules if 'django' in m])"
    )
    answer = subprocess.run(
        [sys.executable, "-I", "-c", asked, str(workbooks.CHILD)], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
