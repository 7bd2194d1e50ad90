"""The contact file: whatever its delimiter, its encoding, and what a spreadsheet did to it."""

from datetime import date
from pathlib import Path

import pytest

from emploi.exchanges.caf.contacts import ContactLine, french_date, phone, read_contacts
from emploi.exchanges.caf.reading.frame import RefusedFile
from emploi.pathway.beneficiaries.facts import ContactFacts
from tests.exchanges.caf.builder import written

HEADING = (
    "MATRICULE;ROLE PERSONNE;TYPE PERSONNE;NIR;NUMERO DEMANDE RSA;DATE DEMANDE RSA;DATE DEBUT DROITS - DEVOIRS;"
    "NOM RESPONSABLE DOSSIER;PRENOM RESPONSABLE DOSSIER;NUMERO TELEPHONE DOSSIER;NUMERO TELEPHONE 2 DOSSIER;"
    "ADRESSE ELECTRONIQUE DOSSIER"
)
LINE = (
    "205599000000000;DEMANDEUR;MADAME;2850499990123;1099;14/09/2026;01/10/2026;VIRELANGE;ADÉLINE;475799901;639980102;"
    "Adeline.Virelange@courriel.example"
)


def lines(content: bytes, folder: Path) -> list[ContactLine]:
    return list(read_contacts(written(folder, content, "contacts.csv")))


def facts(line: str, folder: Path, heading: str = HEADING) -> ContactFacts:
    (read,) = lines(f"{heading}\r\n{line}\r\n".encode(), folder)
    assert read.facts is not None, read.reason
    return read.facts


def test_a_line_of_the_file(tmp_path: Path) -> None:
    assert facts(LINE, tmp_path) == ContactFacts(
        payer_number="2055990",
        role="DEM",
        nir13="2850499990123",
        claim_number="00000001099",
        phones=("+33639980102", "+33475799901"),  # the mobile first, the lost zeros given back
        email="adeline.virelange@courriel.example",
        duties_since_on=date(2026, 10, 1),
        claimed_on=date(2026, 9, 14),
    )


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_delimiter_and_encoding(delimiter: str, encoding: str, end: str, tmp_path: Path) -> None:
    text = end.join((HEADING, LINE, "", LINE)).replace(";", delimiter)
    read = lines(text.encode(encoding), tmp_path)
    assert [line.facts.email for line in read if line.facts] == ["adeline.virelange@courriel.example"] * 2
    assert "ADÉLINE" in read[0].raw


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("06 39 98 01 02", "+33639980102"),
        ("639980102", "+33639980102"),
        ("639980102.0", "+33639980102"),
        ("06.39.98.01.02", "+33639980102"),
        ("+33 6 39 98 01 02", "+33639980102"),
        ("0033639980102", "+33639980102"),
        ("12", ""),
        ("inconnu", ""),
        ("", ""),
    ],
)
def test_phones(typed: str, expected: str) -> None:
    assert phone(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("03/04/2026", date(2026, 4, 3)),  # never the 4th of March
        ("13/12/2026", date(2026, 12, 13)),
        ("12/13/2026", None),
        ("2026-04-03", date(2026, 4, 3)),
        ("2026-04-03 00:00:00", date(2026, 4, 3)),
        ("3.4.2026", date(2026, 4, 3)),
        ("31/02/2026", None),
        ("", None),
    ],
)
def test_dates_are_french_and_never_swapped(typed: str, expected: date | None) -> None:
    assert french_date(typed) == expected


def test_msa_numbers_and_lost_zeros(tmp_path: Path) -> None:
    heading = "MATRICULE;NIR;NUMERO TELEPHONE DOSSIER"
    assert facts("55990;;0639980102", tmp_path, heading).payer_number == "0055990"
    assert facts("2850499990123;;0639980102", tmp_path, heading).payer_number == "2850499990123"
    assert facts("285049999012399;;0639980102", tmp_path, heading).payer_number == ""  # a NIR whose key is wrong


def test_several_addresses_in_one_cell(tmp_path: Path) -> None:
    heading = "NIR;ADRESSE ELECTRONIQUE DOSSIER"
    assert facts("2850499990123;a@b.example / c@d.example", tmp_path, heading).email == "a@b.example"
    assert facts("2850499990123;rien", tmp_path, heading).email == ""


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (";DEMANDEUR;;;;;;;;0639980102;;", "nobody"),
        ("2,05599E+14;DEMANDEUR;;;;;;;;0639980102;;", "spoilt_number"),
        (";;;2,85049999012312E+14;;;;;;0639980102;;", "spoilt_number"),
    ],
)
def test_lines_that_say_nobody_are_refused_in_french(line: str, code: str, tmp_path: Path) -> None:
    (read,) = lines(f"{HEADING}\n{line}\n".encode(), tmp_path)
    assert (read.facts, read.code) == (None, code)
    assert read.reason.endswith(".")


@pytest.mark.parametrize(
    "content", [b"", b"bonjour", b"A;B;C\n1;2;3\n", b"NIR\n1\n", b"<?xml version='1.0'?><Racine/>", b"\x00\x01;\x02"]
)
def test_another_file_is_refused_with_a_sentence(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(RefusedFile) as caught:
        lines(content, tmp_path)
    assert caught.value.message.endswith(".")
