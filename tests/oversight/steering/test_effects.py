"""What relaunches bring: an appointment taken within some days, by rank and means, each number with its list."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.oversight.steering.queries import effects
from emploi.pathway.appointments.models import Appointment, CallAttempt, Invitation, Kind
from tests.oversight.steering.world import TESTS, World

DAY = date(2026, 9, 1)
ASKED = effects.Asked(DAY, date(2026, 9, 30), date(2026, 11, 23), 7)


def sent(world: World, name: str, days: int, *, relaunch: bool, channels: tuple[str, ...] = ("sms",)) -> None:
    entry, at = world.entries[name], clock.at_noon(DAY + timedelta(days=days))
    with acting(TESTS):
        Invitation.objects.create(
            entry=entry, person=entry.person, kind=world.kind, token=uuid4().hex, code=uuid4().hex[:8], sent_at=at,
            sent_on=at.date(), expires_on=at.date() + timedelta(days=10), is_relaunch=relaunch, channels=list(channels),
        )  # fmt: skip


def booked(world: World, name: str, days: int, status: str = "held") -> None:
    made = world.appointment(name, DAY + timedelta(days=days + 5), status)
    with acting(TESTS):
        Appointment.objects.filter(pk=made.pk).update(booked_at=clock.at_noon(DAY + timedelta(days=days, hours=1)))


@pytest.fixture
def tried(world: World) -> World:
    """Amina books after a second relaunch, Boris nine days after his first, Chloé after a call, and misses it."""
    for name in ("Amina", "Boris", "Chloé"):
        world.entrant(name, DAY)
        sent(world, name, 0, relaunch=False)
    sent(world, "Amina", 3, relaunch=True)
    sent(world, "Amina", 6, relaunch=True, channels=("sms", "email"))
    booked(world, "Amina", 7)
    sent(world, "Boris", 3, relaunch=True)
    booked(world, "Boris", 12)
    chloe = world.entries["Chloé"]
    with acting(TESTS):
        CallAttempt.objects.create(
            entry=chloe, person_id=chloe.person_id, outcome="reached", called_at=clock.at_noon(date(2026, 9, 5))
        )
    booked(world, "Chloé", 4, "absent")
    return world


def found() -> dict[tuple[str, str], tuple[int, int, int]]:
    return {(line.label, line.means_label): (line.made, line.brought, line.held) for line in effects.effects(ASKED)}


def test_each_rank_and_means_has_its_counts(tried: World) -> None:
    assert found() == {
        ("Invitation", "SMS"): (3, 0, 0),  # what came later answers the relaunch or the call
        ("1re relance", "SMS"): (2, 0, 0),  # Boris took nine days
        ("2e relance", "courriel et SMS"): (1, 1, 1),
        ("Appel, la personne a répondu", "téléphone"): (1, 1, 0),
    }


def test_the_list_has_as_many_lines_as_the_number(tried: World) -> None:
    for line in effects.effects(ASKED):
        asked = {"kind": line.kind, "rank": line.rank, "means": line.means}
        assert len(effects.tries(ASKED, **asked, brought_only=False)) == line.made
        assert len(effects.tries(ASKED, **asked, brought_only=True)) == line.brought


def test_an_attempt_too_recent_is_not_judged(tried: World) -> None:
    early = effects.Asked(DAY, date(2026, 9, 30), date(2026, 9, 8), 7)
    assert [(line.kind, line.made) for line in effects.effects(early)] == [("invitation", 3)]
    assert effects.effects(effects.Asked(DAY, date(2026, 9, 30), date(2026, 9, 7), 7)) == []


def test_the_fourth_relaunch_is_counted_with_the_third(world: World) -> None:
    world.entrant("Emma", DAY)
    for number in range(4):
        sent(world, "Emma", number, relaunch=True)
    assert {line.label: line.made for line in effects.effects(ASKED)}["3e relance et suivantes"] == 2


def test_a_withdrawn_invitation_brought_nothing(tried: World) -> None:
    with acting(TESTS):
        Invitation.objects.filter(entry=tried.entries["Boris"]).update(
            revoked_at=datetime(2026, 9, 2, tzinfo=clock.ZONE), revoked_reason="Erreur"
        )
    assert found()[("Invitation", "SMS")] == (2, 0, 0)


def test_an_invitation_to_another_kind_is_no_attempt(tried: World) -> None:
    with acting(TESTS):
        other = Kind.objects.create(slug="atelier", name="Atelier", duration_minutes=30)
        Invitation.objects.filter(entry=tried.entries["Boris"]).update(kind=other)
    assert found()[("Invitation", "SMS")] == (2, 0, 0)
    assert found()[("1re relance", "SMS")] == (1, 0, 0)
