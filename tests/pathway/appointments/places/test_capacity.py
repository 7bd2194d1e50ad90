"""A place with two desks never receives three people at once, whoever opens hours and whoever books."""

import threading
from collections import Counter
from datetime import time, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Kind, Opening, Slot
from emploi.pathway.appointments.queries.places.capacity import crowded_places, crowds
from emploi.pathway.appointments.rules.places import most_at_once
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from emploi.territory.geography import actions as geography
from emploi.territory.geography.enums import PlaceKind
from emploi.territory.organizations.models import Organization
from tests.pathway.appointments.world import MONDAY, TESTS, World, agent, at

TUESDAY = MONDAY + timedelta(days=1)


def change(world: World, **values: object) -> None:
    geography.change_place(place_id=world.town.pk, values=values, by=TESTS, at=clock.now())


def third(world: World) -> Agent:
    return agent("Inès", "Garnier", Role.ORIENTATION_OFFICER, Organization.objects.get(slug="pole"))


def two_desks_three_agents(world: World) -> Agent:
    """Three officers who open the same hours before anybody says there are two desks."""
    newcomer = third(world)
    for who in (world.officer, world.colleague, newcomer):
        world.opening(agent_id=who.pk)
    change(world, capacity=2)
    return newcomer


def test_moments_that_touch_share_a_desk() -> None:
    nine, ten, eleven = at(MONDAY, 9), at(MONDAY, 10), at(MONDAY, 11)
    assert most_at_once([(nine, ten), (ten, eleven)]) == 1
    assert most_at_once([(nine, eleven), (nine, ten), (ten, eleven)]) == 2
    assert most_at_once([]) == 0


def test_the_third_officer_is_told_who_is_there_and_when(world: World) -> None:
    change(world, capacity=2)
    world.opening()
    world.opening(agent_id=world.colleague.pk, starts_at=time(10), ends_at=time(12))
    newcomer = third(world)

    with pytest.raises(DomainError) as refused:
        world.opening(agent_id=newcomer.pk)

    assert refused.value.field == "place"
    assert "a 2 bureaux pour recevoir" in refused.value.message
    # Nine is free for a second agent: the first hour refused is ten.
    assert "lundi 23 novembre à 10 h, Claire Martin et Hugo Petit y reçoivent déjà" in refused.value.message
    assert not Opening.objects.filter(agent=newcomer).exists()
    assert not Slot.objects.filter(agent=newcomer).exists()
    # At nine there is a desk left, and in the afternoon there are two.
    world.opening(agent_id=newcomer.pk, starts_at=time(9), ends_at=time(10))
    world.opening(agent_id=newcomer.pk, starts_at=time(14), ends_at=time(16))


def test_the_form_keeps_what_was_typed_and_warns_of_closed_hours(world: World, client_of) -> None:
    change(world, capacity=1, opening_hours={"2": [["08:30", "12:00"]]})
    client: Client = client_of(world.secretary)
    typed = {
        "agent": world.officer.pk, "place": world.town.pk, "kind": world.kind.pk, "first_on": "2026-11-24",
        "last_on": "2026-12-08", "weekdays": ["2"], "starts_at": "11:00", "ends_at": "13:00", "slot_minutes": "30",
    }  # fmt: skip
    done = client.post(reverse("appointments:opening_new"), typed, follow=True)
    assert "n’est pas ouvert à toutes ces heures (le mardi, de 8 h\u00a030 à 12 h)" in done.content.decode()

    refused = client.post(reverse("appointments:opening_new"), {**typed, "agent": world.colleague.pk})
    page = BeautifulSoup(refused.content.decode(), "html.parser")
    assert "Claire Martin y reçoit déjà" in page.get_text()
    assert page.select_one("[name=slot_minutes]")["value"] == "30"
    assert page.select_one("[name=agent] option[selected]")["value"] == str(world.colleague.pk)


