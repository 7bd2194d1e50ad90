"""`emploi import_caf` and `emploi import_contacts`: one JSON object on every exit status, and nothing else."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from emploi.exchanges.caf import contacts_inbound
from emploi.exchanges.caf.contacts import ContactLine, read_contacts
from emploi.exchanges.caf.management import base
from emploi.foundation import clock
from emploi.foundation.intake import clear_copies
from emploi.foundation.intake.actions import replay
from emploi.foundation.intake.models import Row
from emploi.foundation.intake.working import work_folder
from emploi.pathway.beneficiaries.models import Contact, Household
from tests.exchanges.caf.builder import Dossier, file_of, many, written
from tests.exchanges.caf.conftest import BY
from tests.exchanges.caf.test_contacts_file import HEADING, LINE

KEYS = {
    "status",
    "households_read",
    "households_created",
    "households_updated",
    "households_unchanged",
    "households_refused",
    "persons_created",
    "entries_opened",
    "entries_closed",
    "warnings",
    "seconds",
    "peak_mb",
}

pytestmark = pytest.mark.django_db
Command = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def run(office: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command as the console does: exit status, the JSON object, standard error."""

    def call(*arguments: str) -> tuple[int, dict[str, Any], str]:
        status = 0
        try:
            call_command(*arguments, "--json")
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        printed = capsys.readouterr()
        assert printed.out.count("\n") == 1
        return status, json.loads(printed.out), printed.err

    return call


def test_done(run: Command, office: Path) -> None:
    status, answer, err = run("import_caf", str(written(office, file_of(*many(2)))))
    assert (status, err) == (0, "")
    assert set(answer) >= KEYS
    assert (answer["status"], answer["households_read"], answer["households_created"]) == ("done", 2, 2)
    assert answer["seconds"] > 0
    assert answer["peak_mb"] > 10


def test_done_with_refused_lines(run: Command, office: Path) -> None:
    bad = Dossier(claim="00000009099").xml().replace("<SEXE>", "<SEX>")
    status, answer, err = run("import_caf", str(written(office, file_of(*many(1), bad, declared=7))))
    assert (status, err) == (1, "")
    assert (answer["status"], answer["households_refused"]) == ("done_with_refused_lines", 1)
    assert answer["warnings"] == [
        {"code": "trailer_count", "message": "Le fichier annonce 7 dossiers et en contient 2.", "count": 5}
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (file_of(*many(2))[:-200], "coupé"),
        (b"bonjour", "n'est pas un fichier XML"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><Racine>&a;</Racine>', "définitions interdites"),
        (file_of(Dossier(department="038")), "adressé au Département « 038 »"),
        (None, "n'existe pas"),
    ],
)
def test_not_done(content: bytes | None, words: str, run: Command, office: Path) -> None:
    path = written(office, content) if content is not None else office / "absent.xml"
    status, answer, err = run("import_caf", str(path))
    assert status == 2
    assert set(answer) >= KEYS
    assert (answer["status"], answer["households_read"]) == ("not_done", 0)
    assert words in err
    assert err.count("\n") == 1  # one clear sentence
    assert answer["error"] == err.strip()
    assert Household.objects.count() == 0


def test_a_wrong_date_is_said_in_french(run: Command, office: Path) -> None:
    path = str(written(office, file_of(*many(1))))
    status, answer, err = run("import_caf", path, "--received-on", "05/11/2026")
    assert (status, answer["status"]) == (2, "not_done")
    assert "AAAA-MM-JJ" in err


def test_a_dry_run_keeps_nothing(run: Command, office: Path) -> None:
    status, answer, _ = run("import_caf", str(written(office, file_of(*many(2)))), "--dry-run")
    assert (status, answer["households_created"], answer["dry_run"]) == (0, 2, True)
    assert Household.objects.count() == 0


def test_a_database_that_goes_away_is_said(run: Command, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(**arguments: object) -> None:
        raise base.OperationalError("server closed the connection")

    monkeypatch.setattr(base.references, "load_missing", gone)
    status, answer, err = run("import_caf", str(written(office, file_of(*many(1)))))
    assert (status, answer["status"]) == (2, "not_done")
    assert "base de données" in err


def test_in_words(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_caf", str(written(office, file_of(*many(2)))))
    assert "2 dossiers lus : 2 créés, 0 modifiés, 0 inchangés, 0 refusés." in capsys.readouterr().out


def test_contacts(run: Command, office: Path) -> None:
    run("import_caf", str(written(office, file_of(Dossier()))))
    unknown = LINE.replace("2850499990123", "1700199990555").replace("205599000000000", "1").replace(";1099;", ";5;")
    lines = f"{HEADING}\n{LINE}\n{unknown}\n".encode()
    status, answer, _ = run("import_contacts", str(written(office, lines, "contacts.csv")))
    assert status == 1
    assert (answer["rows_read"], answer["rows_matched"], answer["contacts_added"], answer["rows_refused"]) == (
        2,
        1,
        3,
        1,
    )
    assert set(Contact.objects.values_list("kind", "value")) == {
        ("mobile", "+33639980102"),
        ("phone", "+33475799901"),
        ("email", "adeline.virelange@courriel.example"),
    }
    again = run("import_contacts", str(written(office, lines, "contacts.csv")))[1]
    assert (again["contacts_added"], again["rows_unchanged"]) == (0, 1)


def test_a_line_tried_again_is_held_while_it_is_read(
    run: Command, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("import_contacts", str(written(office, f"{HEADING}\n{LINE}\n".encode(), "contacts.csv")))
    run("import_caf", str(written(office, file_of(Dossier()))))

    def read_during_a_sweep(path: Path) -> Iterator[ContactLine]:
        os.utime(path, (0, 0))
        clear_copies.erase_abandoned(path.parent)
        yield from read_contacts(path)

    monkeypatch.setattr(contacts_inbound, "read_contacts", read_during_a_sweep)
    assert replay(row=Row.objects.get(), by=BY, at=clock.now())
    assert Contact.objects.count() == 3
    assert list(work_folder(contacts_inbound.KIND).iterdir()) == []


def test_contacts_dry_run_and_another_file(run: Command, office: Path) -> None:
    run("import_caf", str(written(office, file_of(Dossier()))))
    path = str(written(office, f"{HEADING}\n{LINE}\n".encode(), "contacts.csv"))
    status, answer, _ = run("import_contacts", path, "--dry-run")
    assert (status, answer["contacts_added"], Contact.objects.count()) == (0, 3, 0)
    status, answer, err = run("import_contacts", str(written(office, file_of(Dossier()))))
    assert (status, answer["status"]) == (2, "not_done")
    assert "fichier de contacts" in err
