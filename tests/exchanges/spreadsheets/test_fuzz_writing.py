"""Mutated spreadsheets, imported for real: never a crash, never half a line, always a French reason."""

import random
from pathlib import Path

import pytest

from emploi.exchanges.spreadsheets.inbound import import_people
from emploi.exchanges.spreadsheets.models import StagedRow
from emploi.foundation import clock
from emploi.foundation.intake.models import Run
from emploi.pathway.beneficiaries.models import Person
from tests.exchanges import fuzzing
from tests.exchanges.spreadsheets.books import ods_bytes, xls_bytes
from tests.exchanges.spreadsheets.conftest import BY, CLAIRE, HEADER, INES, PAUL, csv_bytes, xlsx_bytes

pytestmark = pytest.mark.django_db
TITLES = (*HEADER, "NIR", "N° demande RSA", "Droits et devoirs", "Date début droits - devoirs", "Adresse")
LINES = [
    TITLES,
    (*CLAIRE, "2780899001001", "70011", "oui", "01/11/2026", "12 rue des Lilas"),
    (*PAUL, "", "70011", "non", "", "12 rue des Lilas"),
    (*INES, "", "", "", "", ""),
    ("M.", "Noël", "Zoé", "1980", "0777777", "", "06 39 98 12 37", "z@exemple.fr", "99000", "Exempleville", *[""] * 5),
]
# The text formats are the dearest to check and the cheapest to read: they are the most tried.
SOUND = {
    "liste.csv": csv_bytes(LINES),
    "liste-windows.csv": csv_bytes(LINES, encoding="cp1252"),
    "liste.xlsx": xlsx_bytes(LINES),
    "liste.ods": ods_bytes({"Liste": LINES}),
    "liste.xls": xls_bytes({"Liste": LINES}),
}
NAMES = ("liste.csv", "liste.csv", "liste-windows.csv", "liste.xlsx", "liste.ods", "liste.xls")
EACH = 20


@pytest.mark.parametrize("batch", range(max(1, fuzzing.FUZZ // 2 // EACH)))
def test_a_mutated_list_is_taken_line_by_line_or_refused_whole(office: Path, batch: int) -> None:
    known = office / "known.csv"
    known.write_bytes(csv_bytes([HEADER, CLAIRE]))
    assert import_people(path=known, by=BY, at=clock.now()).status == "done"
    before = fuzzing.told_about_people()
    for seed in range(fuzzing.FIRST + batch * EACH, fuzzing.FIRST + (batch + 1) * EACH):
        chance = random.Random(seed)
        path = office / chance.choice(NAMES)
        path.write_bytes(fuzzing.mutated(SOUND[path.name], chance))
        try:
            with fuzzing.undone():
                one_file(path, before)
        except Exception as error:
            error.add_note(f"seed {seed}, {path.name}")
            raise


def one_file(path: Path, before: dict[str, int]) -> None:
    report = import_people(path=path, by=BY, at=clock.now())
    run = Run.objects.latest("pk")
    refused = fuzzing.assert_each_refusal_is_told(run)
    if report.status == "not_done":
        fuzzing.assert_french(report.error)
        assert run.status == "refused"
        assert fuzzing.told_about_people() == before
        return
    counters = report.counters
    assert run.status == ("partial" if refused else "done")
    done = [counters.get(name, 0) for name in ("created", "updated", "unchanged", "refused")]
    assert counters["rows"] == sum(done)
    assert counters.get("refused", 0) == refused
    # A line is a person or a refusal, never both, never neither.
    staged = StagedRow.objects.filter(run=run)
    assert staged.count() + refused == counters["rows"]
    assert not staged.filter(is_applied=False).exists()
    assert Person.objects.count() == before["Person"] + counters.get("created", 0)
    fuzzing.assert_whole()


@pytest.mark.parametrize("name", sorted(SOUND))
def test_the_sound_lists_are_sound(office: Path, name: str) -> None:
    path = office / name
    path.write_bytes(SOUND[name])
    report = import_people(path=path, by=BY, at=clock.now())
    assert (report.status, report.counters["created"]) == ("done", 4), report.error
