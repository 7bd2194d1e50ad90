"""From a file to people: created, completed, untouched, refused; the same file again changes nothing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from emploi.exchanges.spreadsheets.engine.ledger import Report
from emploi.exchanges.spreadsheets.models import StagedRow
from emploi.foundation.intake.models import Run
from emploi.pathway.beneficiaries.models import Address, Contact, Entry, Household, HouseholdRole, Person
from tests.exchanges.spreadsheets.conftest import CLAIRE, HEADER, INES, PAUL, xlsx_bytes

pytestmark = pytest.mark.django_db
Load = Callable[..., Report]


def counts(report: Report) -> tuple[int, ...]:
    return tuple(report.counters.get(name, 0) for name in ("rows", "created", "updated", "unchanged", "refused"))


def test_a_list_becomes_people_and_the_same_list_again_changes_nothing(load: Load) -> None:
    first = load([HEADER, CLAIRE, PAUL, INES])
    assert (first.status, first.error) == ("done", "")
    assert counts(first) == (3, 3, 0, 0, 0)
    claire = Person.objects.get(first_name="Claire")
    assert (claire.title, claire.birth_date, claire.is_manual) == ("MME", date(1978, 8, 2), False)
    assert list(Contact.objects.filter(person=claire).order_by("kind").values_list("kind", "value")) == [
        ("email", "claire@exemple.fr"),
        ("mobile", "+33639981234"),
    ]
    again = load([HEADER, CLAIRE, PAUL, INES])
    assert counts(again) == (3, 0, 0, 3, 0)
    assert (Person.objects.count(), Household.objects.count(), Contact.objects.count()) == (3, 2, 4)


def test_a_couple_sharing_its_number_stays_two_people_in_one_household(load: Load) -> None:
    load([HEADER, CLAIRE, PAUL])
    household = Household.objects.get()
    assert (household.payer, household.payer_number, household.commune_id) == ("CAF", "0123456", "99001")
    roles = HouseholdRole.objects.filter(household=household).order_by("role")
    assert [(role.role, role.person.first_name) for role in roles] == [("CJT", "Paul"), ("DEM", "Claire")]
    assert Address.objects.get().city == "Exempleville"


def test_the_same_people_are_found_in_a_workbook_on_its_second_sheet(load: Load) -> None:
    load([HEADER, CLAIRE])
    notes = {"Lisez-moi": [["Consignes"], ["Ne pas modifier"]]}
    book = xlsx_bytes(
        [["Suivi RSA 2026"], [], HEADER, [*CLAIRE[:3], date(1978, 8, 2), 123456, *CLAIRE[5:6], 639981234]], before=notes
    )
    assert counts(load(book, name="suivi.xlsx")) == (1, 0, 0, 1, 0)


def test_a_line_completes_what_is_blank_and_a_blank_erases_nothing(load: Load) -> None:
    load([HEADER, INES])
    load(
        [
            ("Nom", "Prénom", "DDN", "Tél", "Mail", "Nom de naissance"),
            ("Benali", "Inès", "3/4/90", "639981236", "", "Haddad"),
        ]
    )
    ines = Person.objects.get()
    assert ines.birth_name == "Haddad"
    assert set(Contact.objects.values_list("value", flat=True)) == {"ines@exemple.fr", "+33639981236"}


def test_bad_lines_are_kept_with_a_sentence_and_the_others_go_through(load: Load) -> None:
    bad = ("Mme", "", "Zoé", "12/25/1980", "0999999", "Demandeur", "", "", "", "")
    report = load([HEADER, CLAIRE, bad])
    assert report.status == "done_with_refused_lines"
    assert counts(report) == (2, 1, 0, 0, 1)
    row = Run.objects.get().rows.get()
    assert row.number == 3
    assert "Nom : il manque." in row.reason
    assert "est-ce le 25/12/1980 ?" in row.reason
    assert [w["code"] for w in report.warnings] == ["american_date"]


def test_yes_to_rights_and_duties_opens_the_entry_on_the_day_of_reception(load: Load) -> None:
    header = (*HEADER, "Droits et devoirs")
    load([header, (*CLAIRE, "oui"), (*PAUL, "non")], received_on=date(2026, 11, 20))
    entry = Entry.objects.get()
    assert (entry.person.first_name, entry.opened_on, entry.kind, entry.commune_id) == (
        "Claire",
        date(2026, 11, 20),
        "manual",
        "99001",
    )
    assert entry.deadlines.count() == 3


def test_a_dry_run_keeps_nothing(load: Load, office: Path) -> None:
    report = load([HEADER, CLAIRE, PAUL], dry_run=True)
    assert counts(report) == (2, 2, 0, 0, 0)
    assert (Person.objects.count(), Run.objects.count(), StagedRow.objects.count()) == (0, 0, 0)


def test_the_same_person_on_two_lines_is_one_person(load: Load) -> None:
    again = [*CLAIRE]
    again[7] = "autre@exemple.fr"
    report = load([HEADER, CLAIRE, again])
    assert counts(report) == (2, 1, 1, 0, 0)
    assert report.counters["duplicates_suspected"] == 1
    assert Person.objects.count() == 1
    assert Contact.objects.count() == 3


def test_two_people_of_a_file_with_one_security_number_are_never_merged(load: Load) -> None:
    header = ("Nom", "Prénom", "Rôle", "NIR", "Mail")
    nir = "2780899001001"
    report = load(
        [header, ("Martin", "Claire", "dem", nir, "c@exemple.fr"), ("Duval", "Jean", "cjt", nir, "c@exemple.fr")]
    )
    assert counts(report) == (2, 1, 0, 0, 1)
    assert "est déjà celui de Claire Martin" in Run.objects.get().rows.get().reason
