"""Columns and values, as tables, without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emploi.exchanges.spreadsheets.rules import values
from emploi.exchanges.spreadsheets.rules.dates import EXCEL_START, read_date
from emploi.exchanges.spreadsheets.rules.fields import PLAIN_FIELDS
from emploi.exchanges.spreadsheets.rules.guessing import guess, header_row_of, plain
from emploi.exchanges.spreadsheets.rules.people import read_person
from emploi.pathway.beneficiaries.identifiers import nir_key

TODAY = date(2026, 11, 23)
# The Drôme's own steering spreadsheet, the CNAF contact file, IODAS, rdv-insertion, Carnet de bord, WebRSA.
HEADERS = {
    "pilotage": (
        "N° CAF|Civilité|Nom bénéficiaire|Prénom bénéficiaire|Date de\nNaissance|Adresse|CP Ville|Complément adresse"
        "|Rôle|RSA|Adresses\nMails|N°\nTéléphones|Commentaires|Heure du rdv|Date CER|id iodas",
        "payer_number title last_name first_name birth_date street place complement role email phone local_number",
    ),
    "cnaf": (
        "MATRICULE|ROLE PERSONNE|TYPE PERSONNE|NIR|NUMERO DEMANDE RSA|DATE DEMANDE RSA|DATE DEBUT DROITS - DEVOIRS"
        "|NOM/PRENOM RESPONSABLE DOSSIER|NUMERO TELEPHONE DOSSIER|NUMERO TELEPHONE 2 DOSSIER"
        "|ADRESSE ELECTRONIQUE DOSSIER",
        "payer_number role nir claim_number claimed_on duties_since_on phone phone2 email",
    ),
    "iodas": (
        "code individu Iodas|n° allocataire|qualité bénéficiaire droit|nom|prénom|compadre1|adre1|libellé prestataire",
        "local_number payer_number role last_name first_name complement street",
    ),
    "rdv-insertion": (
        "Civilité|Nom|Prénom|Email|Téléphone|Numéro allocataire|Rôle|Date de naissance|Adresse|Code postal|Ville"
        "|ID IODAS\t",
        "title last_name first_name email phone payer_number role birth_date street postal_code city local_number",
    ),
    "carnet de bord": (
        "Identifiant SI|Prénom|Nom|Date de naissance|Téléphone|Email|Adresse|Complément d'adresse|Code postal|Ville"
        "|Numéro allocataire CAF/MSA|Identifiant Pôle emploi|NIR",
        "local_number first_name last_name birth_date phone email street complement postal_code city payer_number "
        "france_travail_number nir",
    ),
    "webrsa": (
        "NUMDEMRSA|MATRICULE|QUAL|NOM|NOMNAI|PRENOM|DTNAI|NIR|ROLEPERS|DTDEMRSA|NUMVOIE|CODPOS|NUMCOM|NUMTEL",
        "claim_number payer_number title last_name birth_name first_name birth_date nir role claimed_on street_number "
        "postal_code insee phone",
    ),
}


@pytest.mark.parametrize("name", HEADERS)
def test_the_columns_of_known_files_are_recognised(name: str) -> None:
    header, expected = HEADERS[name][0].split("|"), HEADERS[name][1].split()
    found = guess(header)
    assert set(found) - {"full_name"} >= set(expected)
    assert set(found) - set(expected) <= {"full_name"}
    assert [slug for slug in sorted(found, key=found.__getitem__) if slug != "full_name"] == expected


def test_titles_are_compared_without_accent_case_plural_nor_number_sign() -> None:
    assert plain("N°\nTéléphones") == plain("numero TELEPHONE") == plain("Num tel")


def test_our_own_titles_are_all_recognised() -> None:
    assert set(guess([field.label for field in PLAIN_FIELDS])) == {field.slug for field in PLAIN_FIELDS}


def test_the_titles_are_found_under_a_heading() -> None:
    assert header_row_of(((1, ["Suivi RSA 2026"]), (3, ["Nom", "Prénom", "DDN"]), (4, ["X", "Y", "1/1/80"]))) == (3, 3)


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("03/04/2026", date(2026, 4, 3), "N"),
        ("2/8/78", date(1978, 8, 2), "N"),
        ("05-06-1990", date(1990, 6, 5), "N"),
        ("21.11.1980", date(1980, 11, 21), "N"),
        ("1978-08-02", date(1978, 8, 2), "N"),
        ("1978-08-02 00:00:00", date(1978, 8, 2), "N"),
        ("28704", date(1978, 8, 2), "N"),
        ("28704.0", date(1978, 8, 2), "N"),
        ("2 août 1978", date(1978, 8, 2), "N"),
        ("1er janvier 80", date(1980, 1, 1), "N"),
        ("02081978", date(1978, 8, 2), "N"),
        ("2081978", date(1978, 8, 2), "N"),
        ("19780802", date(1978, 8, 2), "N"),
        ("00/08/1978", date(1978, 8, 1), "J"),
        ("08/1978", date(1978, 8, 1), "J"),
        ("1978", date(1978, 1, 1), "O"),
        ("1978-00-00", date(1978, 1, 1), "O"),
    ],
)
def test_dates_of_every_shape(text: str, day: date, precision: str) -> None:
    found = read_date(text, TODAY)
    assert (found.day, found.precision, found.reason) == (day, precision, "")


@pytest.mark.parametrize(
    "text", ["12/25/1980", "31/02/1980", "29/02/2025", "40/40/4040", "hier", "0", "12", "1/1/1800"]
)
def test_a_date_that_is_none_is_refused_and_never_swapped(text: str) -> None:
    found = read_date(text, TODAY)
    assert found.day is None
    assert found.reason


@given(st.dates(date(1901, 1, 1), date(2026, 11, 1)))
def test_any_day_written_in_any_way_reads_back(day: date) -> None:
    shapes = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %m %Y")
    assert {read_date(day.strftime(shape), TODAY).day for shape in shapes} == {day}
    assert read_date(f"{day.day}/{day.month}/{day.year}", TODAY).day == day
    serial = (day - EXCEL_START).days
    if serial > 9999:
        assert read_date(str(serial), TODAY).day == day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("612345678.0", ["+33612345678"]),
        ("782605941", ["+33782605941"]),
        ("06 12 34 56 78 / 04 75 00 00 00", ["+33612345678", "+33475000000"]),
        ("0475000000 ou 06.12.34.56.78", ["+33612345678", "+33475000000"]),
        ("+33 (0)6 12 34 56 78", ["+33612345678"]),
        ("0033612345678", ["+33612345678"]),
        ("0692123456", ["+262692123456"]),
        ("0639981234", ["+33639981234"]),
    ],
)
def test_telephones_that_lost_their_zero(text: str, expected: list[str]) -> None:
    assert values.phones(text) == (expected, [])


def test_an_incomplete_telephone_is_left_out() -> None:
    assert values.phones("0612") == ([], ["0612"])


def test_several_emails_in_one_cell_accents_allowed() -> None:
    assert values.emails("Élodie.É@ex.fr; b@c.fr <d@e.fr>, pas-un-mail") == (
        ["élodie.é@ex.fr", "b@c.fr", "d@e.fr"],
        ["pas-un-mail"],
    )


@pytest.mark.parametrize("body", ["2780899001001", "185052A006084", "785052B006084"])
def test_a_security_number_with_spaces_or_thirteen_figures(body: str) -> None:
    keyed = f"{body}{nir_key(body):02d}"
    spaced = " ".join([keyed[0], keyed[1:3], keyed[3:5], keyed[5:7], keyed[7:10], keyed[10:13], keyed[13:]])
    assert {values.nir(text).nir13 for text in (body, keyed, spaced, f"{body}00")} == {body}
    assert values.nir(body).provisional == (body[0] == "7")


@pytest.mark.parametrize("text", ["2780899001001 00 1", "27808990010", "278089900100199", "2,78E+12"])
def test_a_wrong_security_number_says_why(text: str) -> None:
    with pytest.raises(values.Wrong):
        values.nir(text)


@pytest.mark.parametrize(
    ("text", "payer", "expected"),
    [
        ("123456.0", "", ("CAF", "0123456")),
        ("1234567000000", "", ("CAF", "1234567")),
        ("2780899001001", "", ("MSA", "2780899001001")),
        ("1234567890123", "CAF", ("CAF", "1234567890123")),
    ],
)
def test_payer_numbers(text: str, payer: str, expected: tuple[str, str]) -> None:
    assert values.payer_number(text, payer) == expected


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["Martin", "", "02/08/1978"], "Prénom : il manque."),
        (["=1+1", "Claire", "02/08/1978"], "est une formule"),
        (["#REF!", "Claire", "02/08/1978"], "est une erreur du tableur"),
        (["Martin", "Claire", "01/01/2030"], "est dans le futur"),
        (["Martin", "Claire", ""], "ne dit pas assez de qui il s’agit"),
        (["M4rtin", "Claire", "02/08/1978"], "contient un chiffre"),
    ],
)
def test_a_bad_line_says_what_to_correct(cells: list[str], words: str) -> None:
    reading = read_person(cells, {"last_name": 0, "first_name": 1, "birth_date": 2}, number=2, today=TODAY)
    assert reading.person is None
    assert words in reading.reason


def test_a_bad_telephone_is_left_out_and_the_person_kept() -> None:
    columns = {"last_name": 0, "first_name": 1, "birth_date": 2, "phone": 3}
    reading = read_person(["Martin", "Claire", "02/08/1978", "0612"], columns, number=2, today=TODAY)
    assert reading.person is not None
    assert [warning.code for warning in reading.warnings] == ["bad_phone"]


def test_a_security_number_of_another_year_is_refused() -> None:
    columns = {"last_name": 0, "first_name": 1, "birth_date": 2, "nir": 3}
    reading = read_person(["Martin", "Claire", "02/08/1979", "2780899001001"], columns, number=2, today=TODAY)
    assert reading.code == "nir_disagrees"


@pytest.mark.parametrize(
    ("text", "expected"), [("MARTIN Claire", ("MARTIN", "Claire")), ("Claire De MARTIN", None), ("martin claire", None)]
)
def test_a_whole_name_in_one_column_is_cut_by_its_capitals(text: str, expected: tuple[str, str] | None) -> None:
    reading = read_person([text, "02/08/1978"], {"full_name": 0, "birth_date": 1}, number=2, today=TODAY)
    if expected is None and text == "martin claire":
        assert reading.code == "unsplit_name"
    elif expected:
        assert reading.person is not None
        assert (reading.person.last_name, reading.person.first_name) == expected
