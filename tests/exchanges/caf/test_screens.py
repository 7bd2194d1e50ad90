"""The gestionnaire RSA's screen: a waiting file read, previewed, applied; a bad one understood and repaired."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emploi.exchanges.caf import inbox, tasks
from emploi.exchanges.caf.showing import shown
from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.intake import workflow
from emploi.foundation.intake.models import Change, Row, Run
from emploi.pathway.beneficiaries.models import Contact, Entry, Household
from emploi.territory.agents.roles import Role
from tests.exchanges.caf.builder import Dossier, Someone, closed, file_of, many
from tests.exchanges.caf.conftest import BY
from tests.exchanges.caf.test_contacts_file import HEADING, LINE
from tests.exchanges.caf.test_import import NEXT, vars_of

pytestmark = pytest.mark.django_db
BAD = Dossier(claim="00000066099").xml().replace("<NATPREST>RSA<", "<NATPREST>RSAAAA<")


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The worker, doing at once what it is asked."""
    asked: list[str] = []
    for name in ("preview", "apply", "apply_contacts"):
        task = getattr(tasks, name)

        def at_once(task: Any = task, name: str = name, **arguments: Any) -> None:
            asked.append(name)
            task(**arguments)

        monkeypatch.setattr(task, "defer", at_once)
    return asked


@pytest.fixture
def office_client(sign_in: Callable[[str], Client]) -> Client:
    return sign_in(Role.RSA_OFFICE)


def deposit(client: Client, content: bytes, name: str = "rsabem.xml", **fields: str) -> Any:
    upload = SimpleUploadedFile(name, content, content_type="text/xml")
    return client.post("/imports/caf/", {"file": upload, **fields}, follow=True)


def text_of(response: Any) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def test_a_file_is_previewed_before_anything_is_recorded(office_client: Client, worker: list[str]) -> None:
    page = deposit(office_client, file_of(*many(3)))
    run = Run.objects.get()
    assert page.redirect_chain[-1][0] == f"/imports/caf/{run.pk}/"
    said = text_of(page)
    assert "Rien n’est encore enregistré" in said
    assert "3 dossiers créés" in said
    assert "reprise du stock" in said
    assert (worker, run.status, Household.objects.count()) == (["preview"], workflow.PREVIEWED, 0)


def test_the_preview_names_who_comes_in_and_who_leaves(office_client: Client, load: Callable[..., Any]) -> None:
    one, two, three = many(3)
    load(file_of(one, two, three))
    newcomer = Dossier(claim="00000077099", people=(Someone("NORINE", nir=""),))
    gone = Dossier(**{**vars_of(one), "state": "5", "situation": closed("RFD")})
    deposit(office_client, file_of(gone, two, three, newcomer, **NEXT))
    run = Run.objects.latest("pk")
    address = f"/imports/caf/{run.pk}/"
    assert "Norine Virelange 00000077099 Première entrée" in text_of(office_client.get(address))
    assert "Fin du droit au RSA" in text_of(office_client.get(f"{address}?effet=exit"))
    changed = text_of(office_client.get(f"{address}?effet=updated"))
    assert "Droit ouvert et versable → Droit clos (Radié fin de droit)" in changed
    assert Entry.objects.filter(is_stock=False).count() == 0


def test_once_applied_the_report_says_it_and_the_preview_is_forgotten(office_client: Client, worker: list[str]) -> None:
    deposit(office_client, file_of(*many(2), BAD))
    run = Run.objects.get()
    page = office_client.post(f"/imports/caf/{run.pk}/appliquer/", {"received_on": "2026-11-06"}, follow=True)
    run.refresh_from_db()
    assert (run.status, run.received_on) == (workflow.PARTIAL, date(2026, 11, 6))
    assert Household.objects.count() == 2
    assert Change.objects.count() == 0
    said = text_of(page)
    assert "2 dossiers créés" in said
    assert "Le rôle" not in said
    assert "La balise NATPREST" in said
    assert worker == ["preview", "apply"]
    assert JournalEntry.objects.filter(event="intake.RunFinished").count() == 1
    # Asked a second time (two agents, two tabs): nothing more.
    again = office_client.post(f"/imports/caf/{run.pk}/appliquer/", {"received_on": "2026-11-06"}, follow=True)
    assert "n’attend plus de décision" in text_of(again)
    assert worker == ["preview", "apply"]


