"""Collective welcomes (DIS-079): entrants invited in one batch, within the seats, help said, no delay stopped."""

from datetime import time, timedelta

import pytest
from django.test import Client

from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.models import Invitation, InvitationBatch, Kind
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.clocks.models import Deadline
from tests.pathway.appointments.world import MONDAY, TESTS, World, at
from tests.portal.desk.conftest import page, text


@pytest.fixture
def meeting(world: World) -> Kind:
    """A session of three seats, next Thursday week, after the end of the links' validity."""
    kind = Kind.objects.get(slug="reunion-collective")
    day = MONDAY + timedelta(days=17)
    world.opening(
        kind_id=kind.pk, seats=3, weekdays=(4,), first_on=day, last_on=day, starts_at=time(9),
        ends_at=time(10, 30), slot_minutes=90,
    )  # fmt: skip
    return kind


def asked(client: Client, kind: Kind, ids: list[int], **more: object) -> object:
    return client.post("/entrants/inviter/", {"entry": ids, "kind": kind.pk, **more})


def test_seats_are_counted_and_who_needs_help_is_named(world: World, office: Client, meeting: Kind) -> None:
    ids = [world.entry(f"Prénom{n}").pk for n in range(4)]
    with acting(TESTS):
        Person.objects.filter(pk=world.people[1].person_id).update(interpreter_language="arabe")
    found = text(page(asked(office, meeting, ids)))
    assert "Inviter 4 personnes à « Réunion d’information collective » ?" in found
    assert "3 places libres" in found
    assert "Il manque 1 place dans les réunions à venir" in found
    assert "interprète : arabe" in found
    assert "n’arrête aucun délai" in found
    assert not Invitation.objects.exists()


def test_the_batch_invites_to_the_session_and_stops_no_delay(world: World, office: Client, meeting: Kind) -> None:
    entry = world.entry("Nadia")
    answer = asked(office, meeting, [entry.pk], confirm="1", means="best")
    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert InvitationBatch.objects.get().kind == meeting
    slot = meeting.slots.get()
    booked = actions.book(slot_id=slot.pk, entry_id=entry.pk, via="person", by=TESTS, at=at(MONDAY))
    actions.mark_present(appointment_id=booked.pk, by=world.by, at=booked.ends_at)
    assert not booked.is_first_interview
    assert Deadline.objects.get(entry=entry, kind="first_interview").met_on is None


def test_a_kind_one_cannot_be_invited_to_is_not_offered(world: World, office: Client) -> None:
    team = Kind.objects.get(slug="equipe-pluridisciplinaire")
    found = page(asked(office, team, [world.entry("Nadia").pk]))
    assert "au premier rendez-vous" in text(found.h1)
    assert team.name not in [option.get_text(strip=True) for option in found.select("#kind option")]
