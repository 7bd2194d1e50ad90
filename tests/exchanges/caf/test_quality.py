"""What is missing or wrong in a file is counted, listed, and sent back; the sequence of files says what is missing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from emploi.exchanges.caf.contacts_inbound import import_contacts
from emploi.exchanges.caf.engine.ledger import Report
from emploi.exchanges.caf.engine.sequence import late_months, series_of
from emploi.exchanges.caf.models import Defect, ReceivedFile
from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from tests.exchanges.caf.builder import Dossier, Someone, file_of, written
from tests.exchanges.caf.conftest import BY

Load = Callable[..., Report]
NOVEMBER = {"reference": "2026-11-30", "created": "2026-12-05"}
FAULTY = [
    Dossier(claim="00000001099"),
    Dossier(claim="00000002099", people=(Someone("BERTHE", nir="", birth="1970-01-02"),)),
    Dossier(claim="00000003099", people=(Someone("CELINE", nir="285049999012399", birth="1971-01-02"),)),
    Dossier(claim="00000004099", family="XYZ", people=(Someone("DORA", nir="2720499990333", birth="1972-01-02"),)),
]
AWAY = Dossier(claim="00000005099", people=(Someone("EVA", nir="2730499990444", birth="1973-01-02"),))


def faulty_file(**when: str) -> bytes:
    blocks = [dossier.xml() for dossier in FAULTY]
    blocks.append(AWAY.xml().replace("<NUMCOM>99001", "<NUMCOM>01004"))
    blocks.append(replace(AWAY, claim="00000006099").xml().replace("<NUMCOM>99001", "<NUMCOM>99777"))
    blocks.append(replace(AWAY, claim="00000007099").xml().replace("<TYPEDTNAI>N", "<TYPEDTNAI>J"))
    blocks.append(replace(AWAY, claim="00000008099").xml().replace("<DTNAI>1973-01-02", "<DTNAI>1973-01-72"))
    blocks.append(FAULTY[0].xml())
    return file_of(*blocks, **when)


EXPECTED = {
    "no_nir": 2,  # a wrong one is none either
    "wrong_nir": 1,
    "unknown_code": 1,
    "outside": 1,
    "unknown_commune": 1,
    "partial_birth": 1,
    "refused": 1,
    "duplicate": 1,
}


def test_each_kind_is_counted_in_the_file(load: Load) -> None:
    load(faulty_file())
    assert ReceivedFile.objects.get().defects == EXPECTED
    assert Defect.objects.get(kind="outside").detail == "commune 01004"


def test_a_dry_run_keeps_none_and_a_second_reading_doubles_none(load: Load) -> None:
    load(faulty_file(), dry_run=True)
    assert Defect.objects.count() == 0
    load(faulty_file())
    count = Defect.objects.count()
    load(faulty_file())
    assert Defect.objects.filter(run=ReceivedFile.objects.order_by("pk")[0].run_id).count() == count


def test_who_cannot_be_reached_is_counted_once_the_stock_is_known_and_again_after_contacts(
    load: Load, office: Path
) -> None:
    load(file_of(Dossier()))
    assert "no_contact" not in (ReceivedFile.objects.get().defects or {})
    load(file_of(Dossier(), **NOVEMBER))
    file = ReceivedFile.objects.get(reference_on=date(2026, 11, 30))
    assert file.defects == {"no_contact": 1}
    text = (
        "MATRICULE;ROLE PERSONNE;TYPE PERSONNE;NIR;NUMERO DEMANDE RSA;DATE DEMANDE RSA;DATE DEBUT DROITS - DEVOIRS;"
        "NOM;PRENOM;NUMERO TELEPHONE;NUMERO TELEPHONE 2;ADRESSE MAIL\n"
        "205599000000000;DEM;;2850499990123;00000001099;;;VIRELANGE;ADELINE;0612345678;;\n"
    )
    report = import_contacts(path=written(office, text.encode(), "contacts.csv"), by=BY, at=clock.now())
    assert report.counters["contacts_added"] == 1
    file.refresh_from_db()
    assert file.defects == {}


def test_the_screens_show_the_trend_the_dossiers_and_the_report(load: Load, sign_in: Callable[[str], Client]) -> None:
    load(faulty_file())
    run = ReceivedFile.objects.get().run_id
    load(file_of(Dossier(), **NOVEMBER))
    office = sign_in("rsa_office")
    page = office.get("/imports/caf/qualite/", {"defaut": "outside"}).content.decode()
    assert "Adresse hors du Département" in page
    assert "<svg" in page
    rows = office.get(f"/imports/caf/qualite/{run}/", {"defaut": "unknown_code"}).content.decode()
    assert "XYZ (SITFAM)" in rows
    assert "00000004099" in rows
    assert "/personnes/" in rows
    csv = b"".join(office.post(f"/imports/caf/qualite/{run}/rapport.csv")).decode("utf-8-sig")  # type: ignore[arg-type]
    assert len(csv.splitlines()) == 1 + sum(EXPECTED.values())
    assert "BERTHE" not in csv
    assert office.post(f"/imports/caf/qualite/{run}/rapport.pdf").content.startswith(b"%PDF")
    assert sign_in("administrator").post(f"/imports/caf/qualite/{run}/rapport.csv").status_code == 403
    told = JournalEntry.objects.filter(event="intake.LinesExported").values_list("payload__lines", flat=True)
    assert list(told) == [sum(EXPECTED.values())] * 2


def test_gaps_late_and_repeated_files_are_seen(load: Load) -> None:
    load(file_of(Dossier(street="A"), reference="2026-08-31", created="2026-09-05"))
    load(file_of(Dossier(street="B"), reference="2026-10-31", created="2026-11-05"))
    load(file_of(Dossier(street="C"), reference="2026-10-31", created="2026-11-06"))
    load(file_of(Dossier(street="D"), reference="2026-07-31", created="2026-08-05"))
    (series,) = series_of(date(2026, 11, 23), 10)
    shown = [(step.name, len(step.files), step.is_missing, step.is_late, step.is_repeated) for step in series.steps]
    assert shown == [
        ("octobre 2026", 2, False, False, True),
        ("septembre 2026", 0, True, False, False),
        ("août 2026", 1, False, False, False),
        ("juillet 2026", 1, False, True, False),
    ]
    assert series.missing[0].sentence == "Il manque le fichier de septembre 2026."


@pytest.mark.parametrize(("today", "late"), [(date(2026, 12, 10), 0), (date(2026, 12, 11), 1)])
def test_the_day_warns_once_the_delay_is_over(load: Load, today: date, late: int) -> None:
    load(file_of(Dossier()))
    assert len(late_months(today, 10)) == late


def test_missing_daily_files_are_working_days(load: Load) -> None:
    load(file_of(Dossier(street="A"), reference="2026-11-12", created="2026-11-12", flow="I"))
    load(file_of(Dossier(street="B"), reference="2026-11-17", created="2026-11-17", flow="I"))
    (series,) = series_of(date(2026, 11, 18), 10)
    assert [step.day.day for step in series.missing] == [16, 13]


def test_the_screen_and_the_block_of_the_day_answer(load: Load, sign_in: Callable[[str], Client]) -> None:
    load(file_of(Dossier(), reference="2026-08-31", created="2026-09-05"))
    with clock.frozen(clock.at_noon(date(2026, 11, 23))):
        client = sign_in("rsa_office")
        page = client.get("/imports/caf/suite/").content.decode()
        block = client.get("/ma-journee/fichiers-caisse/").content.decode()
    assert "Il manque le fichier d’octobre 2026." in page
    assert "attendu le 10 novembre 2026" in block
