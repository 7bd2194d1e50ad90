"""A convocation is another act: its own words when it changes, told twice an hour at most, and a proof of it all."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.documents.models import Document
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.printing import print_letters
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import Act, BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation
from emploi.pathway.appointments.proofs.reading import proof_of
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import Role
from tests.pathway.appointments.world import MONDAY, TESTS, World, agent, at

NOW = at(MONDAY, 9)
DAY = MONDAY + timedelta(days=10)


@pytest.fixture
def entry(world: World) -> Entry:
    world.opening(last_on=MONDAY + timedelta(days=25))
    return world.entry(email="nadia@exemple.invalid")


@pytest.fixture
def summoned(world: World, entry: Entry) -> Appointment:
    return actions.convene(entry_id=entry.pk, slot_id=world.slot(DAY, 9).pk, by=world.by, at=NOW)


def move(world: World, appointment: Appointment, hour: int, *, minutes: int, day_after: int = 0) -> Appointment:
    slot = world.slot(DAY + timedelta(days=day_after), hour)
    when = NOW + timedelta(minutes=minutes)
    return actions.move_appointment(
        appointment_id=appointment.pk, slot_id=slot.pk, reason="Salle fermée", by=world.by, at=when
    )


def told(what: str) -> list[Message]:
    return list(Message.objects.filter(template=f"appointments/{what}").order_by("pk"))


def test_a_change_is_told_as_a_convocation_on_every_channel_and_on_paper(world: World, summoned: Appointment) -> None:
    move(world, summoned, 11, minutes=5)
    changed = told("convocation_moved")
    assert sorted(message.channel for message in changed) == ["email", "letter", "sms"]
    assert not told("moved")
    for message in changed:
        assert "obligatoire" in message.body
        assert message.about == "Convocation modifiée"
    letter = next(message for message in changed if message.channel == "letter")
    assert "droits" in letter.body
    assert letter.extras["reference"].startswith("INV-")


def test_a_cancelled_convocation_says_not_to_come_and_blames_nobody(world: World, summoned: Appointment) -> None:
    actions.cancel(appointment_id=summoned.pk, reason="Agent absent", by=world.by, at=NOW + timedelta(hours=1))
    gone = told("convocation_cancelled")
    assert sorted(message.channel for message in gone) == ["email", "letter", "sms"]
    assert all("annulée" in message.body for message in gone)
    assert not told("cancelled")
    # What had not left yet, the letter to be printed first, does not leave: it says a date that no longer is.
    assert {message.status for message in told("convocation")} == {"cancelled"}


def test_a_convocation_moved_before_it_left_never_says_its_first_date(world: World, summoned: Appointment) -> None:
    printed = Message.objects.get(dedup_key=f"invitation:{summoned.invitation_id}:letter")
    print_letters(message_ids=[printed.pk], by=world.by, at=NOW + timedelta(minutes=1))
    move(world, summoned, 11, minutes=5)
    assert {one.channel: one.status for one in told("convocation")} == {
        "letter": "sent", "sms": "cancelled", "email": "cancelled"
    }  # fmt: skip


def test_a_booking_that_changes_leaves_the_messages_of_its_invitation_alone(world: World, entry: Entry) -> None:
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=NOW)
    booked = actions.book(slot_id=world.slot(DAY, 9).pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=NOW)
    actions.cancel(appointment_id=booked.pk, reason="Agent absent", by=world.by, at=NOW)
    assert {message.status for message in told("invitation")} == {"queued"}


def test_the_reminder_recalls_rights_two_days_before(world: World, summoned: Appointment) -> None:
    reminders = told("convocation_reminder")
    assert {message.channel for message in reminders} == {"sms", "email"}
    assert all(summoned.starts_at - message.send_after == timedelta(hours=48) for message in reminders)
    email = next(message for message in reminders if message.channel == "email")
    assert "droit d’être reçu" in email.body
    assert not told("reminder")


def test_an_invitation_s_appointment_keeps_its_own_words(world: World, entry: Entry) -> None:
    booked = actions.book(slot_id=world.slot(DAY, 9).pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=NOW)
    move(world, booked, 10, minutes=5)
    assert told("moved")
    assert told("reminder")
    assert not told("convocation_moved")
    assert not told("convocation_reminder")


def test_changes_that_had_not_left_are_told_once_with_the_last_state(world: World, summoned: Appointment) -> None:
    """Four changes in twenty minutes before anything left: the one that leaves says the last date."""
    first = move(world, summoned, 10, minutes=1)
    second = move(world, first, 11, minutes=5)
    third = move(world, second, 9, minutes=10, day_after=1)
    last = move(world, third, 10, minutes=20, day_after=4)
    emails = [message for message in told("convocation_moved") if message.channel == "email"]
    assert [message.status for message in emails] == ["cancelled", "cancelled", "cancelled", "queued"]
    waiting = Message.objects.get(dedup_key=f"appointment:{last.pk}:moved:email")
    assert waiting.status == "queued"
    assert "lundi 7 décembre 2026 à 10 h" in waiting.body


def test_changes_already_gone_hold_the_third_back_until_the_hour_is_over(world: World, summoned: Appointment) -> None:
    first = move(world, summoned, 10, minutes=1)
    _leaves("moved")
    second = move(world, first, 11, minutes=5)
    _leaves("moved")
    third = move(world, second, 9, minutes=10, day_after=1)
    held = Message.objects.get(dedup_key=f"appointment:{third.pk}:moved:email")
    assert held.send_after == NOW + timedelta(minutes=61)
    last = move(world, third, 10, minutes=20, day_after=4)
    held.refresh_from_db()
    assert held.status == "cancelled"
    tells = Message.objects.get(dedup_key=f"appointment:{last.pk}:moved:email")
    assert tells.send_after == NOW + timedelta(minutes=61)
    assert "lundi 7 décembre 2026 à 10 h" in tells.body


def _leaves(what: str) -> None:
    """Whatever waits has left."""
    waiting = Message.objects.filter(status="queued", dedup_key__contains=f":{what}:")
    with acting(TESTS):
        for message in waiting:
            message.status, message.sent_at = "sent", message.send_after
            message.save(update_fields=["status", "sent_at"])


def test_a_booking_after_a_cancelled_convocation_is_no_convocation(world: World, summoned: Appointment) -> None:
    actions.cancel(appointment_id=summoned.pk, reason="Agent absent", by=world.by, at=NOW)
    booked = actions.book(
        slot_id=world.slot(DAY, 11).pk, entry_id=summoned.entry_id, via=BookedVia.PHONE, by=world.by, at=NOW
    )
    assert booked.invitation is None
    assert Message.objects.get(dedup_key=f"appointment:{booked.pk}:reminder:sms:48").template == "appointments/reminder"


def test_the_proof_says_word_for_word_what_left_and_what_followed(world: World, summoned: Appointment) -> None:
    """Convened, printed, moved, then absent: the file says each of them, with its moment and its author."""
    invitation = Invitation.objects.get(act=Act.CONVOCATION)
    letter = Message.objects.get(dedup_key=f"invitation:{invitation.pk}:letter")
    print_letters(message_ids=[letter.pk], by=world.by, at=NOW + timedelta(hours=1))
    moved = move(world, summoned, 11, minutes=90)
    actions.mark_absent(appointment_id=moved.pk, by=world.by, at=at(DAY, 15))

    said = proof_of(invitation, by=world.by, at=at(DAY, 16))
    assert "Nadia Essai1" in said["person"]
    assert said["sent_by"] == "Claire Martin"
    by_channel = {message["channel"]: message for message in said["messages"]}
    assert set(by_channel) == {"SMS", "E-mail", "Courrier"}
    left = Message.objects.get(dedup_key=f"invitation:{invitation.pk}:sms").body
    assert by_channel["SMS"]["words"] == left.replace(invitation.token, "[lien masqué]")
    assert by_channel["Courrier"]["state"] == "Imprimé"
    printed = ["lundi 23 novembre 2026 à 10 h", "Imprimé"]
    assert printed in by_channel["Courrier"]["steps"]
    until = [one["until"].replace("\u00a0", " ") for one in said["changes"]]
    assert until == ["Déplacé lundi 23 novembre 2026 à 10 h 30. Salle fermée", ""]
    assert "Convocation modifiée" in {message["about"] for message in said["later"]}
    assert said["outcome"].startswith("Absent. Noté jeudi 3 décembre 2026 à 15 h, par Claire Martin.")


def test_a_hidden_address_stays_hidden_in_the_proof(world: World, summoned: Appointment) -> None:
    with acting(TESTS):
        Person.objects.filter(pk=summoned.person_id).update(confidential_address=True)
    invitation = Invitation.objects.get(act=Act.CONVOCATION)
    said = proof_of(invitation, by=world.by, at=NOW)
    assert "LILAS" not in str(said["messages"])


def test_whoever_sees_the_appointments_draws_up_the_proof_and_it_is_traced(world: World, summoned: Appointment) -> None:
    invitation = Invitation.objects.get(act=Act.CONVOCATION)
    browser = _signed_in(world.officer)
    page = reverse("appointments:card", args=[summoned.person_id])
    address = reverse("appointments:proof", args=[summoned.person_id, invitation.pk])
    assert address in browser.get(page).content.decode()
    response = browser.post(address, follow=True)
    pdf = b"".join(response.streaming_content) if response.streaming else response.content
    assert pdf.startswith(b"%PDF")
    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    assert "Dossier de preuve" in words
    assert "Nadia Essai1" in words
    journal = JournalEntry.objects.get(event="appointments.ConvocationProofMade")
    assert (journal.person_id, journal.actor_id) == (summoned.person_id, world.officer.pk)


def test_a_partner_who_does_not_follow_her_gets_neither_the_proof_nor_its_file(
    world: World, summoned: Appointment
) -> None:
    invitation = Invitation.objects.get(act=Act.CONVOCATION)
    document = actions.make_proof(invitation_id=invitation.pk, by=world.by, at=NOW)
    service = Membership.objects.get(agent=world.officer).organization
    outsider = _signed_in(agent("Eve", "Ailleurs", Role.PROVIDER, service))
    address = reverse("appointments:proof", args=[summoned.person_id, invitation.pk])
    assert outsider.post(address).status_code == 404
    assert outsider.get(reverse("documents:download", args=[document.uuid])).status_code in (403, 404)
    assert Document.objects.filter(kind="convocation_proof").count() == 1


def test_an_invitation_has_no_proof_file(world: World, entry: Entry) -> None:
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=NOW)
    with pytest.raises(DomainError, match="Seule une convocation"):
        actions.make_proof(invitation_id=Invitation.objects.get().pk, by=world.by, at=NOW)


def _signed_in(who: Agent) -> Client:
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
