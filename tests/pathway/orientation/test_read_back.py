"""Read back and printed: during the interview, or months after, as it stood; and what is noted between two (A11)."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from emploi.foundation import clock
from emploi.pathway.orientation import actions
from emploi.pathway.orientation.models import Brake, BroughtPaper, Decision
from tests.pathway.orientation.cast import MORNING, World, agent, interview, told
from tests.pathway.orientation.test_follow_up import LATER, again, first, later
from tests.pathway.orientation.test_journey import at, html, page, signed_in

__all__ = ["first", "later"]
pytestmark = pytest.mark.django_db


class TestSummary:
    def test_before_any_decision_it_is_one_link_away(self, world: World) -> None:
        held = interview(world)
        told(world, held, housing="hosted")
        client = signed_in(world.officer)
        assert at(held, "summary") in html(client, at(held, "rights"))
        shown = page(client, at(held, "summary")).text
        assert "Aucune orientation n’est décidée pour l’instant." in shown
        assert "Revenir à l’entretien" in shown

    def test_long_after_it_is_on_both_cards_as_it_stood_that_day(
        self, world: World, first: Decision, later: datetime
    ) -> None:
        former = first.interview
        assert former is not None
        client = signed_in(world.colleague)
        for card in ("card", "diagnosis_card"):
            assert at(former, "summary") in html(client, reverse(f"orientation:{card}", args=[first.person_id]))
        held = again(world, first)
        by = world.colleague.as_actor()
        with clock.frozen(LATER + timedelta(minutes=5)):
            actions.save_answers(interview_id=held.pk, answers={"housing": "own"}, by=by, at=clock.now())
            actions.end_brake(brake_id=Brake.objects.get().pk, by=by, at=clock.now())
            seen = actions.PaperNote(paper="identity", state="seen")
            actions.note_papers(interview_id=held.pk, notes=[seen], by=by, at=clock.now())
            then = " ".join(page(client, at(former, "summary")).text.split())
            now = " ".join(page(client, at(held, "summary")).text.split())
        assert "à apporter" in then
        assert "Mobilité" in then
        assert "Emploi direct" in then
        assert "Chez de la famille ou des amis" in then
        assert "Mobilité" not in now
        assert "Chez de la famille ou des amis" not in now

    def test_who_reads_the_orientation_prints_it_health_kept_back(
        self, world: World, first: Decision, later: datetime
    ) -> None:
        """The office hands her paper over to a person who comes back for it; a stranger to her gets nothing."""
        former = first.interview
        assert former is not None
        actions.add_brake(
            interview_id=former.pk, kind="health", severity=3, note="Dos", by=world.officer.as_actor(), at=MORNING
        )
        office = page(signed_in(world.office), at(former, "summary"))
        assert "Une difficulté de santé, réservée." in office.text
        assert "Dos" not in office.text
        assert "Dos" in page(signed_in(world.officer), at(former, "summary")).text
        assert signed_in(world.provider_agent).get(at(former, "summary")).status_code in (403, 404)


class TestBetweenTwoInterviews:
    def test_the_referent_says_a_paper_was_shown_and_a_difficulty_settled(
        self, world: World, first: Decision, later: datetime
    ) -> None:
        client = signed_in(world.social_worker)
        card = page(client, reverse("orientation:diagnosis_card", args=[first.person_id]))
        assert "C’est réglé" in card.text
        client.post(reverse("orientation:paper_seen", args=[first.person_id]), {"paper": "identity"})
        client.post(reverse("orientation:brake_settled", args=[first.person_id, Brake.objects.get().pk]))
        said = BroughtPaper.objects.order_by("pk")
        assert [(row.state, row.interview_id is None, row.recorded_by_id) for row in said] == [
            ("later", False, world.officer.pk),
            ("seen", True, world.social_worker.pk),
        ]
        assert Brake.objects.get().ended_on == LATER.date()
        twice = client.post(
            reverse("orientation:paper_seen", args=[first.person_id]), {"paper": "identity"}, follow=True
        )
        assert "n’est plus attendu" in twice.content.decode()
        assert said.count() == 2

    def test_the_office_and_strangers_do_not(self, world: World, first: Decision, later: datetime) -> None:
        brake = Brake.objects.get()
        stranger = agent("Léa", "Blanc", "provider", world.provider)
        for someone in (world.office, stranger):
            client = signed_in(someone)
            for address in (
                reverse("orientation:paper_seen", args=[first.person_id]),
                reverse("orientation:brake_settled", args=[first.person_id, brake.pk]),
            ):
                assert client.post(address, {"paper": "identity"}).status_code in (403, 404)
        brake.refresh_from_db()
        assert brake.ended_on is None
