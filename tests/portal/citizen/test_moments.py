"""Flexible hours (DIS-115): early, in the evening, on a Saturday, shown to the person when some are free."""

from datetime import time, timedelta

import pytest

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments.models import Invitation, Slot
from emploi.pathway.appointments.queries.choosing.hours import outside
from emploi.pathway.appointments.rules.hours import MOMENTS, moments_of
from emploi.territory.rulebook import queries as rulebook
from tests.pathway.appointments.world import MONDAY, TESTS, World, at
from tests.portal.citizen.test_journey import Phone

SATURDAY = MONDAY + timedelta(days=5)


@pytest.fixture
def flexible(world: World) -> World:
    """A late afternoon and a Saturday morning in town, by a colleague."""
    world.opening(
        agent_id=world.colleague.pk, weekdays=(2,), starts_at=time(17), ends_at=time(19), last_on=MONDAY + timedelta(6)
    )
    world.opening(agent_id=world.colleague.pk, weekdays=(6,), starts_at=time(9), ends_at=time(11))
    return world


def days_page(world: World, invitation: Invitation) -> Phone:
    return Phone(f"/i/{invitation.token}/jours/?lieu={world.town.pk}")


def test_no_filter_where_every_hour_is_ordinary(world: World, invitation: Invitation) -> None:
    assert "Le soir" not in days_page(world, invitation).text


def test_the_evening_then_its_hours_only(flexible: World, invitation: Invitation) -> None:
    phone = days_page(flexible, invitation)
    assert "Tôt le matin" not in phone.text
    phone.follow("Le soir")
    assert "Mardi 24 novembre" in phone.text
    assert "Mercredi 25 novembre" not in phone.text
    phone.follow("Mardi 24 novembre")
    hours = [link.get_text(" ", strip=True) for link in phone.page.select(".slot-grid a")]
    assert hours == ["17 h", "18 h"]
    phone.follow("Changer de jour")
    assert "Mercredi 25 novembre" not in phone.text


def test_the_saturday(flexible: World, invitation: Invitation) -> None:
    phone = days_page(flexible, invitation)
    phone.follow("Le samedi")
    assert "Samedi 28 novembre" in phone.text
    phone.follow("Toutes les heures")
    assert "Mercredi 25 novembre" in phone.text


def test_a_moment_with_no_slot_left_shows_every_hour(flexible: World, invitation: Invitation) -> None:
    phone = Phone(f"/i/{invitation.token}/jours/?lieu={flexible.town.pk}&quand=matin")
    assert "Mercredi 25 novembre" in phone.text


def test_the_question_to_the_database_says_what_the_rule_says(flexible: World) -> None:
    week = rulebook.value("standard_hours", MONDAY)
    with acting(TESTS):
        for hour in (7, 20):
            period = (at(MONDAY, hour), at(MONDAY, hour) + timedelta(minutes=45))
            Slot.objects.create(agent=flexible.officer, place=flexible.town, kind=flexible.kind, period=period)
    found = {
        moment: set(outside(Slot.objects.all(), MONDAY, moment).values_list("pk", flat=True)) for moment in MOMENTS
    }
    assert all(found.values())
    for slot in Slot.objects.all():
        begins, ends = slot.starts_at.astimezone(clock.ZONE), slot.ends_at.astimezone(clock.ZONE)
        said = moments_of(begins.weekday(), begins.time(), ends.time(), week)
        assert [moment for moment in MOMENTS if slot.pk in found[moment]] == said
    assert set(outside(Slot.objects.all(), MONDAY).values_list("pk", flat=True)) == set().union(*found.values())
