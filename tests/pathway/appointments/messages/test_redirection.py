"""A phone or an address that changes takes with it the messages that wait: nothing goes to the former one."""

from datetime import timedelta
from typing import Any

from emploi.foundation.audit.writing import acting
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation
from emploi.pathway.beneficiaries import actions as beneficiaries
from emploi.pathway.beneficiaries.facts import TypedAddress
from emploi.pathway.beneficiaries.models import Contact, Entry
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

OLD, NEW = "+33639980001", "+33639980099"
LATER = at(MONDAY, 11)


def booked(world: World, **known: Any) -> tuple[Entry, Appointment]:
    world.opening()
    entry = world.entry(**{"mobile": OLD, **known})
    slot = world.slot(MONDAY + timedelta(days=9), 9)
    return entry, actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY))


def gives(entry: Entry, value: str = NEW, kind: str = "mobile") -> None:
    beneficiaries.add_contact(person_id=entry.person_id, kind=kind, value=value, source="person", by=TESTS, at=LATER)


def dies(entry: Entry, value: str = OLD) -> None:
    contact = Contact.objects.get(person=entry.person, value=value)
    beneficiaries.mark_contact_dead(contact_id=contact.pk, reason="Numéro d’un ex", by=TESTS, at=LATER)


def waiting(template: str = "appointments/reminder") -> list[tuple[str, str]]:
    rows = Message.objects.filter(template=template, status="queued").order_by("channel")
    return [(row.channel, row.recipient) for row in rows]


def test_the_reminder_goes_to_the_new_number_with_the_same_words(world: World) -> None:
    entry, appointment = booked(world)
    before = Message.objects.get(template="appointments/reminder")
    gives(entry)
    assert waiting() == [("sms", NEW)]
    after = Message.objects.get(template="appointments/reminder", status="queued")
    assert (after.body, after.send_after, after.dedup_key) == (before.body, before.send_after, before.dedup_key)
    before.refresh_from_db()
    assert before.status == "cancelled"
    assert "a changé" in before.error
    actions.cancel(appointment_id=appointment.pk, reason="Absence de l’agent", by=world.by, at=LATER)
    assert waiting() == []


def test_the_number_chosen_first_takes_what_waits(world: World) -> None:
    entry, _ = booked(world)
    with acting(TESTS):
        other = Contact.objects.create(person=entry.person, kind="mobile", value=NEW, source="caf", received_on=MONDAY)
    beneficiaries.prefer_contact(contact_id=other.pk, by=TESTS, at=LATER)
    assert waiting() == [("sms", NEW)]


def test_a_dead_number_without_another_fails_plainly_and_a_new_one_gives_the_reminder_back(world: World) -> None:
    entry, _ = booked(world, address=False)
    dies(entry)
    reminder = Message.objects.get(template="appointments/reminder")
    assert reminder.status == "failed"
    assert "n’en a pas d’autre" in reminder.error
    gives(entry)
    assert waiting() == [("sms", NEW)]


def test_a_new_number_never_gives_back_what_is_no_longer_true(world: World) -> None:
    entry, appointment = booked(world, address=False)
    dies(entry)
    actions.cancel(appointment_id=appointment.pk, reason="Agent malade", by=world.by, at=LATER)
    silent = world.entry(mobile="+33639980002", address=False)
    actions.invite_entries(entry_ids=[silent.pk], by=world.by, at=at(MONDAY, 6))
    dies(silent, "+33639980002")
    slot = world.slot(MONDAY + timedelta(days=8), 9)
    actions.book(slot_id=slot.pk, entry_id=silent.pk, via=BookedVia.PHONE, by=world.by, at=LATER)
    gives(entry)
    gives(silent, "+33639980088")
    assert waiting() == waiting("appointments/invitation") == []


def test_a_dead_number_hands_the_reminder_to_the_e_mail(world: World) -> None:
    entry, _ = booked(world, email="nadia@exemple.invalid")
    dies(entry)
    assert waiting() == [("email", "nadia@exemple.invalid")]
    assert not Message.objects.filter(status="queued", channel="sms").exists()


def test_who_does_not_read_sms_is_reminded_by_e_mail(world: World) -> None:
    entry, _ = booked(world, email="nadia@exemple.invalid")
    beneficiaries.tell_wish(person_id=entry.person_id, means="", reads_sms=False, by=TESTS, at=LATER)
    assert waiting() == [("email", "nadia@exemple.invalid")]


def test_an_invitation_that_waits_leaves_by_post_when_the_number_dies(world: World) -> None:
    entry = world.entry(mobile=OLD)
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=at(MONDAY, 6))
    dies(entry)
    assert [channel for channel, _ in waiting("appointments/invitation")] == ["letter"]
    assert Invitation.objects.get().channels == ["sms", "letter"]


def test_a_letter_to_print_takes_the_address_typed_since(world: World) -> None:
    entry = world.entry(mobile="")
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=at(MONDAY))
    address = TypedAddress(number="3", street="RUE NEUVE", postal_code="99001", city="EXEMPLEVILLE", insee="99001")
    beneficiaries.type_address(household_id=entry.household_id, address=address, by=TESTS, at=LATER)
    (letter,) = waiting("appointments/invitation")
    assert letter[1].splitlines()[1:] == ["3 RUE NEUVE", "99001 EXEMPLEVILLE"]


def test_what_left_and_what_is_somebody_else_s_stay(world: World) -> None:
    entry, _ = booked(world)
    with acting(TESTS):
        Message.objects.filter(template="appointments/confirmation").update(status="sent")
        Message.objects.filter(template="appointments/reminder").update(recipient="+33639985555")
    gives(entry)
    assert waiting() == [("sms", "+33639985555")]
    assert Message.objects.get(template="appointments/confirmation").recipient == OLD
