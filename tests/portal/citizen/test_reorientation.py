"""A person asks for another orientation on her own link: plain words, a receipt, nothing told to others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments.models import Invitation, Kind
from emploi.pathway.orientation import actions as interviews
from emploi.pathway.orientation.models import Interview, Reorientation
from tests.pathway.orientation.cast import (
    MORNING,
    SYSTEM,
    World,
    appointment,
    decided,
    entrant,
    make_world,
    ready_to_orient,
)

LATER = MORNING + timedelta(days=10)
WORDS = "Je voudrais travailler avec des animaux"


@pytest.fixture
def world(db: None) -> World:
    """The little world of the orientation."""
    return make_world()


@pytest.fixture
def invited(world: World) -> Invitation:
    """Amina, invited, then oriented after her interview."""
    entry = entrant()
    with clock.frozen(MORNING - timedelta(days=4)):
        appointments.invite_entries(entry_ids=[entry.pk], by=SYSTEM, at=clock.now())
    decided(world, ready_to_orient(world, entry))
    return Invitation.objects.get()


def there(invited: Invitation, name: str = "reorientation") -> str:
    return reverse(f"citizen:{name}", args=[invited.token])


def test_from_the_link_to_the_receipt(invited: Invitation, client: Client) -> None:
    with clock.frozen(LATER):
        first = client.get(reverse("citizen:link", args=[invited.token]))
        assert there(invited) in first.text
        assert "rien ne change" in client.get(there(invited)).text
        done = client.post(there(invited), {"cause": "trade", "reason": WORDS}, follow=True)
        row = Reorientation.objects.get()
        assert (row.initiator, row.via, row.cause, row.recorded_by_id) == ("person", "online", "trade", None)
        assert row.asked_on == LATER.date()
        assert "Votre demande est bien arrivée" in done.text and "2 janvier 2027" in done.text
        assert "2 janvier 2027" in client.get(there(invited, "reorientation_printed")).text
        receipt = Message.objects.get(template="orientation/reorientation_received")
        assert "2 janvier 2027" in receipt.body and WORDS not in receipt.body


def test_whoever_holds_the_link_reads_neither_the_words_nor_the_orientation(
    invited: Invitation, client: Client
) -> None:
    with clock.frozen(LATER):
        client.post(there(invited), {"cause": "contact", "reason": WORDS})
        pages = [client.get(there(invited)), client.get(there(invited, "reorientation_printed"))]
        for page in pages:
            assert WORDS not in page.text and "Benali" not in page.text and "Cela se passe mal" not in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"cause": "", "reason": WORDS}, "Choisissez une raison"),
        ({"cause": "other", "reason": ""}, "Écrivez votre raison"),
        ({"cause": "trade", "reason": f"{WORDS} 185052636212389"}, "sécurité sociale"),
        ({"cause": "changed", "reason": f"{WORDS}, car je suis en dépression"}, "santé"),
    ],
)
def test_a_refused_request_says_why_and_loses_nothing(
    invited: Invitation, client: Client, typed: dict[str, str], said: str
) -> None:
    with clock.frozen(LATER):
        page = client.post(there(invited), typed)
        assert said in page.text and typed["reason"] in page.text
        assert not Reorientation.objects.exists()


def test_one_request_waits_at_a_time(invited: Invitation, client: Client) -> None:
    with clock.frozen(LATER):
        for _ in range(2):
            client.post(there(invited), {"cause": "trade", "reason": WORDS})
        assert Reorientation.objects.count() == 1


class TestClosedDoors:
    def refused(self, invited: Invitation, client: Client) -> None:
        with clock.frozen(LATER):
            assert client.get(there(invited)).status_code == 302
            client.post(there(invited), {"cause": "trade", "reason": WORDS})
            assert not Reorientation.objects.exists()
            assert there(invited) not in client.get(reverse("citizen:link", args=[invited.token])).text

    def test_a_withdrawn_link(self, invited: Invitation, client: Client) -> None:
        with acting(SYSTEM):
            Invitation.objects.update(revoked_at=LATER, revoked_reason="Prêtée à quelqu’un")
        self.refused(invited, client)

    def test_somebody_who_left(self, invited: Invitation, client: Client) -> None:
        with acting(SYSTEM):
            entry = invited.entry
            assert entry is not None
            entry.closed_on = entry.closed_known_on = date(2026, 12, 1)
            entry.closing_reason = "right_ended"
            entry.save()
        self.refused(invited, client)

    def test_somebody_not_oriented_yet(self, world: World, client: Client) -> None:
        entry = entrant("Bruno", "Costa")
        appointments.invite_entries(entry_ids=[entry.pk], by=SYSTEM, at=MORNING)
        self.refused(Invitation.objects.get(), client)

    def test_an_unknown_link_says_nothing(self, invited: Invitation, client: Client) -> None:
        assert client.get(reverse("citizen:reorientation", args=["nowhere"])).status_code == 404


def test_the_next_appointment_reminds_of_the_papers_noted_together(
    invited: Invitation, world: World, client: Client
) -> None:
    held = Interview.objects.get()
    note = {"state": "later", "until": date(2026, 12, 8)}
    papers = [interviews.PaperNote(paper=paper, **note) for paper in ("cv", "rqth")]
    interviews.note_papers(interview_id=held.pk, notes=papers, by=world.officer.as_actor(), at=MORNING)
    following = Kind.objects.get(slug="suite-orientation")
    with acting(SYSTEM):
        Invitation.objects.update(kind=following)
    appointment(world, held.entry, starts_at=LATER, kind=following)
    with clock.frozen(MORNING):
        for name in ("link", "printed"):
            page = client.get(reverse(f"citizen:{name}", args=[invited.token])).text
            assert "<li>CV</li>" in page and "RQTH" not in page
