"""An agent leaves, a place closes: no slot stays on offer, and nobody booked is forgotten."""

from datetime import date, timedelta

import pytest
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import AppointmentStatus, BookedVia
from emploi.pathway.appointments.models import Appointment, Closure, Opening
from emploi.territory.agents.actions.access import close_account
from emploi.territory.agents.models import Membership
from emploi.territory.agents.roles import Role
from emploi.territory.geography.actions.places import close_place
from emploi.territory.geography.models import Place
from emploi.territory.organizations.models import Organization
from tests.pathway.appointments.world import MONDAY, TESTS, World, agent

TUESDAY = MONDAY + timedelta(days=1)


def book(world: World) -> Appointment:
    entry = world.entry("Nadia")
    slot = world.slot(TUESDAY, 9)
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())


def free(world: World) -> int:
    return queries.free_slots(kind_id=world.kind.pk, since=clock.now()).count()


def leave(world: World) -> None:
    admin = agent("Ada", "Min", Role.ADMINISTRATOR, Organization.objects.get(slug="pole"))
    assert Membership.objects.filter(agent=admin, ended_on=None, started_on__lte=date(2020, 1, 1)).exists()
    close_account(agent_id=world.officer.pk, reason="Mutation", by=admin.as_actor(), at=clock.now())


def test_an_agent_who_left_receives_nobody_new_and_her_people_are_to_be_moved(world: World) -> None:
    world.opening(last_on=None)
    world.opening(agent_id=world.colleague.pk, place_id=world.village.pk)
    appointment = book(world)
    colleagues = queries.free_slots(kind_id=world.kind.pk, since=clock.now(), agent_ids=[world.colleague.pk]).count()

    leave(world)

    assert free(world) == colleagues > 0
    appointment.refresh_from_db()
    assert appointment.status == AppointmentStatus.PLANNED
    assert [found.pk for found in queries.to_move(clock.now())] == [appointment.pk]
    assert [found.pk for found in queries.booked_on(Closure.objects.get())] == [appointment.pk]
    assert Opening.objects.get(agent=world.officer).last_on == MONDAY
    with clock.frozen(MONDAY + timedelta(days=40)):
        actions.extend_openings(by=TESTS, at=clock.now())
    assert not queries.free_slots(kind_id=world.kind.pk, since=clock.now(), agent_ids=[world.officer.pk]).exists()


def test_the_day_names_whom_to_move(world: World) -> None:
    world.opening()
    book(world)
    leave(world)
    client = Client()
    client.force_login(world.secretary, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/rendez-vous/blocs/a-deplacer/").content.decode()
    assert "Nadia Essai1" in page
    assert "Compte désactivé" in page


def test_a_place_where_people_are_expected_does_not_close(world: World) -> None:
    world.opening()
    appointment = book(world)
    with pytest.raises(DomainError, match="1 rendez-vous à venir y est prévu"):
        close_place(place_id=world.town.pk, reason="Travaux", by=world.by, at=clock.now())
    assert Place.objects.get(pk=world.town.pk).is_active
    assert free(world) > 0

    actions.cancel(appointment_id=appointment.pk, reason="Travaux", by=world.by, at=clock.now())
    close_place(place_id=world.town.pk, reason="Travaux", by=world.by, at=clock.now())
    assert free(world) == 0
