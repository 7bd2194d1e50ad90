"""The secret address of an agent's appointments: initials, hours, places; nothing else, and nothing once revoked."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import AgendaFeed, Appointment
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

TUESDAY = MONDAY + timedelta(days=1)


def book(world: World, hour: int, name: str = "Nadia") -> Appointment:
    slot, entry = world.slot(TUESDAY, hour), world.entry(name)
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())


def address(world: World) -> str:
    actions.make_feed(agent_id=world.officer.pk, by=world.by, at=clock.now())
    return urlsplit(queries.feed_address_of(world.officer.pk)).path


def test_it_says_hours_initials_and_places_and_names_nobody(world: World) -> None:
    world.opening()
    appointment = book(world, 9)
    answer = Client().get(address(world))
    assert answer["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer["Cache-Control"]
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["SUMMARY"] == "RDV N. E."
    assert event["DTSTART"].dt == at(TUESDAY, 9)
    assert event["LOCATION"] == "Maison du Département, Exempleville"
    text = answer.content.decode().lower()
    for said in ("nadia", appointment.person.last_name.lower(), "orientation", "rsa", "description"):
        assert said not in text


def test_it_follows_the_agenda(world: World) -> None:
    world.opening()
    path, appointment = address(world), book(world, 9)
    actions.cancel(appointment_id=appointment.pk, reason="Essai", by=world.by, at=clock.now())
    book(world, 10, "Omar")
    starts = [event["DTSTART"].dt for event in Calendar.from_ical(Client().get(path).content).walk("VEVENT")]
    assert starts == [at(TUESDAY, 10)]


def test_changed_the_former_address_opens_nothing(world: World, client_of) -> None:
    former = address(world)
    client = client_of(world.officer)
    page = client.post(reverse("appointments:feed_make"), follow=True).content.decode()
    current = urlsplit(queries.feed_address_of(world.officer.pk)).path
    assert current in page
    assert current != former
    assert Client().get(former).status_code == 404
    assert Client().get(current).status_code == 200
    client.post(reverse("appointments:feed_revoke"))
    assert Client().get(current).status_code == 404


def test_no_address_is_guessed_from_another(world: World) -> None:
    path = address(world)
    feed = AgendaFeed.objects.get()
    for wrong in (f"{feed.pk}-{feed.seed}", f"{feed.pk}-", "x", f"{feed.pk}-{'0' * 40}"):
        assert Client().get(f"/agendas/{wrong}.ics").status_code == 404
    assert feed.seed not in path


def test_an_agent_who_left_is_read_no_more(world: World) -> None:
    path = address(world)
    with acting(TESTS):
        world.officer.is_active = False
        world.officer.save()
    assert Client().get(path).status_code == 404


def test_the_number_of_queries_does_not_move_with_the_appointments(world: World) -> None:
    world.opening()
    path = address(world)
    book(world, 9)
    Client().get(path)
    with CaptureQueriesContext(connection) as few:
        Client().get(path)
    book(world, 10, "Omar")
    book(world, 11, "Zoé")
    with CaptureQueriesContext(connection) as many:
        Client().get(path)
    assert len(few) == len(many)
