"""What did not reach the person is never used again, and somebody looks for her until another way is found."""

import pytest
from django.test import Client

from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging import actions as messaging
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.receipts import OPERATOR, Announced, apply_receipt
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.models import Invitation, LostContact
from emploi.pathway.beneficiaries.actions import add_contact
from emploi.pathway.beneficiaries.models import Contact, Entry
from tests.pathway.appointments.world import MONDAY, World, at


def invited(world: World, **wanted: object) -> tuple[Entry, Message]:
    entry = world.entry(**wanted)
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=at(MONDAY, 9))
    return entry, Message.objects.get()


def says(message: Message, word: str) -> None:
    """The operator tells what became of the message."""
    apply_receipt(receipt=Announced(str(message.uuid), word, at(MONDAY, 10)), by=OPERATOR, at=at(MONDAY, 10))


def leave(message: Message) -> None:
    """The message left."""
    with acting(OPERATOR):
        Message.objects.filter(pk=message.pk).update(status="sent", sent_at=at(MONDAY, 9))


def test_a_number_that_does_not_exist_is_dead_and_the_person_is_looked_for(world: World) -> None:
    entry, message = invited(world)
    leave(message)
    says(message, "undeliverable")
    assert Contact.objects.get(person=entry.person).is_dead
    assert queries.reach_of([entry])[entry.pk].mobile == ""
    assert [lost.person_id for lost in queries.open_lost()] == [entry.person_id]


def test_a_telephone_switched_off_for_days_is_not_dead(world: World) -> None:
    entry, message = invited(world)
    leave(message)
    says(message, "expired")
    assert not Contact.objects.get(person=entry.person).is_dead
    assert not LostContact.objects.exists()


def test_a_person_who_received_nothing_may_be_invited_again_the_same_day(world: World) -> None:
    entry, message = invited(world)
    leave(message)
    says(message, "undeliverable")
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=at(MONDAY, 11))
    assert Invitation.objects.order_by("pk").last().channels == ["letter"]  # type: ignore[union-attr]


def test_a_letter_that_came_back_is_not_written_again_to_the_same_door(world: World) -> None:
    entry, message = invited(world, mobile="")
    leave(message)
    message.refresh_from_db()
    messaging.settle(message=message, delivered=False, reason="Courrier revenu", by=world.by, at=at(MONDAY, 10))
    assert queries.reach_of([entry])[entry.pk].address_lines == ()
    assert LostContact.objects.get().channel == "letter"


def test_a_new_number_takes_the_person_off_the_list(world: World) -> None:
    entry, message = invited(world)
    leave(message)
    says(message, "undeliverable")
    add_contact(
        person_id=entry.person_id, kind="mobile", value="+33639981234", source="person", by=world.by, at=at(MONDAY, 11)
    )
    assert not queries.open_lost().exists()
    assert queries.reach_of([entry])[entry.pk].mobile == "+33639981234"


def test_a_contact_found_good_again_is_used_again(world: World) -> None:
    entry, message = invited(world)
    leave(message)
    says(message, "undeliverable")
    lost = LostContact.objects.get()
    actions.restore_contact(lost_id=lost.pk, by=world.by, at=at(MONDAY, 11))
    assert queries.reach_of([entry])[entry.pk].mobile == message.recipient
    lost.refresh_from_db()
    assert lost.restored_at == at(MONDAY, 11)
    with pytest.raises(DomainError, match="déjà réglé"):
        actions.restore_contact(lost_id=lost.pk, by=world.by, at=at(MONDAY, 12))


def test_a_returned_letter_found_good_again(world: World) -> None:
    entry, message = invited(world, mobile="")
    leave(message)
    message.refresh_from_db()
    messaging.settle(message=message, delivered=False, reason="Courrier revenu", by=world.by, at=at(MONDAY, 10))
    actions.restore_contact(lost_id=LostContact.objects.get().pk, by=world.by, at=at(MONDAY, 11))
    assert queries.reach_of([entry])[entry.pk].address_lines


def test_the_list_on_the_desk(world: World) -> None:
    entry, message = invited(world)
    leave(message)
    says(message, "bounced")
    client = Client()
    client.force_login(world.secretary, backend="allauth.account.auth_backends.AuthenticationBackend")
    shown = client.get("/rendez-vous/coordonnees/").content.decode()
    assert entry.person.full_name in shown
    lost = LostContact.objects.get()
    client.post(f"/rendez-vous/coordonnees/{lost.pk}/reglee/", {"outcome": ""})
    assert queries.open_lost().count() == 1
    client.post(f"/rendez-vous/coordonnees/{lost.pk}/reglee/", {"outcome": "La CAF n’a rien d’autre"})
    assert queries.open_lost().count() == 0
    assert "coordonnées à retrouver" not in client.get("/entrants/").content.decode()
