"""The register of information (DIS-085): noted on a phone, counted by commune and month, naming nobody."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.audit.writing import acting
from emploi.pathway.beneficiaries.actions import apply_households
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.outreach.models import Information
from emploi.pathway.outreach.rules import refusal_of_note
from emploi.territory.geography.models import Commune
from tests.pathway.beneficiaries.builders import file, household
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.usefixtures("rules")

LINE: dict[str, Any] = {
    "held_on": "2026-11-20",
    "kind": "individual",
    "commune": "99001",
    "people": "1",
    "topics": ["rsa", "claim"],
    "outcome": "claim_filed",
}
MEETING = {**LINE, "kind": "collective", "people": "14", "claims_filed": "3", "place": "Centre social"}


@pytest.fixture
def worker(as_role: Callable[..., Client]) -> Client:
    return as_role("social_worker")


class TestNote:
    def test_a_contact_that_ends_in_a_claim_counts_one(self, worker: Client) -> None:
        answer = worker.post("/acces-aux-droits/noter/", LINE)
        assert answer.headers["Location"] == "/acces-aux-droits/"
        line = Information.objects.get()
        assert (line.people, line.claims_filed, line.topics) == (1, 1, ["rsa", "claim"])
        assert JournalEntry.objects.filter(event="outreach.InformationRecorded").count() == 1

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"commune": ""}, "Choisissez la commune."),
            ({"topics": []}, "Cochez au moins un sujet."),
            ({"outcome": ""}, "Choisissez ce qui a suivi."),
            ({"people": "0"}, "Indiquez au moins une personne."),
            ({"people": "beaucoup"}, "Écrivez un nombre, par exemple 12."),
            ({"held_on": "2026-11-24"}, "Cette date est dans le futur"),
            ({"held_on": "31/31/2026"}, "Cette date n’existe pas"),
            ({"kind": "collective", "people": "3", "claims_filed": "4"}, "plus de demandes que de personnes"),
            ({"kind": "collective", "people": "3"}, "Indiquez combien de demandes ont été déposées"),
            ({"note": "Voir Mme D., 06 12 34 56 78"}, "N’écrivez ni téléphone ni courriel"),
        ],
    )
    def test_a_mistake_is_said_and_nothing_typed_is_lost(
        self, worker: Client, change: dict[str, Any], sentence: str
    ) -> None:
        answer = worker.post("/acces-aux-droits/noter/", {**LINE, "place": "Marché de Bourg", **change})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert sentence in page
        assert 'value="Marché de Bourg"' in page
        assert not Information.objects.exists()

    @pytest.mark.parametrize(
        ("note", "is_refused"),
        [
            ("2 88 04 26 123 456 78", True),
            ("2880426123456", True),
            ("amina@exemple.fr", True),
            ("+33612345678", True),
            ("Douze chaises, dépliants à refaire en 2027", False),
        ],
    )
    def test_the_note_names_nobody(self, note: str, is_refused: bool) -> None:
        assert bool(refusal_of_note(note)) is is_refused

    def test_words_of_health_are_asked_about_then_kept_with_a_trace(self, worker: Client) -> None:
        typed = {**LINE, "note": "Stand tenu avec la maison de santé"}
        refused = worker.post("/acces-aux-droits/noter/", typed)
        assert refused.status_code == 422
        assert "Stand tenu avec la maison de santé" in refused.content.decode()
        box = "note__garder"
        assert box in refused.content.decode()
        assert not JournalEntry.objects.filter(event="audit.HealthWordsKept").exists()
        # Another mistake in the same form: confirmed, yet nothing is recorded, nothing is traced.
        assert worker.post("/acces-aux-droits/noter/", {**typed, box: "on", "people": "0"}).status_code == 422
        assert not JournalEntry.objects.filter(event="audit.HealthWordsKept").exists()
        assert worker.post("/acces-aux-droits/noter/", {**typed, box: "on"}).status_code == 302
        kept = JournalEntry.objects.get(event="audit.HealthWordsKept")
        assert kept.payload == {"fields": "Remarque", "page": "/acces-aux-droits/noter/"}
        assert kept.actor_kind == "agent"
        assert "Remarque" in sentence_of(kept)

    def test_a_social_security_number_is_refused_whatever_is_ticked(self, worker: Client) -> None:
        typed = {**LINE, "place": "chez 2 88 04 26 123 456 78", "place__garder": "on"}
        assert worker.post("/acces-aux-droits/noter/", typed).status_code == 422
        assert not Information.objects.exists()


class TestRegister:
    @pytest.fixture
    def lines(self, worker: Client) -> None:
        with acting(BY):
            Commune.objects.create(code="99002", name="Aval", name_sort="aval", department_code="99")
        worker.post("/acces-aux-droits/noter/", LINE)
        worker.post("/acces-aux-droits/noter/", {**MEETING, "commune": "99002", "held_on": "2026-10-03"})
        worker.post("/acces-aux-droits/noter/", {**LINE, "outcome": "informed", "kind": "phone"})

    def test_totals_follow_the_filters(self, worker: Client, lines: None) -> None:
        page = worker.get("/acces-aux-droits/").content.decode()
        assert "16 personnes informées" in page
        assert "4 demandes de RSA déposées" in page
        assert page.index('?commune=99002">Aval') < page.index('?commune=99001">Exempleville')
        assert page.index("novembre 2026") < page.index("octobre 2026")
        page = worker.get("/acces-aux-droits/", {"commune": "99002"}).content.decode()
        assert "14 personnes informées" in page
        page = worker.get("/acces-aux-droits/", {"since": "2026-11-01", "outcome": "claim_filed"}).content.decode()
        assert "1 personne informée" in page

    def test_the_export_follows_them_too_and_asks_for_its_right(
        self, worker: Client, lines: None, as_role: Callable[..., Client]
    ) -> None:
        assert worker.get("/acces-aux-droits/export/").status_code == 403
        answer = as_role("rsa_office").get("/acces-aux-droits/export/", {"kind": "collective"})
        rows = b"".join(answer.streaming_content).decode("utf-8-sig").strip().splitlines()
        assert len(rows) == 2
        assert "Réunion collective" in rows[1]
        assert "Centre social" in rows[1]

    def test_questions_do_not_move_with_lines(self, worker: Client, lines: None) -> None:
        worker.get("/acces-aux-droits/")
        with CaptureQueriesContext(connection) as few:
            worker.get("/acces-aux-droits/")
        for _ in range(5):
            worker.post("/acces-aux-droits/noter/", MEETING)
        with CaptureQueriesContext(connection) as many:
            worker.get("/acces-aux-droits/")
        assert len(many) == len(few) <= 25

    def test_a_line_is_corrected_or_taken_out_with_a_reason(self, worker: Client, lines: None) -> None:
        line = Information.objects.get(kind="collective")
        worker.post(f"/acces-aux-droits/{line.pk}/corriger/", {**MEETING, "people": "20"})
        line.refresh_from_db()
        assert (line.people, line.held_on) == (20, date(2026, 11, 20))
        assert worker.post(f"/acces-aux-droits/{line.pk}/retirer/", {"reason": ""}).status_code == 422
        worker.post(f"/acces-aux-droits/{line.pk}/retirer/", {"reason": "Notée deux fois"})
        assert "2 personnes informées" in worker.get("/acces-aux-droits/").content.decode()
        assert worker.get(f"/acces-aux-droits/{line.pk}/").status_code == 404

    @pytest.mark.parametrize("role", ["orientation_officer", "rsa_office", "counsellor", "head_of_service"])
    def test_who_keeps_it(self, as_role: Callable[..., Client], role: str) -> None:
        assert as_role(role).get("/acces-aux-droits/").status_code == 200

    @pytest.mark.parametrize("role", ["steering", "elected", "provider", "administrator", "dpo"])
    def test_who_does_not(self, as_role: Callable[..., Client], role: str) -> None:
        assert as_role(role).get("/acces-aux-droits/").status_code == 403


class TestPerson:
    @pytest.fixture
    def amina(self, at: datetime) -> Person:
        apply_households([household()], file=file(), by=BY, at=at)
        return Person.objects.get()

    def test_once_she_has_entered_her_line_is_tied_to_her(self, worker: Client, amina: Person) -> None:
        worker.post("/acces-aux-droits/noter/", LINE)
        line = Information.objects.get()
        found = worker.get(f"/acces-aux-droits/{line.pk}/", {"q": "bensaid"}).content.decode()
        assert f"C’est {amina.full_name}" in found
        worker.post(f"/acces-aux-droits/{line.pk}/personne/", {"person": str(amina.pk)})
        assert (
            "Information individuelle du 20" in worker.get(f"/personnes/{amina.pk}/acces-aux-droits/").content.decode()
        )
        assert JournalEntry.objects.filter(person_id=amina.pk, event="outreach.InformationLinked").exists()

    def test_a_meeting_belongs_to_nobody(self, worker: Client, amina: Person) -> None:
        worker.post("/acces-aux-droits/noter/", MEETING)
        line = Information.objects.get()
        answer = worker.post(f"/acces-aux-droits/{line.pk}/personne/", {"person": str(amina.pk)}, follow=True)
        assert "ne se rattache pas à une seule personne" in answer.content.decode()
        line.refresh_from_db()
        assert line.person is None
