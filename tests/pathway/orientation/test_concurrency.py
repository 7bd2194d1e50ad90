"""Two agents at the same second: real threads, real connections, one database."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from emploi.foundation.errors import DomainError
from emploi.pathway.orientation import actions
from emploi.pathway.orientation.models import Answer, BroughtPaper, Decision, Interview, TradeWish
from emploi.territory.agents.models import Agent
from tests.pathway.orientation.cast import MORNING, World, entrant, make_world, ready_to_orient


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def together(jobs: list[Callable[[], str]]) -> Counter[str]:
    """Run every job in its own thread and connection, all released at once; count the answers."""
    answers: list[str] = []
    ready = threading.Barrier(len(jobs))

    def run(job: Callable[[], str]) -> None:
        ready.wait()
        try:
            answers.append(job())
        except DomainError as refusal:
            answers.append(refusal.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(answers) == len(jobs)
    return Counter(answers)


def deciding(world: World, held: Interview, who: Agent, previous_id: int | None = None) -> Callable[[], str]:
    draft = actions.Draft(
        modality_id=world.modality("emploi_direct").pk,
        responsible_organization_id=world.department.pk,
        interview_id=held.pk,
        previous_id=previous_id,
    )

    def job() -> str:
        actions.decide_orientation(entry_id=held.entry_id, draft=draft, by=who.as_actor(), at=MORNING)
        return "decided"

    return job


def test_two_agents_decide_for_one_person_and_the_second_is_told(world: World) -> None:
    held = ready_to_orient(world)
    answers = together([deciding(world, held, who) for who in (world.officer, world.colleague)])
    assert answers["decided"] == 1
    assert [text for text in answers if "vient de décider une orientation pour cette personne" in text]
    assert Decision.objects.filter(entry=held.entry).count() == 1


def test_two_agents_replace_one_decision_and_the_second_is_told(world: World) -> None:
    held = ready_to_orient(world)
    deciding(world, held, world.officer)()
    first = Decision.objects.get()
    answers = together([deciding(world, held, who, first.pk) for who in (world.officer, world.colleague)])
    assert answers["decided"] == 1
    assert Decision.objects.filter(is_current=True).count() == 1
    assert Decision.objects.count() == 2


def test_two_agents_save_one_answer_and_the_second_is_asked(world: World) -> None:
    held = ready_to_orient(world)
    seen = Answer.objects.order_by("-pk").values_list("pk", flat=True).first()

    def saving(who: Agent, value: str) -> Callable[[], str]:
        def job() -> str:
            saved = actions.save_answers(
                interview_id=held.pk, answers={"ready": value}, seen=seen, by=who.as_actor(), at=MORNING
            )
            return "conflict" if saved.conflicts else "saved"

        return job

    answers = together([saving(world.officer, "months"), saving(world.colleague, "later")])
    assert answers == Counter({"saved": 1, "conflict": 1})


def test_two_agents_start_one_interview_and_share_it(world: World) -> None:
    entry = entrant("Bruno", "Costa")

    def starting(who: Agent) -> Callable[[], str]:
        return lambda: str(actions.start_interview(entry_id=entry.pk, by=who.as_actor(), at=MORNING).pk)

    answers = together([starting(world.officer), starting(world.colleague)])
    assert len(answers) == 1
    assert Interview.objects.filter(entry=entry).count() == 1


def test_the_last_place_of_a_body_is_taken_once(world: World) -> None:
    draft = actions.LotDraft(
        organization_id=world.department.pk,
        modality_id=world.modality("emploi_direct").pk,
        territory_id=None,
        reference="",
        measure="stock",
        starts_on=date(2026, 1, 1),
        ends_on=None,
        minimum=None,
        maximum=1,
    )
    actions.write_lot(draft=draft, by=world.officer.as_actor(), at=MORNING)
    people = [ready_to_orient(world, entrant(f"Prénom{number}", "Exemple")) for number in range(4)]
    answers = together([deciding(world, held, world.officer) for held in people])
    assert answers["decided"] == 1
    assert sum(count for text, count in answers.items() if "est complet pour cette voie" in text) == 3


def test_two_agents_note_one_paper_and_the_second_is_asked(world: World) -> None:
    held = ready_to_orient(world)

    def noting(who: Agent, state: str) -> Callable[[], str]:
        def job() -> str:
            note = actions.PaperNote(paper="cv", state=state)
            noted = actions.note_papers(interview_id=held.pk, notes=[note], seen=0, by=who.as_actor(), at=MORNING)
            return "conflict" if noted.conflicts else "saved"

        return job

    answers = together([noting(world.officer, "seen"), noting(world.colleague, "not_needed")])
    assert answers == Counter({"saved": 1, "conflict": 1})
    assert BroughtPaper.objects.count() == 1


def test_two_agents_name_one_trade_and_the_second_is_told(world: World) -> None:
    held = ready_to_orient(world)

    def naming(who: Agent) -> Callable[[], str]:
        def job() -> str:
            actions.add_trade(interview_id=held.pk, wish="sought", words="Soudeuse", by=who.as_actor(), at=MORNING)
            return "kept"

        return job

    answers = together([naming(world.officer), naming(world.colleague)])
    assert answers["kept"] == 1
    assert [text for text in answers if "est déjà noté" in text]
    assert TradeWish.objects.active().count() == 1


def test_two_agents_order_trades_at_once_and_no_place_is_held_twice(world: World) -> None:
    held = ready_to_orient(world)
    by = world.officer.as_actor()
    rows = [
        actions.add_trade(interview_id=held.pk, wish="sought", words=words, by=by, at=MORNING)
        for words in ("Soudeuse", "Fleuriste", "Pâtissière")
    ]

    def lifting(who: Agent, trade_id: int) -> Callable[[], str]:
        def job() -> str:
            actions.move_trade(interview_id=held.pk, trade_id=trade_id, by=who.as_actor(), at=MORNING)
            return "moved"

        return job

    together([lifting(world.officer, rows[1].pk), lifting(world.colleague, rows[2].pk)])
    assert sorted(TradeWish.objects.active().values_list("position", flat=True)) == [1, 2, 3]
