"""The service is told by e-mail where nobody can book any more, and of a calendar unread: never twice."""

from datetime import time, timedelta

import pytest

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.actions.agendas.alerts import watch_calendars, watch_slots
from emploi.pathway.appointments.models import ExternalCalendar, Invitation, Opening, ServiceAlert, Slot
from emploi.pathway.appointments.tasks import watch_service
from emploi.territory.agents.roles import Role
from emploi.territory.geography.models import Grid, Place, Territory, TerritoryCommune
from emploi.territory.organizations.models import Organization
from tests.pathway.appointments.world import MONDAY, TESTS, World, agent


@pytest.fixture
def head(world: World) -> str:
    """The head of the service everybody works in."""
    return agent("Nora", "Faure", Role.HEAD_OF_SERVICE, Organization.objects.get()).email


def watch(day: int = 0, hour: int = 9) -> int:
    with clock.frozen(f"2026-11-{23 + day}T{hour:02}:10"):
        return watch_slots(by=TESTS, at=clock.now())


def fill(world: World) -> None:
    """Nobody can choose at the town any more."""
    Slot.objects.filter(place=world.town).update(closed_at=clock.now(), closed_reason="essai")


def free(world: World) -> None:
    Slot.objects.filter(place=world.town).update(closed_at=None)


def test_nothing_is_said_while_slots_are_left(world: World, head: str) -> None:
    world.opening()
    assert watch() == 0
    assert not ServiceAlert.objects.exists()


def test_the_service_is_told_once_while_it_lasts(world: World, head: str) -> None:
    world.opening()
    entry = world.entry()
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=clock.now())
    me = world.secretary.as_actor()
    actions.request_slot(invitation=Invitation.objects.get(), wishes=["morning"], by=me, at=clock.now())
    fill(world)
    assert watch() == 1
    message = Message.objects.get(template="appointments/slots_missing")
    assert message.recipient == head
    assert "Premier rendez-vous d’orientation : Maison du Département" in message.body
    assert "rappelées : 1" in message.body
    assert [watch(0, 10), watch(1), watch(2)] == [0, 0, 0]


def test_a_territory_is_told_of_its_own_people(world: World, head: str) -> None:
    grid = Grid.objects.create(slug="bassins", name="Bassins", is_default=True)
    for position, place in enumerate((world.town, world.village)):
        territory = Territory.objects.create(grid=grid, slug=place.slug, name=place.name, position=position)
        TerritoryCommune.objects.create(grid=grid, territory=territory, commune=place.commune)
    world.opening()
    people = [world.entry("Nadia"), world.entry("Omar", commune=world.village.commune)]
    actions.invite_entries(entry_ids=[one.pk for one in people], by=world.by, at=clock.now())
    me = world.secretary.as_actor()
    for invitation in Invitation.objects.all():
        actions.request_slot(invitation=invitation, wishes=["morning"], by=me, at=clock.now())
    fill(world)
    assert watch() == 1
    assert "rappelées : 1" in Message.objects.get(template="appointments/slots_missing").body


def test_it_is_told_again_only_when_it_begins_again_and_not_the_same_day(world: World, head: str) -> None:
    world.opening()
    fill(world)
    assert watch(0, 9) == 1
    free(world)
    assert watch(0, 10) == 0
    fill(world)
    assert watch(0, 11) == 0  # already told today
    assert watch(1, 9) == 1
    assert watch(1, 10) == 0
    assert Message.objects.filter(template="appointments/slots_missing").count() == 2
    assert ServiceAlert.objects.filter(ended_at=None).count() == 1


def test_two_places_make_one_message(world: World, head: str) -> None:
    world.opening()
    world.opening(agent_id=world.colleague.pk, place_id=world.village.pk)
    Slot.objects.update(closed_at=clock.now(), closed_reason="essai")
    assert watch() == 1
    body = Message.objects.get(template="appointments/slots_missing").body
    assert "Maison du Département" in body
    assert "Permanence de Bourg-Témoin" in body