def test_a_refused_dossier_is_read_replayed_and_downloaded(
    office_client: Client, sign_in: Callable[[str], Client]
) -> None:
    deposit(office_client, file_of(*many(1), BAD))
    run = Run.objects.get()
    office_client.post(f"/imports/caf/{run.pk}/appliquer/", {"received_on": "2026-11-06"})
    row = Row.objects.get()
    address = f"/imports/{run.pk}/lignes/{row.number}/"
    seen = office_client.get(address).content.decode()
    assert "&lt;NIR&gt;2850499990123&lt;/NIR&gt;" in seen
    # The administrator may repair files, not read NIR.
    hidden = sign_in(Role.ADMINISTRATOR).get(address).content.decode()
    assert "2850499990123" not in hidden
    assert "205599000000000" not in hidden
    still = office_client.post(f"{address}rejouer/", follow=True)
    assert "encore refusée" in text_of(still)
    assert row.attempts.get().by_label != ""
    sheet = b"".join(office_client.post(f"/imports/{run.pk}/lignes-refusees.csv").streaming_content).decode("utf-8-sig")
    assert sheet.splitlines()[0].split(";")[:2] == ["Rang dans le fichier", "Identifiant"]
    assert "00000066099" in sheet


def test_replaying_everything_settles_the_run(office_client: Client) -> None:
    from emploi.foundation.intake.sealing import seal

    deposit(office_client, file_of(*many(1), BAD))
    run = Run.objects.get()
    office_client.post(f"/imports/caf/{run.pk}/appliquer/", {"received_on": "2026-11-06"})
    Row.objects.update(raw=seal(Dossier(claim="00000066099").xml().encode()))
    page = office_client.post(f"/imports/{run.pk}/rejouer/", follow=True)
    assert "1 ligne reprise, 0 encore refusée." in text_of(page)
    run.refresh_from_db()
    assert (run.status, Household.objects.count()) == (workflow.DONE, 2)


def test_a_file_of_the_folder_is_taken_out_of_it(office_client: Client, settings: Any) -> None:
    path = Path(settings.INBOX_DIR) / "RSABEM.xml"
    path.write_bytes(file_of(*many(2)))
    (Path(settings.INBOX_DIR) / "en-cours.part").write_bytes(b"<")
    page = text_of(office_client.get("/imports/caf/"))
    assert "RSABEM.xml" in page
    assert "en-cours.part" not in page
    office_client.post("/imports/caf/attente/", {"name": "RSABEM.xml"})
    assert not path.exists()
    assert Run.objects.get().status == workflow.PREVIEWED
    late = office_client.post("/imports/caf/attente/", {"name": "RSABEM.xml"}, follow=True)
    assert "n'attend plus" in text_of(late)


@pytest.mark.parametrize("name", ["../secret.xml", "/etc/passwd", "..", "", "lien.xml"])
def test_no_name_leads_out_of_the_folder(name: str, office_client: Client, settings: Any) -> None:
    secret = Path(settings.INBOX_DIR).parent / "secret.xml"
    secret.write_bytes(b"<Racine/>")
    (Path(settings.INBOX_DIR) / "lien.xml").symlink_to(secret)
    office_client.post("/imports/caf/attente/", {"name": name})
    assert secret.exists()
    assert Run.objects.count() == 0
    assert inbox.waiting() == []


def test_a_refused_folder_says_why_and_an_absent_one_is_empty(office_client: Client, settings: Any) -> None:
    folder = Path(settings.INBOX_DIR)
    folder.chmod(0o777)
    assert "Tout le monde peut écrire" in text_of(office_client.get("/imports/caf/"))
    folder.rmdir()
    assert "Aucun fichier n’attend" in text_of(office_client.get("/imports/caf/"))
    folder.write_bytes(b"")
    assert "n'est pas un dossier" in text_of(office_client.get("/imports/caf/"))


