"""The gestionnaire RSA, step by step in the browser: file, columns, preview, recorded, taken back."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector

from emploi.exchanges.spreadsheets.models import Mapping, SheetFile
from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.intake.models import Run
from emploi.pathway.beneficiaries.models import Contact, Person
from tests.exchanges.spreadsheets.conftest import CLAIRE, HEADER, INES, PAUL, Rows, csv_bytes, xlsx_bytes

pytestmark = pytest.mark.django_db
Sign = Callable[[str], Client]
BAD = ("Mme", "Petit", "", "31/02/1990", "0777777", "Demandeur", "", "", "", "")


@pytest.fixture
def office_client(sign_in: Sign) -> Client:
    return sign_in("rsa_office")


@pytest.fixture(autouse=True)
def _queue() -> Iterator[None]:
    """The queue in memory, emptied by `work()`."""
    with app.replace_connector(InMemoryConnector()):
        yield


def work() -> None:
    """Does what the worker would, in this very transaction."""
    jobs = app.connector.jobs
    while jobs:
        _, job = jobs.popitem()
        app.tasks[job["task_name"]].func(**job["args"])


def hand(client: Client, content: bytes, name: str = "liste.xlsx") -> Run:
    client.post("/imports/tableurs/", {"file": SimpleUploadedFile(name, content), "received_on": ""})
    return Run.objects.latest("pk")


def confirm(client: Client, run: Run, **more: str) -> None:
    """Accepts the columns as they are guessed."""
    page = soup(client.get(f"/imports/tableurs/{run.pk}/colonnes/"))
    data = {
        s["name"]: s.find("option", selected=True)["value"]
        for s in page.select("select[name^=c]")
        if s.find("option", selected=True)
    }
    answer = client.post(f"/imports/tableurs/{run.pk}/colonnes/", {**data, "name": "", **more})
    assert answer.status_code == 302, soup(answer).get_text()
    work()


def soup(answer: object) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")  # type: ignore[attr-defined]


def text_of(client: Client, address: str) -> str:
    return " ".join(soup(client.get(address)).get_text(" ").split())


def previewed(client: Client, rows: Rows) -> Run:
    run = hand(client, xlsx_bytes(rows))
    confirm(client, run)
    run.refresh_from_db()
    assert run.status == "previewed", run.error
    return run


def recorded(client: Client, rows: Rows) -> Run:
    run = previewed(client, rows)
    client.post(f"/imports/tableurs/{run.pk}/enregistrer/", {})
    work()
    run.refresh_from_db()
    return run


def test_a_list_goes_from_the_file_to_the_people(office_client: Client) -> None:
    run = hand(office_client, xlsx_bytes([HEADER, CLAIRE, PAUL, BAD]))
    assert "10 colonnes reconnues" in text_of(office_client, f"/imports/tableurs/{run.pk}/colonnes/")
    confirm(office_client, run)
    page = text_of(office_client, f"/imports/tableurs/{run.pk}/")
    assert "Rien n’est encore enregistré" in page
    assert "Claire Martin" in page and "Créées : 2" in page and "Refusées : 1" in page
    assert Person.objects.count() == 0
    office_client.post(f"/imports/tableurs/{run.pk}/enregistrer/", {})
    work()
    run.refresh_from_db()
    assert (run.status, run.done, run.total) == ("partial", 2, 2)
    assert Person.objects.count() == 2
    assert "Annuler tout ce fichier" in text_of(office_client, f"/imports/tableurs/{run.pk}/")


def test_a_refused_line_is_corrected_before_the_decision(office_client: Client) -> None:
    run = previewed(office_client, [HEADER, CLAIRE, BAD])
    address = f"/imports/tableurs/{run.pk}/lignes/3/"
    answer = office_client.post(address, {"last_name": "Petit", "first_name": "Zoé", "birth_date": "31/02/1990"})
    assert answer.status_code == 422
    page = soup(answer)
    assert "n’existe pas dans le calendrier" in page.get_text()
    assert page.find("input", {"name": "first_name"})["value"] == "Zoé"
    office_client.post(address, {"last_name": "Petit", "first_name": "Zoé", "birth_date": "28/02/1990", "title": "Mme"})
    assert "Créées : 2" in text_of(office_client, f"/imports/tableurs/{run.pk}/")
    office_client.post(f"/imports/tableurs/{run.pk}/enregistrer/", {})
    work()
    run.refresh_from_db()
    assert run.status == "done"
    assert Person.objects.filter(first_name="Zoé").exists()


def test_a_refused_line_is_corrected_after_the_decision(office_client: Client) -> None:
    run = recorded(office_client, [HEADER, CLAIRE, BAD])
    assert run.status == "partial"
    data = {"last_name": "Petit", "first_name": "Zoé", "birth_date": "28/02/1990"}
    office_client.post(f"/imports/tableurs/{run.pk}/lignes/3/", data)
    run.refresh_from_db()
    assert (run.status, run.counters["refused"], run.counters["created"]) == ("done", 0, 2)
    assert Person.objects.filter(first_name="Zoé").exists()


def test_columns_are_corrected_and_kept_under_a_name(office_client: Client) -> None:
    rows = [("Quidam", "Prénom", "Naissance"), ("Martin", "Claire", "02/08/1978")]
    run = hand(office_client, csv_bytes(rows), "bizarre.csv")
    refused = office_client.post(f"/imports/tableurs/{run.pk}/colonnes/", {"c1": "first_name", "c2": "first_name"})
    assert refused.status_code == 422
    assert "est déjà la colonne B" in soup(refused).get_text()
    confirm(office_client, run, c0="last_name", name="Liste du pôle")
    mapping = Mapping.objects.get()
    assert (mapping.version, mapping.columns["last_name"]) == (1, "Quidam")
    other = hand(office_client, csv_bytes(rows), "bizarre2.csv")
    office_client.post(f"/imports/tableurs/{other.pk}/correspondance/", {"mapping": mapping.pk})
    assert SheetFile.objects.get(run=other).columns == {"last_name": 0, "first_name": 1, "birth_date": 2}
    confirm(office_client, other, c2="claimed_on", name="Liste du pôle")
    assert list(Mapping.objects.values_list("version", flat=True)) == [2, 1]


def test_another_sheet_and_another_row_of_titles(office_client: Client) -> None:
    book = xlsx_bytes(
        [HEADER, CLAIRE], before={"Archive": [["Liste"], ["Nom", "Prénom", "DDN"], ["X", "Y", "01/01/1980"]]}
    )
    run = hand(office_client, book)
    assert SheetFile.objects.get().sheet == "Liste"
    office_client.post(f"/imports/tableurs/{run.pk}/feuille/", {"sheet": "Archive", "header_row": "2"})
    found = SheetFile.objects.get()
    assert (found.sheet, found.header_row, found.columns) == (
        "Archive",
        2,
        {"last_name": 0, "first_name": 1, "birth_date": 2},
    )


def test_what_an_agent_typed_is_kept_and_shown_unless_told_otherwise(office_client: Client) -> None:
    from emploi.foundation.actor import Actor
    from emploi.pathway.beneficiaries.actions import correct_person

    recorded(office_client, [HEADER, INES])
    ines = Person.objects.get()
    by = Actor(kind="agent", id=1, label="Noé")
    correct_person(person_id=ines.pk, values={"birth_name": "Haddad"}, by=by, at=clock.now())
    rows = [("Nom", "Prénom", "Date de naissance", "Nom de naissance"), ("Benali", "Inès", "03/04/1990", "Ziani")]
    run = previewed(office_client, rows)
    page = text_of(office_client, f"/imports/tableurs/{run.pk}/?effet=kept")
    assert "Nom de naissance : Haddad → Ziani gardé : saisi par un agent" in page
    office_client.post(f"/imports/tableurs/{run.pk}/enregistrer/", {})
    work()
    ines.refresh_from_db()
    assert ines.birth_name == "Haddad"
    again = previewed(office_client, rows)
    office_client.post(f"/imports/tableurs/{again.pk}/enregistrer/", {"overwrite": "on"})
    work()
    ines.refresh_from_db()
    assert ines.birth_name == "Ziani"


def test_a_whole_file_is_taken_back_but_for_what_was_touched(office_client: Client) -> None:
    from emploi.foundation.actor import Actor
    from emploi.pathway.beneficiaries.actions import correct_person

    recorded(office_client, [HEADER, INES])
    run = recorded(
        office_client,
        [(*HEADER, "Droits et devoirs"), (*CLAIRE, "oui"), (*PAUL, ""), (*INES[:6], "0639981299", *INES[7:], "")],
    )
    paul = Person.objects.get(first_name="Paul")
    assert Contact.objects.filter(value="+33639981299").exists()
    with clock.frozen("2026-11-23T10:00"):
        by = Actor(kind="agent", id=1, label="Noé Gestion")
        correct_person(person_id=paul.pk, values={"title": "MR", "local_number": "X1"}, by=by, at=clock.now())
        office_client.post(f"/imports/tableurs/{run.pk}/annuler/")
        page = text_of(office_client, f"/imports/tableurs/{run.pk}/?effet=not_undone")
    assert sorted(Person.objects.values_list("first_name", flat=True)) == ["Inès", "Paul"]
    assert not Contact.objects.filter(value="+33639981299").exists()
    assert "La fiche a changé depuis" in page and "Noé Gestion" in page


def test_after_a_day_nothing_is_taken_back(office_client: Client) -> None:
    run = recorded(office_client, [HEADER, CLAIRE])
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert "Annuler tout ce fichier" not in text_of(office_client, f"/imports/tableurs/{run.pk}/")
        office_client.post(f"/imports/tableurs/{run.pk}/annuler/")
    assert Person.objects.count() == 1


def test_only_errors_are_exported_and_come_back_corrected(office_client: Client) -> None:
    evil = ("Mme", "=cmd()", "Zoé", "01/02/1990", "", "", "", "", "", "")
    run = previewed_content(office_client, csv_bytes([HEADER, CLAIRE, BAD, evil]))
    answer = office_client.post(f"/imports/tableurs/{run.pk}/erreurs.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "Petit" in lines[1] and "Prénom : il manque." in lines[1]
    assert ";'=cmd();" in lines[2]
    assert "est une formule" in lines[2]
    told = JournalEntry.objects.get(event="intake.LinesExported")
    assert (told.actor_kind, told.payload["lines"], told.payload["run_id"]) == ("agent", 2, run.pk)
    assert office_client.get(f"/imports/tableurs/{run.pk}/erreurs.csv").status_code == 405


def test_a_file_that_cannot_be_read_says_so_and_keeps_its_original(office_client: Client) -> None:
    run = hand(office_client, b"%PDF-1.4 rien", "liste.xlsx")
    assert (run.status, run.document is not None) == ("refused", True)
    assert "n’est pas un tableur" in text_of(office_client, f"/imports/tableurs/{run.pk}/")


def test_the_template_reads_itself(office_client: Client) -> None:
    answer = office_client.get("/imports/tableurs/modele.xlsx")
    run = previewed_content(office_client, answer.content)
    assert list(run.rows.values_list("reason", flat=True)) == []
    assert run.counters["created"] == 1


def previewed_content(client: Client, content: bytes) -> Run:
    run = hand(client, content)
    confirm(client, run)
    run.refresh_from_db()
    return run


@pytest.mark.parametrize("role", ["counsellor", "elected", "provider"])
def test_who_does_not_import_files_sees_none_of_it(sign_in: Sign, role: str) -> None:
    assert sign_in(role).get("/imports/tableurs/").status_code == 403


def test_the_social_security_number_is_hidden_from_who_may_not_see_it(office_client: Client, sign_in: Sign) -> None:
    run = hand(
        office_client, csv_bytes([("Nom", "Prénom", "NIR"), ("Martin", "Claire", "2 78 08 99 001 001")]), "l.csv"
    )
    administrator = sign_in("administrator")
    assert "2 78 08" in text_of(office_client, f"/imports/tableurs/{run.pk}/colonnes/")
    assert "2 78 08" not in text_of(administrator, f"/imports/tableurs/{run.pk}/colonnes/")


def test_the_preview_asks_as_much_of_the_database_for_one_line_as_for_forty(
    office_client: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    many = [
        (*CLAIRE[:2], f"Zo{chr(97 + n % 26) * (1 + n // 26)}", *CLAIRE[3:4], "", *CLAIRE[5:7], "", "", "")
        for n in range(40)
    ]
    run = previewed(office_client, [HEADER, *many])
    with django_assert_max_num_queries(30):
        office_client.get(f"/imports/tableurs/{run.pk}/")
