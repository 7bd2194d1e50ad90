"""The files written: well formed, in the order of the flow, counted, with the defects asked for and no other."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from lxml import etree

import emploi.exchanges.caf as caf
from emploi.foundation import department
from emploi.simulator.caf_files.monthly import Month
from emploi.simulator.caf_files.writing import world_of, write_files
from emploi.simulator.life.months import parse_month

SIZE = 250


def write(tmp_path: Path, month: str = "2026-10", *, defects: bool = False, size: int = SIZE) -> tuple[Path, Path]:
    out, contacts = tmp_path / f"{month}.xml", tmp_path / f"{month}.csv"
    write_files(out, Month(parse_month(month), size), world_of(3), contacts=contacts, defects=defects)
    return out, contacts


def dossiers(path: Path) -> list[etree._Element]:
    return list(etree.parse(path).getroot().iter("InfosFoyerRSA"))


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(Path(caf.__file__).parent / "household.xsd"))


def valid(schema: etree.XMLSchema, dossier: etree._Element) -> bool:
    return schema.validate(etree.ElementTree(etree.fromstring(etree.tostring(dossier))))


@pytest.mark.parametrize("month", ["2022-11", "2024-06", "2026-10"])
def test_every_dossier_is_valid_against_the_schema_of_the_importer(
    tmp_path: Path, schema: etree.XMLSchema, month: str
) -> None:
    out, _ = write(tmp_path, month)

    invalid = [d.findtext(".//NUMDEMRSA") for d in dossiers(out) if not valid(schema, d)]

    assert len(dossiers(out)) == SIZE
    assert invalid == []


def test_the_envelope_is_that_of_a_monthly_file(tmp_path: Path) -> None:
    out, _ = write(tmp_path)
    raw, root = out.read_bytes(), etree.parse(out).getroot()

    assert raw.startswith(b'<?xml version="1.0" encoding="windows-1252"?>')
    assert root[0].tag == "IdentificationFlux"
    assert root[-1].tag == "TransmissionFlux"
    assert root.findtext("IdentificationFlux/TYPEFLUX") == "M"
    assert root.findtext("IdentificationFlux/NATFLUX") == "D"
    assert root.findtext("IdentificationFlux/DTREF") == "2026-10-31"
    assert root.findtext("IdentificationFlux/DTCREAFLUX") == "2026-11-05"
    assert root.findtext("TransmissionFlux/NBTOTDOSRSATRANSM") == f"{SIZE:08d}"


def test_values_are_padded_as_the_payers_pad_them(tmp_path: Path) -> None:
    out, _ = write(tmp_path)
    for dossier in dossiers(out):
        payer, number = dossier.findtext(".//FONORG"), dossier.findtext(".//MATRICULE") or ""
        assert len(number) == 15
        assert payer == "MSA" or number.endswith("00000000")
        assert dossier.findtext(".//TYPEPARTE") == "CG "
        assert dossier.findtext(".//IDEPARTE") == department.identity().code.zfill(3)
        assert [b.findtext("NATPREST") for b in dossier.find("Personne").iter("Prestations")] == ["PFA", "RSA"]
        amount = dossier.findtext(".//MTTOTDRORSA")
        assert amount is None or (len(amount) == 10 and amount[7] == ".")


def test_addresses_are_real_communes_of_the_departement_in_force(tmp_path: Path) -> None:
    out, _ = write(tmp_path)
    code = department.identity().code
    for dossier in dossiers(out):
        assert (dossier.findtext(".//NUMCOM") or "").startswith(code)
        assert (dossier.findtext(".//CODEPOS") or "").startswith(code)


def test_duties_are_a_tri_state_and_children_never_have_any(tmp_path: Path) -> None:
    out, _ = write(tmp_path, size=600)
    seen = set()
    for person in etree.parse(out).getroot().iter("Personne"):
        role = person.findall("Prestations")[1].findtext("ROLEPERS")
        top = person.findtext("MontantCalculDroitRSAPersonne/TOPPERSDRODEVORSA")
        assert role in ("DEM", "CJT") or top is None
        assert (person.find("Rattachement") is None) == (role in ("DEM", "CJT"))
        if role in ("DEM", "CJT"):
            seen.add(top)

    assert seen == {"0", "1", None}


def test_defects_are_few_counted_and_leave_the_file_readable(tmp_path: Path, schema: etree.XMLSchema) -> None:
    clean, _ = write(tmp_path / "clean")
    out, _ = write(tmp_path / "bad", defects=True)

    outcome = write_files(tmp_path / "again.xml", Month(parse_month("2026-10"), SIZE), world_of(3), defects=True)
    invalid = [d for d in dossiers(out) if not valid(schema, d)]
    numbers = [d.findtext(".//NUMDEMRSA") for d in dossiers(out)]
    declared = int(etree.parse(out).getroot().findtext("TransmissionFlux/NBTOTDOSRSATRANSM") or 0)

    assert outcome.defects.keys() >= {"twice", "without_benefit", "without_nir", "new_number", "unknown_code"}
    assert sum(outcome.defects.values()) < SIZE * 0.2
    assert len(invalid) == outcome.defects["without_benefit"]
    assert len(numbers) - len(set(numbers)) == outcome.defects["twice"]
    assert declared == SIZE - 2 != len(numbers)
    assert len(dossiers(clean)) == SIZE
    assert out.read_bytes() == (tmp_path / "again.xml").read_bytes()


def test_the_contact_file_has_one_line_an_adult_and_reaches_nobody_real(tmp_path: Path) -> None:
    out, contacts = write(tmp_path)
    adults = {
        (d.findtext(".//NUMDEMRSA"), p.findall("Prestations")[1].findtext("ROLEPERS"))
        for d in dossiers(out)
        for p in d.iter("Personne")
        if p.findall("Prestations")[1].findtext("ROLEPERS") in ("DEM", "CJT")
    }
    with contacts.open(encoding="windows-1252", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))

    assert len(rows) == len(adults)
    assert {row["NUMERO DEMANDE RSA"] for row in rows} == {number for number, _ in adults}
    for row in rows:
        for phone in (row["NUMERO TELEPHONE DOSSIER"], row["NUMERO TELEPHONE 2 DOSSIER"]):
            assert not phone or phone.startswith(("063998", "046571")), "only numbers kept for fiction"
        email = row["ADRESSE ELECTRONIQUE DOSSIER"]
        assert not email or email.endswith(".example")
    assert any(not row["NUMERO TELEPHONE DOSSIER"] for row in rows)


def test_two_consecutive_months_are_one_life(tmp_path: Path) -> None:
    before, _ = write(tmp_path, "2026-09")
    after, _ = write(tmp_path, "2026-10")
    former = {d.findtext(".//NUMDEMRSA"): d for d in dossiers(before)}
    later = {d.findtext(".//NUMDEMRSA"): d for d in dossiers(after)}
    kept = former.keys() & later.keys()
    same = [n for n in kept if etree.tostring(former[n]) == etree.tostring(later[n])]

    assert SIZE * 0.9 < len(kept) < SIZE
    # A quarterly calculation leaves most dossiers as they were: importers may recognise them.
    assert len(same) > len(kept) / 2
    assert all(former[n].findtext(".//DTDEMRSA") == later[n].findtext(".//DTDEMRSA") for n in kept)
    assert all(former[n].findtext(".//DTNAI") == later[n].findtext(".//DTNAI") for n in kept)


class TestCommand:
    def test_it_writes_and_answers_one_json_object(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        out = tmp_path / "deep" / "file.xml"

        call_command("generate_caf", households=40, month="2026-10", out=out, json=True)

        answer = json.loads(capsys.readouterr().out)
        assert answer["status"] == "done"
        assert answer["households"] == 40 == len(dossiers(out))
        assert not list(out.parent.glob("*.part"))

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ({"month": "2026-13"}, "n'est pas un mois"),
            ({"month": "octobre"}, "n'est pas un mois"),
            ({"month": "2021-01"}, "commence en 2022-11"),
            ({"households": 0}, "au moins 1"),
        ],
    )
    def test_a_wrong_request_is_refused_with_a_sentence(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: dict[str, object], sentence: str
    ) -> None:
        asked = {"households": 10, "month": "2026-10", "out": tmp_path / "x.xml", "json": True, **options}

        with pytest.raises(SystemExit) as exit_:
            call_command("generate_caf", **asked)

        captured = capsys.readouterr()
        assert exit_.value.code == 2
        assert json.loads(captured.out)["status"] == "failed"
        assert sentence in captured.err
        assert not (tmp_path / "x.xml").exists()


def test_a_daily_file_holds_what_moved_that_day_and_is_valid(tmp_path: Path, schema: etree.XMLSchema) -> None:
    path = tmp_path / "jour.xml"
    call_command("generate_caf", "--households", "900", "--daily", "2026-11-12", "--out", str(path))
    found = dossiers(path)
    assert found
    assert all(valid(schema, dossier) and dossier.find("Evenement") is not None for dossier in found)
    root = etree.parse(str(path)).getroot()
    assert root.findtext("IdentificationFlux/TYPEFLUX") == "I"
    assert root.findtext("IdentificationFlux/DTREF") == "2026-11-12"


@pytest.mark.parametrize(
    "arguments", [["--daily", "hier"], ["--daily", "2026-11-12", "--defects"], ["--daily", "1999-01-01"]]
)
def test_a_daily_file_that_cannot_be_written_says_why(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        call_command("generate_caf", "--households", "3", "--out", str(tmp_path / "x.xml"), *arguments)
    assert capsys.readouterr().err.strip().endswith(".")