def test_by_telephone_no_desk_is_held(world: World) -> None:
    change(world, capacity=1)
    world.opening()
    phone = Kind.objects.create(slug="appel", name="Appel", duration_minutes=30, physical_required=False)
    world.opening(agent_id=world.colleague.pk, kind_id=phone.pk, modality="phone", slot_minutes=30)
    assert crowds(since=clock.now()) == []


def test_a_special_date_and_a_change_of_hours_are_bounded_too(world: World) -> None:
    change(world, capacity=1)
    world.opening()
    late = world.opening(agent_id=world.colleague.pk, starts_at=time(14), ends_at=time(16))
    with pytest.raises(DomainError, match="Claire Martin y reçoit déjà"):
        actions.set_exception(
            opening_id=late.pk, day=TUESDAY, starts_at=time(11), ends_at=time(13), by=world.by, at=clock.now()
        )
    assert not late.exceptions.exists()
    actions.set_exception(
        opening_id=late.pk, day=TUESDAY, starts_at=time(12), ends_at=time(13), by=world.by, at=clock.now()
    )


def test_a_desk_given_up_breaks_nothing_and_is_said(world: World, client_of) -> None:
    two_desks_three_agents(world)
    (one,) = crowded_places(clock.now())
    assert one.first.together == 3
    assert "3 agents pour 2 bureaux" in one.words
    assert Slot.objects.open().filter(starts_at=at(TUESDAY, 9)).count() == 3
    page = client_of(world.secretary).get(reverse("appointments:openings")).content.decode()
    assert "Trop de monde à la même heure : 1 lieu" in page
    # One of the three may still shorten her hours: nothing gets worse.
    first = Opening.objects.get(agent=world.officer)
    plan = actions.OpeningPlan(
        agent_id=world.officer.pk, place_id=world.town.pk, kind_id=world.kind.pk, first_on=MONDAY,
        last_on=first.last_on, weekdays=first.weekdays, starts_at=time(10), ends_at=time(12), slot_minutes=60,
    )  # fmt: skip
    actions.change_opening(opening_id=first.pk, plan=plan, by=world.by, at=clock.now())
    assert [crowd.moment.astimezone(clock.ZONE).hour for crowd in crowds(since=clock.now())][:2] == [10, 11]


def test_the_hour_that_is_full_is_no_longer_offered_nor_booked(world: World) -> None:
    newcomer = two_desks_three_agents(world)
    for who in (world.officer, world.colleague):
        slot = world.slot(TUESDAY, 9, agent=who)
        actions.book(slot_id=slot.pk, entry_id=world.entry().pk, via=BookedVia.AGENT, by=world.by, at=clock.now())
    entry, last = world.entry(), world.slot(TUESDAY, 9, agent=newcomer)

    offered = queries.hours_of_day(world.town.pk, TUESDAY, kind_id=world.kind.pk, since=clock.now())
    assert [slot.starts_at.astimezone(clock.ZONE).hour for slot in offered] == [10, 11]
    with pytest.raises(DomainError, match="Ce lieu est complet à cette heure"):
        person = Actor.person(entry.person_id, "Test")
        actions.book(slot_id=last.pk, entry_id=entry.pk, via=BookedVia.PERSON, by=person, at=clock.now())
    with pytest.raises(DomainError, match="Plus de bureau libre à cette heure : Maison du Département en a 2 bureaux"):
        actions.book(slot_id=last.pk, entry_id=entry.pk, via=BookedVia.AGENT, by=world.by, at=clock.now())
    # Somebody gives her hour back: the third officer may receive.
    actions.cancel(
        appointment_id=Appointment.objects.earliest("pk").pk, reason="Malade", by_us=False, by=world.by, at=clock.now()
    )
    actions.book(slot_id=last.pk, entry_id=entry.pk, via=BookedVia.AGENT, by=world.by, at=clock.now())