def test_a_contact_file_is_recognised_and_applied(office_client: Client, load: Callable[..., Any]) -> None:
    load(file_of(Dossier()))
    page = deposit(office_client, f"{HEADING}\n{LINE}\n".encode("cp1252"), "contacts.csv")
    assert "3 coordonnées ajoutées" in text_of(page)
    assert Contact.objects.count() == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Ce fichier est vide"),
        (b"bonjour", "n'est pas un fichier XML"),
        (file_of(*many(2))[:1500], "coupé"),
        (file_of(Dossier(department="038")), "adressé au Département « 038 »"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(content: bytes, words: str, office_client: Client) -> None:
    page = deposit(office_client, content, received_on="2026-11-04")
    assert words in text_of(page)
    assert Household.objects.count() == 0
    if not content:
        # What was typed is still there.
        assert page.status_code == 422
        assert 'value="2026-11-04"' in page.content.decode()


def test_a_date_in_the_future_is_refused_without_losing_the_preview(office_client: Client) -> None:
    deposit(office_client, file_of(*many(1)))
    run = Run.objects.get()
    page = office_client.post(f"/imports/caf/{run.pk}/appliquer/", {"received_on": "2027-01-01"})
    assert page.status_code == 422
    assert "Cette date est dans le futur." in text_of(page)
    assert Household.objects.count() == 0


def test_a_file_given_up_leaves_nothing(office_client: Client) -> None:
    deposit(office_client, file_of(*many(1)))
    run = Run.objects.get()
    page = office_client.post(f"/imports/{run.pk}/abandonner/", follow=True)
    assert "rien n'a été enregistré" in text_of(page)
    run.refresh_from_db()
    assert (run.status, Household.objects.count(), Change.objects.count()) == (workflow.CANCELLED, 0, 0)


def test_progress_is_told_while_it_runs_and_the_page_is_refreshed_after(office_client: Client) -> None:
    run = Run.objects.create(
        kind="caf", file_name="f.xml", sha256="", size=1, status=workflow.WAITING, created_at="2026-11-23T09:00+01:00",
        created_by_kind="agent", created_by_label="Noé", total=1000, done=250, elapsed_ms=500, phase="applying",
    )  # fmt: skip
    answer = office_client.get(f"/imports/{run.pk}/avancement/")
    assert "500 par seconde, encore 2 s" in text_of(answer)
    assert "HX-Refresh" not in answer
    Run.objects.update(status=workflow.DONE)
    assert office_client.get(f"/imports/{run.pk}/avancement/")["HX-Refresh"] == "true"


def test_a_run_whose_process_died_offers_to_go_on(office_client: Client, worker: list[str]) -> None:
    deposit(office_client, file_of(*many(2)))
    Run.objects.update(status=workflow.RUNNING, phase="applying", approved_at=clock.now())
    run = Run.objects.get()
    page = text_of(office_client.get(f"/imports/{run.pk}/"))
    assert "Le traitement s’est arrêté avant la fin" in page
    office_client.post(f"/imports/{run.pk}/reprendre/")
    run.refresh_from_db()
    assert (run.status, Household.objects.count(), worker[-1]) == (workflow.DONE, 2, "apply")


def test_a_preview_that_died_is_previewed_again_never_applied(office_client: Client, worker: list[str]) -> None:
    deposit(office_client, file_of(*many(2)))
    Run.objects.update(status=workflow.RUNNING, phase="previewing")
    run = Run.objects.get()
    office_client.post(f"/imports/{run.pk}/reprendre/")
    run.refresh_from_db()
    assert (run.status, Household.objects.count(), worker[-1]) == (workflow.PREVIEWED, 0, "preview")


def test_a_file_waiting_for_nobody_can_be_asked_for_again(office_client: Client, worker: list[str]) -> None:
    deposit(office_client, file_of(*many(2)))
    run = Run.objects.get()
    Run.objects.update(status=workflow.WAITING)  # the worker was killed before it began
    assert "demander à nouveau" in text_of(office_client.get(f"/imports/caf/{run.pk}/"))
    office_client.post(f"/imports/{run.pk}/reprendre/")
    run.refresh_from_db()
    assert (run.status, worker) == (workflow.PREVIEWED, ["preview", "preview"])


def test_the_worker_notices_the_runs_whose_process_died(office_client: Client) -> None:
    deposit(office_client, file_of(*many(1)))
    Run.objects.update(status=workflow.RUNNING)
    tasks.notice_interruptions()
    assert Run.objects.get().status == workflow.INTERRUPTED


def test_who_may_not_import_sees_nothing(sign_in: Callable[[str], Client], load: Callable[..., Any]) -> None:
    load(file_of(*many(1)))
    run = Run.objects.get()
    stranger = sign_in(Role.COUNSELLOR)
    for address in ("/imports/", "/imports/caf/", f"/imports/{run.pk}/", f"/imports/{run.pk}/lignes-refusees.csv"):
        assert stranger.get(address).status_code == 403
    assert stranger.post(f"/imports/caf/{run.pk}/appliquer/").status_code == 403
    original = f"/documents/{run.document.uuid}/" if run.document else ""
    assert stranger.get(original).status_code == 403


def test_the_original_is_downloaded_by_who_imports_and_reads_all_that_it_holds(
    office_client: Client, sign_in: Callable[[str], Client], load: Callable[..., Any]
) -> None:
    content = file_of(*many(2))
    load(content)
    run = Run.objects.get()
    assert run.document is not None
    answer = sign_in(Role.HEAD_OF_SERVICE).get(f"/documents/{run.document.uuid}/")
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Disposition"].startswith("attachment")
    for other in (sign_in(Role.ADMINISTRATOR), office_client):  # without the NIR, without health
        assert other.get(f"/documents/{run.document.uuid}/").status_code == 403
        assert "Télécharger l’original" not in text_of(other.get(f"/imports/{run.pk}/"))


def test_the_list_asks_the_same_number_of_questions_whatever_its_length(
    office_client: Client, load: Callable[..., Any]
) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert office_client.get("/imports/").status_code == 200
        return len(caught)

    load(file_of(*many(1)))
    questions()  # what a session asks once
    few = questions()
    for month in range(1, 6):
        load(file_of(*many(2), reference=f"2026-0{month}-28", created=f"2026-0{month + 1}-05"))
    assert questions() == few
    assert BY.label in text_of(office_client.get(f"/imports/{Run.objects.latest('pk').pk}/"))


def test_numbers_of_people_are_hidden_in_what_is_shown() -> None:
    class Nobody:
        def can(self, permission: str) -> bool:
            return False

    raw = b"<Organisme><MATRICULE>2850499990123</MATRICULE></Organisme><NIR>2850499990123</NIR>"
    assert "28504" not in shown(raw, Nobody())
    assert "28504" not in shown(b"MATRICULE;NIR\n285049999012312;2850499990123\n", Nobody())
    assert shown(b"<A><B>un</B><C/></A>", Nobody()) == "<A>\n  <B>un</B>\n  <C/>\n</A>"
    assert shown(b"<A><B", Nobody()) == "<A>\n<B"


@pytest.mark.parametrize("cut", [0, 30])
def test_a_refused_dossier_hides_health_from_the_office_even_when_it_is_cut(cut: int) -> None:
    raw = (
        b"<Personne><Activite><ACT>HAN</ACT></Activite><Ressources><NATRESS>001</NATRESS></Ressources>"
        b"<Grossesse><DDGRO>2026-08-01</DDGRO></Grossesse></Personne>"
    )
    text = raw[: len(raw) - cut]
    office, support = shown(text, FakeAgent("see_nir")), shown(text, FakeAgent("see_nir", "see_health"))
    assert "HAN" in support
    assert "2026-08" in support
    assert "HAN" not in office
    assert "2026-08" not in office
    assert "<NATRESS>001" in office


class FakeAgent:
    """Somebody who may do what is said, nothing else."""

    def __init__(self, *permissions: str) -> None:
        self.permissions = permissions

    def can(self, permission: str) -> bool:
        return permission in self.permissions
