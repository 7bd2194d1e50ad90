"""Whom neither an SMS nor an e-mail reminds is called the day before, and the call is kept (RG-06)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.messaging.models import SmsStop
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, ReminderCall
from emploi.pathway.appointments.queries.watching.to_remind import next_day, to_remind
from emploi.pathway.beneficiaries.models import Contact
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

NOW = at(MONDAY, 9)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def booked(world: World) -> dict[str, Appointment]:
    """Tomorrow: one with a mobile, one with a landline only, one who answered STOP, one whose number is dead."""
    world.opening(ends_at=at(MONDAY, 17).time())
    people = {
        "mobile": world.entry("Amine"),
        "fixe": world.entry("Paul", mobile=""),
        "stop": world.entry("Rita"),
        "mort": world.entry("Zoé"),
    }
    with acting(TESTS):
        stopped = Contact.objects.get(person=people["stop"].person, kind="mobile")
        SmsStop.objects.create(number=stopped.value, stopped_at=NOW)
        Contact.objects.filter(person=people["mort"].person, kind="mobile").update(
            is_dead=True, dead_reason="Numéro inconnu"
        )
        Contact.objects.create(
            person=people["fixe"].person, kind="phone", value="+33475000000", source="typed", received_on=MONDAY
        )
    return {
        name: actions.book(
            slot_id=world.slot(TUESDAY, 9 + rank).pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=NOW
        )
        for rank, (name, entry) in enumerate(people.items())
    }


def client_of(who: object) -> Client:
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_only_those_nothing_reminds_are_called(booked: dict[str, Appointment]) -> None:
    waiting = {one.pk for one in to_remind(MONDAY)}
    assert waiting == {booked[name].pk for name in ("fixe", "stop", "mort")}


def test_on_a_friday_one_calls_for_monday() -> None:
    assert next_day(MONDAY + timedelta(days=4)) == 3
    assert next_day(MONDAY) == 1


def test_the_secretary_calls_notes_and_the_line_goes_once_somebody_knows(
    world: World, booked: dict[str, Appointment]
) -> None:
    client = client_of(world.secretary)
    one = booked["fixe"]
    with clock.frozen(NOW):
        block = client.get(reverse("appointments:block_to_call_before")).content.decode()
        assert one.person.full_name in block and booked["mobile"].person.full_name not in block
        address = reverse("appointments:reminder_call", args=[one.pk])
        assert "04 75 00 00 00" in client.get(address).content.decode()
        assert client.post(address, {}).status_code == 422
        client.post(address, {"outcome": "no_answer"})
        page = client.get(reverse("appointments:to_call_before")).content.decode()
        assert one.person.full_name in page and "Pas de réponse" in page
        client.post(address, {"outcome": "message_left", "note": "Répondeur"})
        page = client.get(reverse("appointments:to_call_before")).content.decode()
    assert address not in page
    assert [call.outcome for call in ReminderCall.objects.order_by("pk")] == ["no_answer", "message_left"]
    assert JournalEntry.objects.filter(event="appointments.ReminderCallMade", person_id=one.person_id).count() == 2


def test_a_cancelled_appointment_is_not_called_about(world: World, booked: dict[str, Appointment]) -> None:
    one = booked["fixe"]
    actions.cancel(appointment_id=one.pk, by_us=False, reason="Elle appelle", by=world.by, at=NOW)
    assert one.pk not in {row.pk for row in to_remind(MONDAY)}
    client = client_of(world.secretary)
    with clock.frozen(NOW):
        assert client.get(reverse("appointments:reminder_call", args=[one.pk])).status_code == 404
