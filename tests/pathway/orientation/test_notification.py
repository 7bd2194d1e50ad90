"""The certain date: what starts the appeal delay, what does not, and who has not been told yet."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging import actions as messaging
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.printing import print_letters
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Decision
from emploi.territory.rulebook.models import ParameterValue
from tests.pathway.orientation.cast import J0, MORNING, SYSTEM, World, decided, entrant, ready_to_orient
from tests.pathway.orientation.test_journey import page, signed_in

pytestmark = pytest.mark.django_db
TUESDAY = MORNING + timedelta(days=1)


def asked(world: World, decision: Decision, means: str, on: date | None = None) -> Decision:
    return actions.ask_notification(
        decision_id=decision.pk, means=means, on=on, by=world.officer.as_actor(), at=MORNING
    )


def printed(world: World) -> None:
    ids = list(Message.objects.filter(channel="letter", status="queued").values_list("pk", flat=True))
    print_letters(message_ids=ids, by=world.office.as_actor(), at=TUESDAY)


def noted(world: World, decision: Decision, on: date, days: int = 10) -> Decision:
    return actions.note_notified(
        decision_id=decision.pk, on=on, by=world.officer.as_actor(), at=MORNING + timedelta(days=days)
    )


class TestCertainDate:
    def test_handed_over_another_day_than_it_is_typed(self, world: World) -> None:
        decision = decided(world, ready_to_orient(world))
        with pytest.raises(DomainError, match="futur") as refused:
            asked(world, decision, "handed", date(2026, 11, 24))
        assert refused.value.field == "on"
        with pytest.raises(DomainError, match="ne peut pas être remise avant"):
            asked(world, decision, "handed", date(2026, 11, 22))
        told = asked(world, decision, "handed")
        assert (told.notified_on, told.notification_asked_at) == (MORNING.date(), MORNING)
        appeal = queries.appeal_of(told)
        assert appeal is not None
        assert (appeal.months, appeal.last_on) == (2, date(2027, 1, 25)), "the 23rd is a Saturday"

    def test_the_delay_shown_is_that_of_the_rulebook(self, world: World) -> None:
        told = asked(world, decided(world, ready_to_orient(world)), "handed")
        with acting(SYSTEM):
            ParameterValue.objects.filter(slug="appeal_months").update(value=3)
        appeal = queries.appeal_of(told)
        assert appeal is not None
        assert (appeal.months, appeal.last_on) == (3, date(2027, 2, 23))
        text = page(signed_in(world.officer), f"/orientations/{told.pk}/").text
        assert "jusqu’au 23 février 2027 (3 mois)" in text

    def test_a_delay_that_is_over_is_said_in_the_past(self, world: World) -> None:
        told = asked(world, decided(world, ready_to_orient(world)), "handed")
        with clock.frozen(MORNING + timedelta(days=90)):
            assert "pouvait contester" in page(signed_in(world.officer), f"/orientations/{told.pk}/").text

    def test_a_letter_posted_later_than_printed_moves_the_date_forward_only(self, world: World) -> None:
        decision = asked(world, decided(world, ready_to_orient(world)), "letter")
        printed(world)
        with pytest.raises(DomainError, match="imprimée le 24 novembre"):
            noted(world, decision, MORNING.date())
        assert noted(world, decision, date(2026, 11, 26)).notified_on == date(2026, 11, 26)
        with pytest.raises(DomainError, match="futur"):
            noted(world, decision, date(2026, 12, 25))

    def test_a_registered_letter_waits_for_its_receipt(self, world: World) -> None:
        decision = asked(world, decided(world, ready_to_orient(world)), "registered")
        printed(world)
        decision.refresh_from_db()
        assert decision.notified_on is None
        assert noted(world, decision, date(2026, 11, 27)).notified_on == date(2026, 11, 27)

    def test_a_letter_returned_told_nobody(self, world: World) -> None:
        decision = asked(world, decided(world, ready_to_orient(world)), "letter")
        printed(world)
        letter = Message.objects.get(channel="letter")
        messaging.settle(message=letter, delivered=False, reason="Inconnu", by=world.office.as_actor(), at=TUESDAY)
        decision.refresh_from_db()
        assert decision.notified_on is None
        assert [row.pk for row in queries.untold_decisions()] == [decision.pk]
        with pytest.raises(DomainError, match="adresse postale"):
            asked(world, decision, "letter")
        assert asked(world, decision, "handed").notified_on == MORNING.date()

    def test_the_waiting_letter_is_withdrawn_when_the_person_comes(self, world: World) -> None:
        decision = asked(world, decided(world, ready_to_orient(world)), "letter")
        told = asked(world, decision, "handed")
        assert told.notified_on == MORNING.date()
        assert list(Message.objects.filter(channel="letter").values_list("status", flat=True)) == ["cancelled"]

    def test_the_history_says_asked_then_notified(self, world: World) -> None:
        decision = asked(world, decided(world, ready_to_orient(world)), "letter")
        printed(world)
        lines = JournalEntry.objects.filter(person_id=decision.person_id, event__contains="otif").order_by("id")
        assert [line.event for line in lines] == ["orientation.NotificationAsked", "orientation.OrientationNotified"]
        assert lines[1].payload["on"] == "2026-11-24"


class TestScreens:
    def test_the_agent_asks_then_notes_and_errors_keep_what_was_typed(self, world: World) -> None:
        decision = decided(world, ready_to_orient(world))
        client = signed_in(world.officer)
        with clock.frozen(MORNING):
            url = reverse("orientation:notify", args=[decision.pk])
            refused = client.post(url, {"means": "handed", "on": "2026-11-30"}).content.decode()
            assert "Cette date ne peut pas être dans le futur." in refused
            assert 'value="2026-11-30"' in refused
            assert client.post(url, {"means": "letter"}).status_code == 302
            note = reverse("orientation:notified", args=[decision.pk])
            refused = client.post(note, {"on": "2026-11-01"}).content.decode()
            assert "demandée le 23 novembre 2026" in refused
            assert client.post(note, {"on": "2026-11-23"}).status_code == 302
        decision.refresh_from_db()
        assert decision.notified_on == MORNING.date()

    def test_who_neither_decides_nor_posts_letters_does_not_notify(self, world: World) -> None:
        decision = decided(world, ready_to_orient(world))
        client = signed_in(world.social_worker)
        for name in ("notify", "notified"):
            assert client.post(reverse(f"orientation:{name}", args=[decision.pk]), {}).status_code == 403

    def test_the_untold_are_a_list_with_what_is_missing(self, world: World) -> None:
        nothing = decided(world, ready_to_orient(world))
        posted = asked(world, decided(world, ready_to_orient(world, entrant("Marc", "Roux"))), "letter")
        handed = asked(world, decided(world, ready_to_orient(world, entrant("Lina", "Faure"))), "handed")
        theirs = ready_to_orient(world, entrant("Paul", "Noir"))
        decided(world, theirs, decider="france_travail", decided_on=J0, organization=world.france_travail)
        text = page(signed_in(world.officer), reverse("orientation:untold")).text
        assert "rien n’est demandé" in text
        assert "lettre à imprimer et à poster" in text
        assert [row.pk for row in queries.untold_decisions()] == [nothing.pk, posted.pk]
        assert handed.person.last_name not in text
        assert "Noir" not in text
        assert "Non notifiées (2)" in page(signed_in(world.officer), reverse("orientation:list")).text

    def test_what_was_notified_before_the_takeover_is_not_asked_again(self, world: World) -> None:
        decision = decided(world, ready_to_orient(world))
        with acting(SYSTEM):
            Decision.objects.update(notification_means="former")
        assert not queries.untold_decisions().exists()
        decision.refresh_from_db()
        with pytest.raises(DomainError, match="déjà notifiée"):
            asked(world, decision, "handed")
