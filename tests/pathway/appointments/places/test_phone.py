"""Somebody who cannot come calls the place she was to come to, when it has a number of its own."""

from django.test import Client
from django.urls import reverse

from emploi.foundation import clock, department
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation
from emploi.territory.geography import actions as geography
from emploi.territory.geography.models import Place
from tests.pathway.appointments.world import MONDAY, TESTS, World

OWN = "+33475000102"
HOURS = {str(day): [["08:30", "12:00"]] for day in (1, 2, 3, 4)}


def booked(world: World, email: str = "") -> Appointment:
    world.opening()
    entry = world.entry(email=email)
    slot = world.slot(MONDAY.replace(day=24), 9)
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.AGENT, by=world.by, at=clock.now())


def own_number(world: World) -> None:
    values = {"phone": OWN, "opening_hours": HOURS}
    geography.change_place(place_id=world.town.pk, values=values, by=TESTS, at=clock.now())


def test_messages_about_an_appointment_give_the_number_of_its_place(world: World) -> None:
    own_number(world)
    booked(world, email="nadia@exemple.invalid")
    sent = {row.channel: row.body for row in Message.objects.filter(template="appointments/confirmation")}
    assert "04 75 00 01 02" in sent["sms"]
    assert "04 75 00 01 02 (du lundi au jeudi, de 8 h\u00a030 à 12 h)" in sent["email"]
    assert not any(department.identity().phone in body for body in sent.values())


def test_a_place_without_a_number_of_its_own_gives_the_departement_s(world: World) -> None:
    identity = department.identity()
    assert (world.village.reception.phone, world.village.reception.hours) == (
        identity.phone,
        identity.public_phone_hours,
    )
    # The switchboard written another way, beside hours that are those of the door: still the switchboard.
    same = Place(phone="+33" + identity.phone.replace(" ", "")[1:], opening_hours=HOURS)
    assert same.reception == world.village.reception
    geography.change_place(place_id=world.town.pk, values={"phone": ""}, by=TESTS, at=clock.now())
    booked(world)
    assert identity.phone in Message.objects.get(template="appointments/confirmation", channel="sms").body


def test_the_pages_of_the_person_and_her_paper_say_it_too(world: World, client_of) -> None:
    own_number(world)
    entry = world.entry()
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=clock.now())
    invitation = Invitation.objects.get(entry=entry)
    world.opening()
    slot = world.slot(MONDAY.replace(day=24), 9)
    appointment = actions.book(
        slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.AGENT, invitation_id=invitation.pk, by=world.by,
        at=clock.now(),
    )  # fmt: skip
    for name in ("link", "printed", "cancel"):
        page = Client().get(reverse(f"citizen:{name}", args=[invitation.token])).content.decode()
        assert "04 75 00 01 02" in page, name
    calendar = Client().get(reverse("citizen:calendar", args=[invitation.token])).content.decode()
    assert "04 75 00 01 02" in calendar.replace("\r\n ", "")
    printed = client_of(world.secretary).get(reverse("appointments:printed", args=[appointment.pk])).content.decode()
    assert "04 75 00 01 02</span> (du lundi au jeudi, de 8 h\u00a030 à 12 h)" in printed