def test_a_session_never_has_more_seats_than_the_room(world: World) -> None:
    meeting = Kind.objects.create(
        slug="reunion", name="Réunion", duration_minutes=60, physical_required=False, is_collective=True
    )
    change(world, room_seats=12, capacity=1)
    world.opening()
    with pytest.raises(DomainError, match="a 12 places : indiquez 12 personnes au plus"):
        world.opening(agent_id=world.colleague.pk, kind_id=meeting.pk, seats=13)
    # The meeting room is no desk: the officer beside is not in the way, another session in the same room is.
    world.opening(agent_id=world.colleague.pk, kind_id=meeting.pk, seats=8)
    with pytest.raises(DomainError, match="La salle de « Maison du Département » a 12 places : lundi 23 novembre"):
        world.opening(agent_id=third(world).pk, kind_id=meeting.pk, seats=5)
    change(world, room_seats=0)
    with pytest.raises(DomainError, match="n’a pas de salle de réunion"):
        world.opening(agent_id=world.officer.pk, kind_id=meeting.pk, seats=2, starts_at=time(14), ends_at=time(15))


def test_the_board_of_a_place_counts_its_desks(world: World, client_of) -> None:
    change(world, capacity=3)
    world.opening()
    world.opening(agent_id=world.colleague.pk, starts_at=time(11), ends_at=time(16))
    week = client_of(world.secretary).get(
        reverse("appointments:agenda"), {"lieu": world.town.pk, "vue": "semaine", "jour": "2026-11-24"}
    )
    page = week.content.decode()
    assert "Matin : 2 bureaux sur 3 pris" in page
    assert "Après-midi : 1 bureau sur 3 pris" in page
    day = client_of(world.secretary).get(reverse("appointments:agenda"), {"lieu": world.town.pk, "jour": "2026-11-24"})
    assert day.content.decode().count("Matin : 2 bureaux sur 3 pris") == 1


def test_a_kind_given_in_town_halls_follows_the_places_that_open(world: World) -> None:
    with acting(TESTS):
        world.kind.place_kinds = [PlaceKind.TOWN_HALL]
        world.kind.save()
    with pytest.raises(DomainError, match="se donne seulement ici : Mairie ou CCAS"):
        world.opening()
    change(world, kind=PlaceKind.TOWN_HALL)
    world.opening()
    asked = {"kind_id": world.kind.pk, "since": clock.now()}
    assert [one.place for one in queries.places_with_slots(None, **asked)] == [world.town]
    assert queries.days_with_slots(world.town.pk, **asked)
    # A place named beside the kinds is added to them; days are still counted once.
    world.kind.places.set([world.village])
    world.opening(agent_id=world.colleague.pk, place_id=world.village.pk)
    assert {one.place for one in queries.places_with_slots(None, **asked)} == {world.town, world.village}
    assert queries.days_with_slots(world.village.pk, **asked)[1].free == 3
    change(world, kind=PlaceKind.OTHER)
    assert [one.place for one in queries.places_with_slots(None, **asked)] == [world.village]
    assert queries.days_with_slots(world.town.pk, **asked) == []


@pytest.mark.django_db(transaction=True)
def test_twenty_people_on_the_last_desks_at_the_same_second(world: World) -> None:
    """Three agents, two desks: real connections, and never three people expected at one hour."""
    two_desks_three_agents(world)
    slots = list(Slot.objects.filter(starts_at__date=TUESDAY).order_by("pk"))
    entries = [world.entry(f"Personne{n}") for n in range(20)]
    answers: list[str] = []
    ready = threading.Barrier(len(entries))

    def run(number: int) -> None:
        ready.wait()
        try:
            slot, entry = slots[number % len(slots)], entries[number]
            person = Actor.person(entry.person_id, "Test")
            actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PERSON, by=person, at=at(MONDAY))
            answers.append("booked")
        except DomainError as refusal:
            answers.append(refusal.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(entries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    hours = Counter(Appointment.objects.values_list("starts_at", flat=True))
    assert len(answers) == len(entries)
    assert len(slots) == 9
    assert set(hours.values()) == {2}
    assert len(hours) == 3
    assert answers.count("booked") == 6
