"""The screens of the exchanges with France Travail, and who opens them."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector

from emploi.exchanges.spreadsheets.models import Mapping, SheetFile
from emploi.foundation.intake.models import Run
from emploi.pathway.beneficiaries.actions import FranceTravailFacts, tell_france_travail
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.facts import FranceTravailSaid, FranceTravailSource, ReceiptSaid, RecommendationSaid
from emploi.pathway.orientation.models import Decision, DepartureReason, Transmission
from tests.exchanges.france_travail.conftest import CLAIRE, PAUL, TITLES, entry_of, said
from tests.exchanges.spreadsheets.conftest import csv_bytes
from tests.exchanges.spreadsheets.test_screens import confirm, soup, work
from tests.pathway.orientation.cast import MORNING, SYSTEM, World, decided, entrant, make_world, ready_to_orient
from tests.pathway.orientation.test_reorientation import LATER, followed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _worker() -> Iterator[None]:
    with app.replace_connector(InMemoryConnector()):
        yield


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def browser(agent: object) -> Client:
    client = Client()
    client.force_login(agent)  # type: ignore[arg-type]
    return client


def text_of(answer: object) -> str:
    return " ".join(soup(answer).get_text(" ").split())


def page(client: Client, name: str, *args: object, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return text_of(answer)


def recommended(entry: object, path: str = "social", **values: object) -> None:
    """France Travail recommends a pathway for the person of an entry."""
    what = RecommendationSaid(recommended_on=date(2026, 11, 20), legal_path=path, body_name="FT Nord", **values)  # type: ignore[arg-type]
    line = FranceTravailSaid(line=1, person_id=entry.person_id, name="x", recommendations=(what,))  # type: ignore[attr-defined]
    source = FranceTravailSource("ft.csv", date(2026, 11, 21), 1)
    actions.learn(rows=[line], source=source, by=SYSTEM, at=MORNING)


def test_the_office_deposits_previews_records_and_the_columns_chosen_are_kept(
    sign_in: Callable[[str], Client], people: dict[str, Person]
) -> None:
    office = sign_in("rsa_office")
    content = csv_bytes([TITLES, said(CLAIRE, followed="oui"), said(PAUL, followed="peut-être")])
    file = SimpleUploadedFile("ft.csv", content, "text/csv")
    assert "aucun fichier enregistré" in page(office, "france_travail:home")
    answer = office.post(reverse("france_travail:home"), {"file": file, "received_on": "2026-11-20"})
    run = Run.objects.latest("pk")
    assert answer.url == reverse("spreadsheets:columns", args=[run.pk])
    assert "à confirmer avec France Travail" in page(office, "spreadsheets:columns", run.pk)
    confirm(office, run, name="Fichier hebdomadaire")
    assert Mapping.objects.get().content == "france_travail"
    assert entry_of(people["Claire"]).france_travail_followed is None
    shown = page(office, "spreadsheets:run", run.pk)
    assert "Suivi par France Travail : oui" in shown
    office.post(reverse("spreadsheets:apply", args=[run.pk]))
    work()
    assert entry_of(people["Claire"]).france_travail_followed is True
    home = page(office, "france_travail:home")
    assert "reçu le 20 novembre 2026, il y a 3 jours" in home
    assert "1 ligne refusée" in home
    assert "peut-être" in page(office, "spreadsheets:run", run.pk, query="?effet=refused")
    assert SheetFile.objects.get(run=run).content == "france_travail"


def test_who_may_bring_files_and_who_sees(sign_in: Callable[[str], Client]) -> None:
    home, people_page = reverse("france_travail:home"), reverse("orientation:france_travail")
    for role, brings, sees in (("rsa_office", 200, 200), ("administrator", 200, 403), ("orientation_officer", 403, 200),
                               ("provider", 403, 200), ("elected", 403, 403)):  # fmt: skip
        client = sign_in(role)
        assert (client.get(home).status_code, client.get(people_page).status_code) == (brings, sees), role


def test_models_of_the_files_can_be_read_back(sign_in: Callable[[str], Client]) -> None:
    office = sign_in("rsa_office")
    for name in ("template", "receipts_template"):
        content = b"".join(office.get(reverse(f"france_travail:{name}", args=["csv"])).streaming_content)
        assert "Nom" in content.decode("utf-8-sig").splitlines()[0]
    assert office.get(reverse("france_travail:template", args=["pdf"])).status_code == 404


def test_the_recommendation_is_read_in_the_interview_on_the_person_and_by_the_rules(world: World) -> None:
    held = ready_to_orient(world)
    recommended(held.entry)
    officer = browser(world.officer)
    words = "France Travail recommande le parcours social"
    assert words in page(officer, "orientation:orientation", held.pk)
    assert "chez FT Nord" in page(officer, "orientation:decide_for", held.entry_id)
    assert words in page(officer, "orientation:card", held.person_id)
    held.entry.refresh_from_db()
    facts = queries.facts_of(held.entry).values
    assert facts["entry.france_travail_path_social"].value is True
    assert facts["entry.france_travail_path_professionnel"].value is False
    assert not Decision.objects.exists()


def test_a_departure_is_written_once_and_leaves_with_the_decision(world: World) -> None:
    entry = entrant()
    recommended(entry)
    decision = decided(world, ready_to_orient(world, entry))
    officer, office = browser(world.officer), browser(world.office)
    listed = page(officer, "orientation:france_travail", query="?liste=ecarts")
    assert "recommandait : parcours social" in listed
    address = reverse("orientation:departure", args=[decision.pk])
    refused = officer.post(address, {"text": "Elle soigne sa dépression."})
    assert refused.status_code == 422
    assert "Elle soigne sa dépression." in refused.content.decode()
    officer.post(address, {"text": "Une promesse d’embauche."})
    assert DepartureReason.objects.get().text == "Une promesse d’embauche."
    assert "Une promesse d’embauche." in page(office, "orientation:transmission")
    file = b"".join(office.get(reverse("orientation:transmission_file", args=["csv"])).streaming_content).decode(
        "utf-8-sig"
    )
    assert "Parcours social, le 20/11/2026;Une promesse d’embauche." in file
    assert office.get(reverse("orientation:transmission_file", args=["xlsx"])).status_code == 200
    assert browser(world.provider_agent).get(address).status_code == 403


def test_a_sending_is_listed_read_again_and_undone(world: World) -> None:
    decision = decided(world, ready_to_orient(world))
    office = browser(world.office)
    office.post(reverse("orientation:transmission"), {"on": "2026-11-23", "decision": [decision.pk]})
    sending = Transmission.objects.get()
    assert f"Envoi {sending.pk} du 23 novembre 2026" in page(office, "orientation:sendings")
    export = office.get(reverse("orientation:sending_export", args=[sending.pk, "csv"]))
    assert f";{decision.pk};{sending.pk}" in b"".join(export.streaming_content).decode("utf-8-sig")
    address = reverse("orientation:sending", args=[sending.pk])
    assert office.post(address, {"reason": ""}).status_code == 422
    assert office.post(address, {"reason": "Le fichier n’est pas parti"}).status_code == 302
    assert decision in queries.unsent_decisions()
    assert "Le fichier n’est pas parti" in page(office, "orientation:sending", sending.pk)


def test_a_decision_france_travail_took_after_six_weeks_is_recorded_as_its_own_and_late(world: World) -> None:
    entry = entrant(opened_on=date(2026, 9, 1))
    recommended(entry, is_decision=True)
    officer = browser(world.officer)
    assert "a décidé le 20 novembre 2026" in page(officer, "orientation:france_travail", query="?liste=decisions")
    assert "délai passé depuis" in page(officer, "orientation:france_travail", query="?liste=delai")
    modality = world.modality("emploi_direct")
    answer = officer.post(
        reverse("orientation:decide_for", args=[entry.pk]),
        {"voie": modality.slug, "basis": "on_file", "decider": "france_travail", "decided_on": "2026-11-20",
         "responsible_organization": world.france_travail.pk, "previous": "", "opinion": "no_opinion"},
    )  # fmt: skip
    assert answer.status_code == 302, text_of(answer)
    decision = Decision.objects.get()
    assert (decision.decider, decision.ground, decision.to_transmit) == ("france_travail", "par France Travail", False)
    met = Deadline.objects.get(entry=entry, kind=DeadlineKind.ORIENTATION_SIX_WEEKS)
    assert met.met_on is not None
    assert met.met_on > met.due_on
    assert "Personne dans cette liste" in page(officer, "orientation:france_travail", query="?liste=decisions")


def test_a_decision_already_replaced_never_leaves_after_the_one_in_force(world: World) -> None:
    first = decided(world, ready_to_orient(world))
    by = world.officer.as_actor()
    actions.mark_transmitted(decision_ids=[first.pk], on=MORNING.date(), by=by, at=MORNING)
    second = followed(world, first)
    actions.mark_transmitted(decision_ids=[second.pk], on=LATER.date(), by=by, at=LATER)
    for decision, accepted in ((first, False), (second, True)):
        said = ReceiptSaid(line=1, decision_id=decision.pk, is_accepted=accepted, answered_on=LATER.date())
        actions.read_receipts(rows=[said], run_id=1, by=SYSTEM, at=LATER)
    first.refresh_from_db()
    assert first.transmitted_on is None
    assert list(queries.unsent_decisions()) == []
    office = browser(world.office)
    assert "Tout est transmis" in page(office, "orientation:transmission")
    assert "Remplacée avant d’être transmise" in page(browser(world.officer), "orientation:decision", first.pk)
    office.post(reverse("orientation:transmission"), {"on": "2026-11-23", "decision": [first.pk]})
    first.refresh_from_db()
    assert first.transmitted_on == date(2026, 11, 23), "it had left with the file"


def test_its_decision_is_recorded_though_no_delay_of_ours_has_passed(world: World) -> None:
    entry = entrant(opened_on=date(2026, 11, 16))
    recommended(entry, is_decision=True)
    officer = browser(world.officer)
    address = reverse("orientation:decide_for", args=[entry.pk])
    shown = soup(officer.get(address))
    assert "France Travail a décidé, le 20 novembre 2026 : parcours social" in " ".join(shown.get_text(" ").split())
    assert shown.select_one(f"a[href='{address}?voie=appui_social']") is not None
    chosen = soup(officer.get(f"{address}?voie=appui_social"))
    assert chosen.select_one("input[name=decider][value=france_travail]").has_attr("checked")
    assert chosen.select_one("input[name=decided_on]")["value"] == "2026-11-20"
    assert chosen.select_one("input[name=knows_it_is_late]") is None
    answer = officer.post(
        address,
        {"voie": "appui_social", "decider": "france_travail", "decided_on": "2026-11-20", "opinion": "no_opinion",
         "responsible_organization": world.department.pk, "previous": ""},
    )  # fmt: skip
    assert answer.status_code == 302, text_of(answer)
    decision = Decision.objects.get()
    assert (decision.decider, decision.decided_on) == ("france_travail", date(2026, 11, 20))
    assert "enregistrée par Claire Martin" in decision.delegation


def test_nobody_is_offered_a_decision_france_travail_has_not_taken(world: World) -> None:
    entry = entrant(opened_on=date(2026, 11, 16))
    recommended(entry)
    chosen = soup(browser(world.officer).get(reverse("orientation:decide_for", args=[entry.pk]) + "?voie=appui_social"))
    assert chosen.select_one("input[name=decider]") is None


def test_ten_times_more_people_cost_no_more_queries(world: World) -> None:
    def asked(name: str, query: str = "") -> int:
        client = browser(world.office)
        client.get(reverse(name) + query)
        with CaptureQueriesContext(connection) as found:
            client.get(reverse(name) + query)
        return len(found)

    pages = [("orientation:transmission", ""), ("france_travail:home", ""), ("orientation:sendings", "")]
    pages += [
        ("orientation:france_travail", f"?liste={slug}") for slug in ("recommandations", "ecarts", "suivis", "delai")
    ]

    def add(count: int) -> None:
        for n in range(count):
            entry = entrant(f"A{n}", "Benali")
            recommended(entry)
            if n % 2:
                actions_at = MORNING + timedelta(hours=n)
                tell = FranceTravailFacts(followed=True, path="social", path_on=date(2026, 11, 20))
                tell_france_travail(person_id=entry.person_id, told=tell, by=SYSTEM, at=actions_at)
                decided(world, ready_to_orient(world, entry))

    add(2)
    few = [asked(*one) for one in pages]
    add(10)
    assert [asked(*one) for one in pages] == few


def test_each_counter_of_what_waits_opens_the_list_it_counts(world: World, sign_in: Callable[[str], Client]) -> None:
    by, on = world.office.as_actor(), date(2026, 11, 23)
    refused, waiting, unsent = (decided(world, ready_to_orient(world, entrant(f"A{n}", "Benali"))) for n in range(3))
    for one in (refused, waiting):
        actions.mark_transmitted(decision_ids=[one.pk], on=on, by=by, at=MORNING)
    said_no = ReceiptSaid(line=1, decision_id=refused.pk, answered_on=date(2026, 11, 24), is_accepted=False, code="R12")
    actions.read_receipts(rows=[said_no], run_id=1, by=SYSTEM, at=MORNING)
    # Taken over from before the sendings were kept: nobody awaits an answer to it.
    former = decided(world, ready_to_orient(world, entrant("Ancienne", "Benali")))
    actions.mark_transmitted(decision_ids=[former.pk], on=on, by=SYSTEM, at=MORNING)
    office = browser(world.office)
    counted = queries.waiting_with_france_travail(date(2026, 11, 25), visible_to(world.office))
    assert (counted.unsent, counted.refused, counted.unanswered) == (2, 1, 1)
    home = soup(office.get(reverse("france_travail:home")))
    address = {a["href"]: a for a in home.select(".tiles a")}
    back = reverse("orientation:transmission") + "?etat=refusees"
    silent = reverse("orientation:sendings") + "?etat=sans-reponse"
    assert {back, silent} <= set(address)
    only = text_of(office.get(back))
    assert refused.person.list_name in only
    assert unsent.person.list_name not in only
    listed = text_of(office.get(silent))
    assert waiting.person.list_name in listed
    assert refused.person.list_name not in listed
    assert former.person.list_name not in listed
