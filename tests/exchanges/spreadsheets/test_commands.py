"""The two commands: one JSON object whatever happens, an export that comes back unchanged, the benchmark kept alive."""

import argparse
import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from bench import spreadsheets as bench
from emploi.exchanges.spreadsheets.engine import staging
from emploi.exchanges.spreadsheets.engine.ledger import Report
from emploi.exchanges.spreadsheets.outbound import export_people
from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.intake.progress import Progress
from emploi.pathway.beneficiaries.models import Contact, Person
from tests.exchanges.spreadsheets.conftest import BY, CLAIRE, HEADER, PAUL, csv_bytes

pytestmark = pytest.mark.django_db
KEYS = {"status", "rows", "created", "updated", "unchanged", "refused", "duplicates_suspected", "warnings", "dry_run"}
RICH = (*HEADER, "NIR", "Droits et devoirs", "Id Iodas", "Langue", "Complément d’adresse", "Adresse", "Autre téléphone")


def command(path: Path, *options: str) -> tuple[int, dict[str, Any], str]:
    out, err = io.StringIO(), io.StringIO()
    status = 0
    try:
        call_command("import_people", str(path), "--json", *options, stdout=out, stderr=err)
    except SystemExit as stopped:
        status = int(stopped.code or 0)
    return status, json.loads(out.getvalue()), err.getvalue()


def test_the_command_answers_one_object_and_its_status(office: Path) -> None:
    path = office / "l.csv"
    path.write_bytes(csv_bytes([HEADER, CLAIRE]))
    status, answer, _ = command(path)
    assert (status, answer["rows"], answer["created"]) == (0, 1, 1)
    assert set(answer) >= KEYS
    path.write_bytes(csv_bytes([HEADER, CLAIRE, ("", "Seul", "", "", "", "", "", "", "", "")]))
    status, answer, _ = command(path)
    assert (status, answer["unchanged"], answer["refused"]) == (1, 1, 1)
    status, answer, said = command(office / "rien.csv")
    assert (status, answer["status"]) == (2, "not_done")
    assert "n’existe pas" in said
    status, _, said = command(path, "--mapping", "Inconnue")
    assert (status, "ne s’appelle « Inconnue »" in said) == (2, True)


def test_a_list_without_names_says_what_is_missing(office: Path) -> None:
    path = office / "l.csv"
    path.write_bytes(csv_bytes([("A", "B"), ("1", "2")]))
    status, _, said = command(path)
    assert status == 2
    assert "quelle colonne est le nom" in said


def test_what_is_exported_comes_back_unchanged(load: Callable[..., Report], office: Path) -> None:
    rich = (*CLAIRE, "2780899001001", "oui", "IOD-1", "arabe", "Bât. B", "12 rue des Lilas", "0465711234")
    evil = ("M.", "O'Neil-d’Arc", "Zoé", "1980", "", "", "", "zoe@exemple.fr", "", "", "", "", "=1+1", "", "", "", "")
    load([RICH, rich, (*PAUL, "", "non", "", "", "", "", ""), evil])
    # The formula is refused; typed by an agent it would be stored, and must leave as text.
    with acting(BY):
        Person.objects.filter(first_name="Paul").update(local_number="=cmd()")
    path = office / "out.csv"
    assert export_people(path=path, by=BY, at=clock.now()) == Person.objects.count()
    assert path.stat().st_mode & 0o077 == 0
    lines = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    claire = next(line for line in lines if line["Prénom"] == "Claire")
    assert (claire["Date de naissance"], claire["Numéro allocataire"]) == ("1978-08-02", "0123456")
    assert claire["Téléphone"].startswith("'+33") or claire["Téléphone"].startswith("0")
    paul = next(line for line in lines if line["Prénom"] == "Paul")
    assert paul["Numéro de l’ancien logiciel"] == "'=cmd()"
    with acting(BY):
        Person.objects.filter(first_name="Paul").update(local_number="")
    export_people(path=path, by=BY, at=clock.now())
    before = (Person.objects.count(), Contact.objects.count())
    report = load(path.read_bytes())
    assert report.counters.get("unchanged") == report.counters["rows"] == before[0]
    assert (Person.objects.count(), Contact.objects.count()) == before


def test_a_partial_birth_date_leaves_and_comes_back_partial(load: Callable[..., Report], office: Path) -> None:
    load([("Nom", "Prénom", "DDN", "Mail"), ("Martin", "Zoé", "08/1978", "z@exemple.fr")])
    path = office / "out.csv"
    export_people(path=path, by=BY, at=clock.now())
    assert ";1978-08-00;" in path.read_text(encoding="utf-8-sig")
    assert load(path.read_bytes()).counters.get("unchanged") == 1
    zoe = Person.objects.get()
    assert (zoe.birth_date, zoe.birth_date_precision) == (date(1978, 8, 1), "J")


def test_the_command_that_exports_leaves_its_trace(load: Callable[..., Report], office: Path) -> None:
    load([HEADER, CLAIRE, PAUL])
    out = io.StringIO()
    call_command("export_people", "--out", str(office / "out.csv"), "--json", stdout=out)
    assert json.loads(out.getvalue())["rows"] == 2
    told = JournalEntry.objects.get(event="spreadsheets.PeopleExported")
    assert told.actor_label == "Commande export_people"
    assert told.payload == {"people": 2, "with_nir": True, "with_confidential_addresses": False}


def test_an_identifier_of_somebody_else_is_refused(load: Callable[..., Report], office: Path) -> None:
    load([HEADER, CLAIRE])
    uuid = str(Person.objects.get().uuid)
    report = load([("Identifiant de la fiche", "Nom", "Prénom", "DDN"), (uuid, "Durand", "Jean", "01/01/1960")])
    assert report.counters["refused"] == 1
    assert Person.objects.count() == 1


def test_the_benchmark_measures_every_step(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # This test empties tables in its transaction: a second connection telling the progress would wait for it for ever.
    monkeypatch.setattr(staging, "Progress", lambda run, total, apart: Progress(run, total))
    parser = argparse.ArgumentParser()
    bench.add_arguments(parser)
    measured = bench.run(parser.parse_args(["--rows", "20"]))
    assert (measured["rows"], measured["created"], measured["again_unchanged"]) == (20, 20, 20)
    assert measured["cells"] > 20 * 12 and measured["bound"]["own_cpu_seconds"] > 0
    assert all(measured[step]["own_cpu_seconds"] > 0 for step in ("staged", "applied", "again"))
    assert json.dumps(measured)
