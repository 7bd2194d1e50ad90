"""Moving in: the stock of a former tool, compared with the payer's, taken over once, taken back within a day."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector
from psycopg.types.range import TimestamptzRange

from emploi.exchanges.spreadsheets.engine.ledger import Report
from emploi.exchanges.spreadsheets.engine.packing import unpack
from emploi.exchanges.spreadsheets.models import StagedRow, StockName
from emploi.exchanges.spreadsheets.rules.stock_fields import PLAIN_FIELDS, guess_stock
from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.foundation.intake.models import Run
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments.models import Appointment, Kind, OutsideAppointment, Slot
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation.models import Decision, FormerContract
from emploi.territory.agents.models import Agent
from emploi.territory.geography.models import Place
from emploi.territory.organizations.models import Organization
from tests.exchanges.spreadsheets.conftest import BY, csv_bytes, xlsx_bytes
from tests.exchanges.spreadsheets.stock_cast import (
    BUREAU,
    OLD,
    TITLES,
    already_oriented,
    cast,
    line,
    load_stock,
    of,
    ten_lines,
)
from tests.exchanges.spreadsheets.test_screens import confirm, soup, text_of, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with clock.frozen("2026-11-23T09:00"), app.replace_connector(InMemoryConnector()):
        yield


@pytest.fixture
def agents(load: Callable[..., Report]) -> tuple[Agent, Agent]:
    """The stock is loaded, Hugo already oriented here; the referent and the RSA office."""
    load_stock(load)
    referent, office = cast()
    already_oriented("Léa", office)
    return referent, office


@pytest.fixture
def desk(agents: tuple[Agent, Agent]) -> Client:
    client = Client()
    client.force_login(agents[1])
    return client


@pytest.fixture
def take(load: Callable[..., Report], agents: tuple[Agent, Agent]) -> Callable[..., Report]:
    def run(rows: Any, **options: Any) -> Report:
        return load(rows, name="reprise.csv", about="stock", by=agents[1].as_actor(), **options)

    return run


def hand(client: Client, rows: Any) -> Run:
    """Deposits a stock and accepts its columns as they are guessed."""
    client.post("/imports/tableurs/reprise/", {"file": SimpleUploadedFile("reprise.xlsx", xlsx_bytes(rows))})
    run = Run.objects.latest("pk")
    confirm(client, run)
    run.refresh_from_db()
    assert run.status == "previewed", run.error
    return run


def reasons(run: Run) -> dict[int, str]:
    return dict(run.rows.filter(status="refused").values_list("number", "code"))


def test_the_differences_are_listed_before_anything_is_kept(desk: Client) -> None:
    run = hand(desk, ten_lines())
    assert reasons(run) == {3: "unknown_body", 4: "unknown_body", 5: "unknown_body", 7: "not_in_stock", 11: "bad_date"}
    assert Decision.objects.count() == 1 and not FormerContract.objects.exists()
    page = text_of(desk, f"/imports/tableurs/{run.pk}/")
    assert "Noms à reconnaître" in page and f"« {OLD} »" in page and f"« {BUREAU} »" in page and "Mme Durand" in page
    # Ana is on no line; the lines of Paul, Inès, Hugo, Omar and Tom are not accepted; nobody else.
    absent = text_of(desk, f"/imports/tableurs/{run.pk}/absents/")
    assert "Ana" in absent.title() and "Claire" not in absent
    answer = desk.get(f"/imports/tableurs/{run.pk}/absents.csv")
    assert "Ana" in b"".join(answer.streaming_content).decode()


def test_each_unknown_name_is_recognised_once(desk: Client, agents: tuple[Agent, Agent]) -> None:
    run = hand(desk, ten_lines())
    val = Organization.objects.get(slug="pole-val")
    names = {name.text: f"n{name.pk}" for name in StockName.objects.all()}
    answer = desk.post(
        f"/imports/tableurs/{run.pk}/noms/",
        {names[OLD]: str(val.pk), names[BUREAU]: "non", names["Mme Durand"]: str(agents[0].pk)},
    )
    assert answer.status_code == 302
    work()
    run.refresh_from_db()
    assert reasons(run) == {7: "not_in_stock", 11: "bad_date"}
    desk.post(f"/imports/tableurs/{run.pk}/enregistrer/", {})
    work()
    paul, ines = Decision.objects.get(person=of("Paul")), Decision.objects.get(person=of("Inès"))
    assert paul.responsible_organization == ines.responsible_organization == val
    assert ines.referent == agents[0]
    # « Ne pas reprendre »: no orientation, the rest comes.
    assert not Decision.objects.filter(person=of("Hugo")).exists()
    assert FormerContract.objects.get(person=of("Hugo")).kind == "cer"
    # Said once: the next file asks nothing.
    again = hand(desk, ten_lines())
    assert "Noms à reconnaître" not in text_of(desk, f"/imports/tableurs/{again.pk}/")


def test_what_is_taken_over_is_never_decided_in_time(take: Callable[..., Report], agents: tuple[Agent, Agent]) -> None:
    report = take(ten_lines())
    assert (report.status, report.counters["updated"], report.counters["refused"]) == ("done_with_refused_lines", 5, 5)
    decision = Decision.objects.get(person=of("Claire"))
    assert (decision.basis, decision.decided_on, decision.referent) == ("taken_over", date(2023, 3, 15), agents[0])
    assert not decision.to_transmit and not decision.is_to_notify and decision.notified_on is None
    assert "reprise.csv" in decision.basis_details["reason"] and decision.decided_by == agents[1]
    assert not Deadline.objects.exists()
    contract = FormerContract.objects.get(person=of("Claire"))
    assert (contract.kind, contract.signed_on, contract.ends_on) == ("cer", date(2023, 4, 15), date(2027, 4, 14))
    coming = OutsideAppointment.objects.get()
    assert (coming.starts_at.isoformat(), coming.place) == ("2026-12-10T13:30:00+00:00", "Maison du Val")
    assert of("Claire").local_number == "IOD-0"
    # Who was already oriented here keeps it; her contract and number come.
    assert Decision.objects.get(person=of("Léa")).basis == "on_file"
    assert of("Léa").local_number == "IOD-6"
    # An unknown referent is left out, his name kept.
    nina = Decision.objects.get(person=of("Nina"))
    assert (nina.referent, nina.basis_details["referent_name"]) == (None, "Mme Durand")


def test_a_former_contract_is_read_on_the_page_of_the_person(take: Callable[..., Report], desk: Client) -> None:
    take(ten_lines())
    card = " ".join(soup(desk.get(f"/personnes/{of('Claire').pk}/orientation/")).get_text(" ").split())
    assert "Contrats d’avant la reprise (1)" in card
    assert "signé le 15 avril 2023, prévu jusqu’au 14 avril 2027" in card


def test_the_same_file_again_changes_nothing(take: Callable[..., Report]) -> None:
    take(ten_lines())
    before = (Decision.objects.count(), FormerContract.objects.count(), OutsideAppointment.objects.count())
    report = take(ten_lines())
    assert (report.as_json()["updated"], report.as_json()["unchanged"]) == (0, 5)
    assert (Decision.objects.count(), FormerContract.objects.count(), OutsideAppointment.objects.count()) == before


def slot_of(agent: Agent, place: str, *, first: bool = False) -> Slot:
    """A free hour of the referent, on the day and hour the former tool promised to Claire."""
    starts_at = datetime.fromisoformat("2026-12-10T14:30:00+01:00")
    with acting(BY):
        where, _ = Place.objects.get_or_create(name=place, defaults={"address": "1 place", "commune_id": "99001"})
        kind = Kind.objects.filter(is_first_interview=first).order_by("pk").first()
        period = TimestamptzRange(starts_at, starts_at + timedelta(hours=1))
        return Slot.objects.create(agent=agent, place=where, kind=kind, period=period)


def promised() -> list[Any]:
    return [TITLES, line(0, **{"Prochain RDV": "10/12/2026", "Heure du RDV": "14h30", "Lieu du RDV": "Maison du Val"})]


def test_an_appointment_that_falls_in_a_free_slot_of_ours_is_booked(
    take: Callable[..., Report], agents: tuple[Agent, Agent]
) -> None:
    slot = slot_of(agents[0], "Maison du VAL")
    take(promised())
    made = Appointment.objects.get()
    assert (made.person, made.slot, made.status) == (of("Claire"), slot, "planned")
    assert not OutsideAppointment.objects.exists() and not Message.objects.exists()
    assert "pris dans nos agendas" in str(unpack(StagedRow.objects.latest("run_id").shown))
    assert take(promised()).counters.get("unchanged") == 1
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(("place", "first"), [("Maison d’ailleurs", False), ("Maison du Val", True)])
def test_another_place_or_an_hour_for_newcomers_is_not_taken_and_it_is_said(
    take: Callable[..., Report], agents: tuple[Agent, Agent], place: str, first: bool
) -> None:
    slot_of(agents[0], place, first=first)
    take(promised())
    assert not Appointment.objects.exists()
    assert OutsideAppointment.objects.get().place == "Maison du Val"
    assert "hors de nos agendas" in str(unpack(StagedRow.objects.latest("run_id").shown))


def test_an_hour_booked_here_is_freed_when_the_file_is_taken_back(desk: Client, agents: tuple[Agent, Agent]) -> None:
    slot = slot_of(agents[0], "Maison du Val")
    run = hand(desk, promised())
    assert not Appointment.objects.exists(), "a preview books nothing"
    desk.post(f"/imports/tableurs/{run.pk}/enregistrer/", {})
    work()
    slot.refresh_from_db()
    assert slot.booked == 1
    desk.post(f"/imports/tableurs/{run.pk}/annuler/", {})
    slot.refresh_from_db()
    assert (Appointment.objects.count(), slot.booked) == (0, 0)


def test_somebody_who_entered_since_is_not_oriented_by_a_spreadsheet(take: Callable[..., Report]) -> None:
    with acting(BY):
        Entry.objects.filter(person__first_name="Claire").update(is_stock=False, kind="first")
    take([TITLES, line(0)])
    assert not Decision.objects.filter(person=of("Claire")).exists()
    assert FormerContract.objects.filter(person=of("Claire")).exists()


def test_a_whole_file_is_taken_back_but_for_who_moved_on(desk: Client, agents: tuple[Agent, Agent]) -> None:
    run = hand(desk, ten_lines())
    desk.post(f"/imports/tableurs/{run.pk}/enregistrer/", {})
    work()
    claire = Decision.objects.get(person=of("Claire"))
    with acting(BY):
        claire.is_current = False
        claire.save(update_fields=["is_current"])
    desk.post(f"/imports/tableurs/{run.pk}/annuler/", {})
    assert list(Decision.objects.filter(basis="taken_over").values_list("person__first_name", flat=True)) == ["Claire"]
    assert set(FormerContract.objects.values_list("person__first_name", flat=True)) == {"Claire"}
    assert list(Person.objects.exclude(local_number="").values_list("first_name", flat=True)) == ["Claire"]
    assert "a changé depuis" in StagedRow.objects.get(run=run, number=2).not_undone


def test_the_command_says_it_and_needs_somebody_to_answer_for_it(desk: Client, tmp_path: Path) -> None:
    path = tmp_path / "reprise.csv"
    path.write_bytes(csv_bytes(ten_lines()))

    def command(*options: str) -> tuple[int, dict[str, Any], str]:
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("import_stock", str(path), "--json", *options, stdout=out, stderr=err)
        except SystemExit as stopped:
            return int(stopped.code or 0), json.loads(out.getvalue()), err.getvalue()
        return 0, json.loads(out.getvalue()), err.getvalue()

    status, _, said = command()
    assert (status, "--agent" in said) == (2, True)
    status, answer, _ = command("--dry-run")
    assert (status, answer["updated"], answer["refused"], answer["dry_run"]) == (1, 5, 5, True)
    found = {warning["code"]: warning for warning in answer["warnings"]}
    assert found["unknown_body"]["count"] == 2 and f"{OLD} (2)" in found["unknown_body"]["message"]
    assert found["not_in_stock"]["count"] == 1 and "left_out" not in found
    assert Decision.objects.count() == 1 and not StockName.objects.exists()
    assert command("--agent", "bernard@essai.fr")[0] == 1
    assert Decision.objects.filter(basis="taken_over").count() == 3


def test_a_batch_costs_the_same_whatever_its_size(load: Callable[..., Report], agents: tuple[Agent, Agent]) -> None:
    def cost(ranks: range) -> int:
        rows = [TITLES, *(line(n) for n in ranks)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            load(rows, name="r.csv", about="stock", by=agents[1].as_actor())
        return len(queries)

    cost(range(9, 10))  # what is read once a process
    assert cost(range(1)) == cost(range(1, 6))


def test_the_template_is_read_by_its_own_titles(desk: Client) -> None:
    text = b"".join(desk.get("/imports/tableurs/reprise/modele.csv").streaming_content).decode("utf-8-sig")
    header = text.splitlines()[0].replace('"', "").split(";")
    assert guess_stock(header) == {field.slug: n for n, field in enumerate(PLAIN_FIELDS)}
    assert "Reprendre le stock" in soup(desk.get("/imports/tableurs/reprise/")).get_text()
