"""An answer of France Travail in doubt is never written on a decision: no day, another name, two sendings."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emploi.exchanges.france_travail.inbound import RECEIPT
from emploi.exchanges.spreadsheets.engine.undoing import undo
from emploi.exchanges.spreadsheets.inbound import import_people
from emploi.exchanges.spreadsheets.lists import Report
from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.foundation import clock
from emploi.foundation.intake.models import Row
from emploi.pathway.orientation import actions
from emploi.pathway.orientation.facts import ReceiptSaid
from emploi.pathway.orientation.models import Decision, SentDecision
from tests.exchanges.france_travail.test_receipts import BY, LATER
from tests.exchanges.spreadsheets.conftest import csv_bytes, folder
from tests.pathway.orientation.cast import MORNING, World, decided, entrant, make_world, ready_to_orient

__all__ = ["folder"]
pytestmark = pytest.mark.django_db
TITLES = ("Numéro de la décision", "Numéro de l’envoi", "Résultat", "Répondu le", "Nom", "Prénom", "Nom et prénom")
Answer = Callable[..., Report]


@pytest.fixture
def world(folder: object) -> World:
    return make_world()


@pytest.fixture
def sent(world: World) -> Decision:
    """A decision sent on 23 November."""
    decision = decided(world, ready_to_orient(world))
    actions.mark_transmitted(decision_ids=[decision.pk], on=date(2026, 11, 23), by=world.office.as_actor(), at=MORNING)
    return decision


@pytest.fixture
def answer(folder: Any) -> Answer:
    def received(*rows: tuple[object, ...], on: date = date(2026, 12, 1), name: str = "reponses.csv") -> Report:
        path = folder / name
        path.write_bytes(csv_bytes([TITLES, *rows]))
        with clock.frozen("2026-12-10T09:00"):
            return import_people(path=path, about=RECEIPT, received_on=on, by=BY, at=clock.now())

    return received


def test_an_answer_without_a_day_is_of_the_day_its_file_was_received(sent: Decision, answer: Answer) -> None:
    answer((sent.pk, "", "refusée", "", "", "", ""), on=date(2026, 12, 1))
    assert SentDecision.objects.get().answered_on == date(2026, 12, 1)


def test_an_undated_answer_never_chooses_between_two_sendings(sent: Decision, answer: Answer, world: World) -> None:
    answer((sent.pk, "", "refusée", "24/11/2026", "", "", ""), name="un.csv")
    actions.mark_transmitted(decision_ids=[sent.pk], on=date(2026, 11, 30), by=world.office.as_actor(), at=LATER)
    report = answer((sent.pk, "", "refusée", "", "", "", ""), name="deux.csv")
    assert "envoyée plusieurs fois" in Row.objects.get(run_id=report.run_id).reason
    assert Decision.objects.get().transmitted_on == date(2026, 11, 30)
    last = SentDecision.objects.order_by("-pk")[0]
    answer((sent.pk, last.transmission_id, "acceptée", "", "", "", ""), name="trois.csv")
    assert [row.answer for row in SentDecision.objects.order_by("pk")] == ["refused", "accepted"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Inconnue", "Zoé", ""), ""),
        (("", "", "INCONNUE Zoé"), ""),
        (("{last}", "Zoé", ""), "accepted"),
        (("", "", "{last} {first}"), "accepted"),
        (("", "", ""), "accepted"),
        (("Inconnue", "{first}", ""), ""),
        (("", "", "INCONNUE {first}"), ""),
        (("", "{first}", ""), "accepted"),
        (("{last}-Autre", "{first}", ""), "accepted"),
    ],
)
def test_the_names_of_the_line_are_those_of_the_decision(
    sent: Decision, answer: Answer, names: tuple[str, ...], expected: str
) -> None:
    person = sent.person
    line = [one.format(last=person.last_name.upper(), first=person.first_name) for one in names]
    report = answer((sent.pk, "", "acceptée", "24/11/2026", *line))
    assert SentDecision.objects.get().answer == expected
    if not expected:
        row = Row.objects.get(run_id=report.run_id)
        assert person.full_name in row.reason
        assert "une autre personne" in row.reason


def test_answers_are_read_under_lock_of_the_rows_and_of_their_sendings(sent: Decision) -> None:
    said = ReceiptSaid(line=1, decision_id=sent.pk, answered_on=date(2026, 11, 24), is_accepted=True)
    with CaptureQueriesContext(connection) as found:
        actions.read_receipts(rows=[said], run_id=1, by=BY, at=LATER)
    locking = [one["sql"] for one in found if "orientation_sentdecision" in one["sql"] and "FOR UPDATE" in one["sql"]]
    assert any("orientation_transmission" in one for one in locking)


def test_taking_back_ten_times_more_answers_costs_no_more_queries(world: World, answer: Answer) -> None:
    def taken_back(count: int) -> int:
        rows = []
        for n in range(count):
            decision = decided(world, ready_to_orient(world, entrant(f"A{n}", "Benali")))
            actions.mark_transmitted(
                decision_ids=[decision.pk], on=date(2026, 11, 23), by=world.office.as_actor(), at=MORNING
            )
            rows.append((decision.pk, "", "refusée", "24/11/2026", "", "", ""))
        report = answer(*rows, name=f"{count}.csv")
        with clock.frozen("2026-12-10T10:00"), CaptureQueriesContext(connection) as found:
            undone, _ = undo(sheet=SheetFile.objects.get(run_id=report.run_id), by=BY, at=clock.now())
        assert undone == count
        return len(found)

    taken_back(1)
    assert taken_back(2) == taken_back(8)
