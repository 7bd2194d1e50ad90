"""Finding one's way in hundreds of openings, and from a free slot of an agenda to the person it is for."""

from datetime import time, timedelta

from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Opening
from emploi.pathway.beneficiaries.models import Entry, HouseholdRole
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import Role
from emploi.territory.organizations.models import Organization
from tests.pathway.appointments.world import MONDAY, TESTS, World, agent

TUESDAY = MONDAY + timedelta(days=1)
OPENINGS, AGENDA = reverse("appointments:openings"), reverse("appointments:agenda")


def rows(client, **asked: object) -> list[str]:
    page = BeautifulSoup(client.get(OPENINGS, asked).content.decode(), "html.parser")
    return [row.get_text(" ", strip=True) for row in page.select("tbody tr")]


def test_openings_are_narrowed_and_those_that_are_over_can_be_seen(world: World, client_of) -> None:
    world.opening()
    world.opening(agent_id=world.colleague.pk, place_id=world.village.pk, first_on=MONDAY + timedelta(days=7))
    Opening.objects.create(
        agent=world.officer, place=world.village, kind=world.kind, first_on=MONDAY - timedelta(days=30),
        last_on=MONDAY - timedelta(days=3), weekdays=[1], starts_at=time(9), ends_at=time(10), slot_minutes=30,
        created_at=clock.now(),
    )  # fmt: skip
    client = client_of(world.secretary)
    assert [text[:6] for text in rows(client)] == ["Claire", "Hugo P"]
    assert [text[:6] for text in rows(client, etat="en-cours")] == ["Claire"]
    assert [text[:6] for text in rows(client, etat="a-venir")] == ["Hugo P"]
    assert rows(client, agent=world.colleague.pk, lieu=world.town.pk) == []
    assert [text[:6] for text in rows(client, lieu=world.village.pk)] == ["Hugo P"]
    (over,) = rows(client, etat="terminees")
    assert "terminée" in over
    assert "Modifier" not in over
    # The numbers are those of the coming slots.
    assert " 15 0 " in f" {rows(client, agent=world.colleague.pk)[0]} ".replace("\n", " ")


def test_five_hundred_openings_cost_as_many_queries_as_one(world: World, client_of) -> None:
    world.opening()
    client = client_of(world.secretary)
    client.get(OPENINGS)
    with CaptureQueriesContext(connection) as few:
        client.get(OPENINGS)
    pole = Organization.objects.get(slug="pole")
    for number in range(30):
        newcomer = agent("Agent", f"Numéro{number:02d}", Role.ORIENTATION_OFFICER, pole)
        world.opening(agent_id=newcomer.pk, last_on=TUESDAY)
    with CaptureQueriesContext(connection) as many:
        page = client.get(OPENINGS)
    assert len(many) == len(few)
    assert len(BeautifulSoup(page.content.decode(), "html.parser").select("tbody tr")) == 25
    assert "1 à 25 sur 31 permanences" in page.content.decode()


def test_a_free_slot_leads_to_the_person_then_to_her_booking(world: World, client_of) -> None:
    world.opening()
    entry = world.entry("Nadia")
    client = client_of(world.secretary)
    day = client.get(AGENDA, {"agent": world.officer.pk, "jour": "2026-11-24"})
    door = BeautifulSoup(day.content.decode(), "html.parser").find("a", string=lambda text: text == "Libre") or (
        BeautifulSoup(day.content.decode(), "html.parser").select_one("a[href*='/prendre/']")
    )
    slot = world.slot(TUESDAY, 9)
    assert door["href"] == reverse("appointments:take", args=[slot.pk])
    board = client.get(AGENDA, {"lieu": world.town.pk, "vue": "semaine", "jour": "2026-11-24"}).content.decode()
    assert f'href="{door["href"]}"' in board

    found = BeautifulSoup(client.get(door["href"], {"q": "essai1"}).content.decode(), "html.parser")
    link = found.select_one("ul.rows a")
    assert link.get_text() == entry.person.full_name
    page = BeautifulSoup(client.get(link["href"]).content.decode(), "html.parser")
    chosen = page.select_one("input[name=slot][checked]")
    assert chosen["value"] == str(slot.pk)
    client.post(link["href"], {"slot": slot.pk, "modality": "physical"})
    assert Appointment.objects.get().slot == slot
    assert Appointment.objects.get().entry == entry


def test_a_slot_taken_meanwhile_and_somebody_outside_are_said(world: World, client_of) -> None:
    world.opening()
    outside = world.entry("Lina")
    with acting(TESTS):
        Entry.objects.filter(pk=outside.pk).update(closed_on=MONDAY, closing_reason="right_ended")
        HouseholdRole.objects.filter(person=outside.person).update(ended_on=MONDAY)
    slot = world.slot(TUESDAY, 9)
    client = client_of(world.secretary)
    page = client.get(reverse("appointments:take", args=[slot.pk]), {"q": "essai1"}).content.decode()
    assert "n’est pas dans le dispositif" in page
    assert (
        "Personne ne correspond à « inconnue »"
        in client.get(reverse("appointments:take", args=[slot.pk]), {"q": "inconnue"}).content.decode()
    )

    taken_by = world.entry("Nadia")
    actions.book(slot_id=slot.pk, entry_id=taken_by.pk, via=BookedVia.AGENT, by=world.by, at=clock.now())
    gone = client.get(reverse("appointments:take", args=[slot.pk]), follow=True)
    assert "Ce créneau n’est plus libre" in gone.content.decode()
    late = world.entry("Rosa")
    reserve = reverse("appointments:reserve", args=[late.person_id])
    assert "Ce créneau vient d’être pris" in client.get(f"{reserve}?creneau={slot.pk}").content.decode()


def test_a_partner_reaches_only_his_own_slots_and_who_books_for_nobody_none(world: World, client_of) -> None:
    world.opening()
    slot = world.slot(TUESDAY, 9)
    body = Organization.objects.create(slug="partenaire", name="Partenaire", kind="provider")
    partner: Agent = agent("Paul", "Ailleurs", Role.PROVIDER, body)
    assert client_of(partner).get(reverse("appointments:take", args=[slot.pk])).status_code in (403, 404)
    with acting(TESTS):
        Membership.objects.filter(agent=world.secretary).update(role=Role.STEERING)
    assert client_of(world.secretary).get(reverse("appointments:take", args=[slot.pk])).status_code in (403, 404)