def test_ninety_alerts_are_told_to_each_of_two_services(world: World, head: str) -> None:
    second = agent("Rémi", "Lambert", Role.HEAD_OF_SERVICE, Organization.objects.get()).email
    with acting(TESTS):
        Place.objects.bulk_create(
            [
                Place(slug=f"lieu-{number}", name=f"Lieu {number}", address="1 rue", commune=world.town.commune)
                for number in range(90)
            ]
        )
    openings = [
        Opening(
            agent=world.officer, place=place, kind=world.kind, first_on=MONDAY, last_on=MONDAY, weekdays=[1],
            starts_at=time(9), ends_at=time(12), slot_minutes=60, created_at=clock.now(), created_by=world.officer,
        )
        for place in Place.objects.filter(slug__startswith="lieu-")
    ]  # fmt: skip
    with acting(TESTS):
        Opening.objects.bulk_create(openings)
    assert watch() == 2
    told = Message.objects.filter(template="appointments/slots_missing")
    assert set(told.values_list("recipient", flat=True)) == {head, second}


def test_people_invited_to_what_is_given_nowhere_are_seen(world: World, head: str) -> None:
    assert watch() == 0
    actions.invite_entries(entry_ids=[world.entry().pk], by=world.by, at=clock.now())
    assert watch(1) == 1
    assert "nulle part" in Message.objects.get(template="appointments/slots_missing").body


def test_the_mailbox_of_the_service_comes_before_its_head(world: World, head: str) -> None:
    from emploi.territory.geography.models import Grid, Territory, TerritoryCommune

    with acting(TESTS):
        grid = Grid.objects.create(slug="poles", name="Pôles", kind="pole", is_default=True)
        north = Territory.objects.create(grid=grid, slug="nord", name="Nord")
        TerritoryCommune.objects.create(territory=north, commune=world.town.commune, grid=grid)
        Organization.objects.update(territory=north, email="pole@exemple.invalid")
    world.opening()
    fill(world)
    assert watch() == 1
    assert Message.objects.get(template="appointments/slots_missing").recipient == "pole@exemple.invalid"


def test_without_anybody_to_tell_it_is_told_as_soon_as_there_is(world: World) -> None:
    world.opening()
    fill(world)
    assert watch() == 0
    agent("Nora", "Faure", Role.HEAD_OF_SERVICE, Organization.objects.get())
    assert watch(1) == 1


@pytest.fixture
def unread(world: World) -> ExternalCalendar:
    """A calendar nobody can read since yesterday."""
    return ExternalCalendar.objects.create(
        agent=world.officer, address=b"x", host="exemple.invalid", added_at=clock.now() - timedelta(days=9),
        failing_since=clock.now() - timedelta(days=1), error="L’adresse ne répond plus.",
    )  # fmt: skip


def test_an_unread_calendar_is_told_to_its_agent_and_the_head_once(
    world: World, head: str, unread: ExternalCalendar
) -> None:
    assert watch_calendars(by=TESTS, at=clock.now()) == 2
    told = Message.objects.filter(template="appointments/calendar_unread")
    assert set(told.values_list("recipient", flat=True)) == {world.officer.email, head}
    assert "Claire Martin" in told.first().body
    assert "L’adresse ne répond plus." in told.first().body
    for day in range(3):
        assert watch_calendars(by=TESTS, at=clock.now() + timedelta(days=day)) == 0


def test_a_short_cut_is_told_to_nobody_and_a_second_long_one_is(
    world: World, head: str, unread: ExternalCalendar
) -> None:
    ExternalCalendar.objects.update(failing_since=clock.now() - timedelta(hours=1))
    assert watch_calendars(by=TESTS, at=clock.now()) == 0
    ExternalCalendar.objects.update(failing_since=clock.now() - timedelta(hours=7))
    assert watch_calendars(by=TESTS, at=clock.now()) == 2
    ExternalCalendar.objects.update(failing_since=None)
    assert watch_calendars(by=TESTS, at=clock.now() + timedelta(hours=1)) == 0
    later = clock.now() + timedelta(days=2)
    ExternalCalendar.objects.update(failing_since=later - timedelta(hours=7))
    assert watch_calendars(by=TESTS, at=later) == 2


def test_the_worker_watches_both(world: World, head: str, unread: ExternalCalendar) -> None:
    world.opening()
    fill(world)
    assert watch_service() == 3
    assert watch_service() == 0
