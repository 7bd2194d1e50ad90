"""Decisions sent to France Travail: by sending, undone when it was a mistake, its answers read, refusals back."""

from collections.abc import Callable
from datetime import date, datetime
from itertools import permutations

import pytest

from emploi.exchanges.france_travail.inbound import RECEIPT
from emploi.exchanges.spreadsheets.engine.undoing import undo
from emploi.exchanges.spreadsheets.inbound import import_people
from emploi.exchanges.spreadsheets.lists import Report
from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.intake.models import Row
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.facts import FranceTravailSaid, FranceTravailSource, RecommendationSaid
from emploi.pathway.orientation.models import Decision, SentDecision, Transmission
from tests.exchanges.spreadsheets.conftest import csv_bytes, folder
from tests.pathway.orientation.cast import MORNING, World, decided, entrant, make_world, ready_to_orient

__all__ = ["folder"]
pytestmark = pytest.mark.django_db
BY = Actor.system("France Travail")
TITLES = ("Numéro de la décision", "Résultat", "Répondu le", "Code", "Raison")
Answer = Callable[..., Report]
LATER = datetime(2026, 12, 10, 9, 0, tzinfo=clock.ZONE)


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
def answer(folder: object) -> Answer:
    def received(*rows: tuple[object, ...], name: str = "reponses.csv") -> Report:
        path = folder / name  # type: ignore[operator]
        path.write_bytes(csv_bytes([TITLES, *rows]))
        with clock.frozen("2026-12-10T09:00"):
            return import_people(path=path, about=RECEIPT, received_on=clock.today(), by=BY, at=clock.now())

    return received


def test_a_refused_decision_comes_back_in_the_list_with_its_code_and_reason(sent: Decision, answer: Answer) -> None:
    assert not queries.unsent_decisions().exists()
    report = answer((sent.pk, "Refusée", "24/11/2026", "R12", "Identifiant inconnu"))
    assert report.as_json()["updated"] == 1
    back = queries.unsent_decisions().get()
    assert (back.refused_on, back.refused_code, back.refused_words) == (
        date(2026, 11, 24),
        "R12",
        "Identifiant inconnu",
    )
    assert Decision.objects.get().transmitted_on is None


def test_sent_again_after_a_refusal_it_leaves_the_list(sent: Decision, answer: Answer, world: World) -> None:
    answer((sent.pk, "refusée", "24/11/2026", "R12", ""))
    actions.mark_transmitted(decision_ids=[sent.pk], on=date(2026, 11, 30), by=world.office.as_actor(), at=LATER)
    assert not queries.unsent_decisions().exists()
    assert Decision.objects.get().transmitted_on == date(2026, 11, 30)
    # The first answer, read again, is that of the first sending.
    answer((sent.pk, "refusée", "24/11/2026", "R12", ""), name="encore.csv")
    assert not queries.unsent_decisions().exists()
    answer((sent.pk, "acceptée", "02/12/2026", "", ""), name="suite.csv")
    assert [row.answer for row in SentDecision.objects.order_by("pk")] == ["refused", "accepted"]


def test_the_order_of_the_answers_does_not_matter(sent: Decision, answer: Answer) -> None:
    lines = [
        (sent.pk, "refusée", "24/11/2026", "R1", "un"),
        (sent.pk, "acceptée", "25/11/2026", "", ""),
        (sent.pk, "refusée", "25/11/2026", "R2", "deux"),
    ]
    found = set()
    for n, order in enumerate(permutations(lines)):
        with_actor(lambda: SentDecision.objects.update(answer="", answered_on=None, answer_code="", answer_words=""))
        for m, line in enumerate(order):
            answer(line, name=f"r{n}{m}.csv")
        row = SentDecision.objects.get()
        found.add((row.answer, row.answered_on, row.answer_code, Decision.objects.get().transmitted_on))
    assert found == {("refused", date(2026, 11, 25), "R2", None)}


