"""Each format of workbook read down to the people: dates, floats, lost zeros, several sheets, late titles."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from emploi.exchanges.spreadsheets.engine.ledger import Report
from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.pathway.beneficiaries.models import Contact, Entry, Household, Person
from tests.exchanges.spreadsheets.books import Rows, ods_bytes, xls_bytes
from tests.exchanges.spreadsheets.conftest import xlsx_bytes

pytestmark = pytest.mark.django_db
Load = Callable[..., Report]
TITLES = ("Nom", "Prénom", "Date de naissance", "N° CAF", "CP", "Ville", "Téléphone", "Rôle", "Droits et devoirs",
          "N° demande RSA")  # fmt: skip
# As a spreadsheet keeps them: dates that are dates, numbers that lost their first zeros, a truth value.
SHEETS: dict[str, Rows] = {
    "Lisez-moi": [["Consignes"], ["Ne pas modifier cette feuille"]],
    "Bénéficiaires": [
        ["Suivi RSA 2026", "", "", "", "", "", "", "", "", ""],
        [""] * 10,
        list(TITLES),
        ["Martin", "Claire", date(1978, 8, 2), 123456, 1000, "Exempleville", 639981234, "Demandeur", True, 70011.0],
        ["Martin", "Paul", "05/11/1975", 123456.0, "01000", "Exempleville", "06 39 98 12 35", "Conjoint", "non", 70011],
        ["Lefèvre-Noël", "Inès", date(1990, 4, 3), "0654321", 99000, "Exempleville", "", "Demandeur", "", ""],
    ],
    "Archive": [["Nom", "Note"], ["X", "Y"]],
}


def xlsx(sheets: Mapping[str, Rows]) -> bytes:
    """The same by openpyxl."""
    *before, last = sheets.items()
    return xlsx_bytes(last[1], title=last[0], before=dict(before))


FORMATS: dict[str, Callable[[Mapping[str, Rows]], bytes]] = {"ods": ods_bytes, "xls": xls_bytes, "xlsx": xlsx}


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_workbook_in_each_format_gives_the_same_people(load: Load, name: str) -> None:
    report = load(FORMATS[name](SHEETS), name=f"suivi.{name}")
    assert (report.status, report.counters["created"], report.error) == ("done", 3, "")
    sheet = SheetFile.objects.get()
    assert (sheet.file_format, sheet.sheet, sheet.header_row) == (name, "Bénéficiaires", 3)
    assert dict(Person.objects.values_list("first_name", "birth_date")) == {
        "Claire": date(1978, 8, 2), "Paul": date(1975, 11, 5), "Inès": date(1990, 4, 3)
    }  # fmt: skip
    # The zeros a number lost are given back: to the CAF number, the claim, the postal code, the telephone.
    couple = Household.objects.get(claim_number="00000070011")
    assert (couple.payer_number, couple.roles.count()) == ("0123456", 2)
    assert set(Contact.objects.values_list("value", flat=True)) == {"+33639981234", "+33639981235"}
    assert set(couple.addresses.values_list("postal_code", flat=True)) == {"01000"}
    assert Entry.objects.get().person.first_name == "Claire"


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_people_come_back_unchanged_from_another_format(load: Load, name: str) -> None:
    load(xlsx(SHEETS), name="suivi.xlsx")
    report = load(FORMATS[name](SHEETS), name=f"suivi.{name}")
    assert (report.counters.get("unchanged"), report.counters.get("created", 0)) == (3, 0)


@pytest.mark.parametrize(("value", "reason"), [(1.23e14, ""), ("1,23E+14", "a été abîmé par un tableur")])
def test_a_number_spoilt_by_a_spreadsheet_is_told(load: Load, value: Any, reason: str) -> None:
    sound = [("Nom", "Prénom", "Date de naissance", "NIR"), ("Martin", "Claire", date(1978, 8, 2), value)]
    report = load(xls_bytes({"Liste": sound}), name="l.xls")
    refused = report.counters.get("refused", 0)
    assert refused == 1, "a number of fifteen figures whose end is zeros is nobody's"
    assert reason in _reason()


def test_a_workbook_with_macros_is_refused_whatever_its_name(load: Load) -> None:
    from tests.exchanges.spreadsheets.test_hostile import HOSTILE

    report = load(HOSTILE["macros"][0], name="liste.xlsm")
    assert report.status == "not_done"
    assert "contient des macros" in report.error
    sound = load(xlsx(SHEETS), name="sans-macro.xlsm")
    assert sound.counters["created"] == 3


def _reason() -> str:
    from emploi.foundation.intake.models import Row

    return Row.objects.get().reason
