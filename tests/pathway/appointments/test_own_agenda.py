"""A counsellor who books for nobody else moves, cancels and changes his own appointments, and no other's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import AppointmentStatus, BookedVia
from emploi.pathway.appointments.models import Appointment, Kind
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import Permission, Role
from tests.pathway.appointments.world import MONDAY, World, agent

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
Opened = Callable[[Agent], Client]


@pytest.fixture
def counsellor(world: World) -> Agent:
    service = Membership.objects.get(agent=world.officer).organization
    found = agent("Paul", "Conseil", Role.COUNSELLOR, service)
    assert not found.can(Permission.BOOK_FOR_CALLER)
    return found


@pytest.fixture
def kind(world: World) -> Kind:
    return Kind.objects.get(slug="rendez-vous-conseiller")


@pytest.fixture
def browser(counsellor: Agent) -> Client:
    client = Client()
    client.force_login(counsellor, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def given_by(world: World, who: Agent, kind: Kind) -> Appointment:
    world.opening(agent_id=who.pk, kind_id=kind.pk)
    slot = world.slot(TUESDAY, 9, agent=who)
    entry = world.entry()
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.AGENT, by=world.by, at=clock.now())


def url(name: str, appointment: Appointment) -> str:
    return reverse(f"appointments:{name}", args=[appointment.pk])


def test_he_moves_his_own_appointment_among_his_own_slots(
    world: World, counsellor: Agent, kind: Kind, browser: Client
) -> None:
    mine = given_by(world, counsellor, kind)
    world.opening(kind_id=kind.pk)
    colleague_s = world.slot(WEDNESDAY, 10)
    page = browser.get(url("move", mine)).content.decode()
    assert "Paul Conseil" in page
    assert "Claire Martin" not in page
    assert url("move", mine) in browser.get(url("appointment", mine)).content.decode()

    refused = browser.post(url("move", mine), {"slot": colleague_s.pk, "reason": "Formation"})
    assert "Choisissez un de vos créneaux" in refused.content.decode()

    wanted = world.slot(WEDNESDAY, 11, agent=counsellor)
    browser.post(url("move", mine), {"slot": wanted.pk, "reason": "Formation"})
    moved = Appointment.objects.get(previous=mine)
    assert (moved.slot_id, moved.agent) == (wanted.pk, counsellor)


def test_he_cancels_his_own_and_says_why(world: World, counsellor: Agent, kind: Kind, browser: Client) -> None:
    mine = given_by(world, counsellor, kind)
    browser.post(url("cancel", mine), {"by_us": "us", "reason": "Réunion imprévue"})
    mine.refresh_from_db()
    assert mine.status == AppointmentStatus.CANCELLED_BY_US


@pytest.mark.parametrize("name", ["move", "cancel", "modality"])
def test_he_changes_nobody_else_s(world: World, kind: Kind, browser: Client, name: str) -> None:
    other = given_by(world, world.officer, kind)
    assert browser.get(url(name, other)).status_code == 404
    assert browser.post(url(name, other), {"reason": "x", "by_us": "us"}).status_code == 404
    other.refresh_from_db()
    assert other.status == AppointmentStatus.PLANNED