def with_actor(call: Callable[[], object]) -> None:
    from emploi.foundation.audit.writing import acting

    with acting(BY):
        call()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("99999", "refusée", "24/11/2026", "", ""), "n’existe pas ici"),
        (("{pk}", "refusée", "20/11/2026", "", ""), "n’était pas envoyée au 20/11/2026"),
        (("{pk}", "peut-être", "24/11/2026", "", ""), "« peut-être » n’est pas connu"),
        (("", "acceptée", "24/11/2026", "", ""), "Numéro de la décision : il manque"),
        (("12 bis", "acceptée", "24/11/2026", "", ""), "n’est pas un numéro"),
        (("{pk}", "acceptée", "24/12/2026", "", ""), "est dans le futur"),
    ],
)
def test_an_answer_that_fits_nothing_is_refused_with_its_reason(
    sent: Decision, answer: Answer, line: tuple[str, ...], words: str
) -> None:
    report = answer(tuple(cell.format(pk=sent.pk) for cell in line))
    assert report.as_json()["refused"] == 1
    assert words in Row.objects.get(run_id=report.run_id).reason
    assert SentDecision.objects.get().answer == ""


def test_answers_are_taken_back(sent: Decision, answer: Answer) -> None:
    report = answer((sent.pk, "refusée", "24/11/2026", "R12", ""))
    with clock.frozen("2026-12-10T10:00"):
        undo(sheet=SheetFile.objects.get(run_id=report.run_id), by=BY, at=clock.now())
    assert SentDecision.objects.get().answer == ""
    assert Decision.objects.get().transmitted_on == date(2026, 11, 23)


def test_a_sending_noted_by_mistake_is_undone_with_a_reason(sent: Decision, world: World) -> None:
    sending, by = Transmission.objects.get(), world.office.as_actor()
    with pytest.raises(DomainError):
        actions.undo_transmission(transmission_id=sending.pk, reason=" ", by=by, at=MORNING)
    assert actions.undo_transmission(transmission_id=sending.pk, reason="Pas parti", by=by, at=MORNING) == 1
    assert queries.unsent_decisions().count() == 1
    with pytest.raises(DomainError, match="déjà annulé"):
        actions.undo_transmission(transmission_id=sending.pk, reason="Encore", by=by, at=MORNING)


def test_an_answered_sending_is_not_undone(sent: Decision, answer: Answer, world: World) -> None:
    answer((sent.pk, "acceptée", "24/11/2026", "", ""))
    with pytest.raises(DomainError, match="a répondu"):
        actions.undo_transmission(
            transmission_id=Transmission.objects.get().pk, reason="Erreur", by=world.office.as_actor(), at=LATER
        )


def test_a_departure_is_said_and_its_reason_never_speaks_of_health(world: World) -> None:
    entry = entrant()
    from emploi.pathway.beneficiaries.actions import FranceTravailFacts, tell_france_travail

    tell_france_travail(
        person_id=entry.person_id,
        told=FranceTravailFacts(path="social", path_on=date(2026, 11, 20)),
        by=world.officer.as_actor(),
        at=MORNING,
    )
    decision = decided(world, ready_to_orient(world, entry))
    known = queries.departure_of(queries.decisions().get(pk=decision.pk))
    assert known is not None
    assert known.recommended == "Parcours social, le 20/11/2026"
    by = world.office.as_actor()
    with pytest.raises(DomainError, match="santé"):
        actions.write_departure(decision_id=decision.pk, text="Sa dépression va mieux.", by=by, at=MORNING)
    actions.write_departure(decision_id=decision.pk, text="Elle a une promesse d’embauche.", by=by, at=MORNING)
    listed = queries.unsent_decisions().get()
    assert queries.departure_of(listed).reason == "Elle a une promesse d’embauche."  # type: ignore[union-attr]


def test_a_departure_is_read_as_it_was_known_the_day_of_the_decision(world: World) -> None:
    entry = entrant()
    known = RecommendationSaid(recommended_on=date(2026, 11, 10), legal_path="social")
    later = RecommendationSaid(recommended_on=date(2026, 11, 12), legal_path="professionnel")

    def learnt(what: RecommendationSaid, received: date) -> None:
        line = FranceTravailSaid(line=1, person_id=entry.person_id, name="x", recommendations=(what,))
        actions.learn(rows=[line], source=FranceTravailSource("ft.csv", received, 1), by=BY, at=MORNING)

    learnt(known, date(2026, 11, 20))
    decision = decided(world, ready_to_orient(world, entry))
    assert decision.legal_path == "professionnel"
    # Dated before the decision, received after it: nobody here knew.
    learnt(later, date(2026, 12, 1))
    departure = queries.departure_of(queries.decisions().get(pk=decision.pk))
    assert departure is not None
    assert departure.recommended == "Parcours social, le 10/11/2026"
    assert list(queries.departing_decisions()) == [decision]
    listed = queries.unsent_decisions().get()
    assert queries.departure_of(listed) == departure
