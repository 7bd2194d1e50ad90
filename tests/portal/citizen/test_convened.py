"""Behind a link that gives no choice: a date imposed since, or a meeting fixed with an agent."""

from datetime import timedelta

from django.test import Client

from emploi.foundation import clock
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.models import Appointment, Invitation, Kind, SlotRequest
from tests.pathway.appointments.world import MONDAY, World, at
from tests.portal.citizen.test_journey import Phone

DAY = MONDAY + timedelta(days=10)


def test_an_old_link_shows_the_convocation_and_lets_nobody_change_it(world: World, invitation: Invitation) -> None:
    assert invitation.entry_id
    imposed = actions.convene(
        entry_id=invitation.entry_id, slot_id=world.slot(DAY, 9).pk, by=world.by, at=clock.now()
    )  # fmt: skip
    phone = Phone(f"/i/{invitation.token}/")
    assert "Votre convocation" in phone.text
    assert "obligatoire" in phone.text
    assert "Appelez-nous" in phone.text
    assert "Changer de rendez-vous" not in phone.text
    assert "Annuler le rendez-vous" not in phone.text
    link = queries.link_by_token(invitation.token, today=clock.today())
    assert link is not None
    assert not link.may_choose
    # What the agent knows of an absence is that of a convocation, on the paper too.
    assert link.absence == link.invitation.kind.absence_means("convocation") or "obligatoire" in link.absence
    Client().post(f"/i/{invitation.token}/annuler/", {"reason": ""})
    imposed.refresh_from_db()
    assert imposed.status == "planned"


def test_a_cancelled_convocation_says_the_rest_will_be_written(world: World) -> None:
    world.opening()
    entry = world.entry()
    imposed = actions.convene(entry_id=entry.pk, slot_id=world.slot(DAY, 9).pk, by=world.by, at=clock.now())
    actions.cancel(appointment_id=imposed.pk, reason="Agent absent", by=world.by, at=clock.now())
    phone = Phone(f"/i/{imposed.invitation.token}/")
    assert "pas de rendez-vous prévu" in phone.text
    assert "Choisir mon rendez-vous" not in phone.text


def test_who_does_not_choose_is_told_to_call_and_may_ask_to_be_called(world: World) -> None:
    Kind.objects.filter(pk=world.kind.pk).update(bookable_by_person=False)
    world.opening()
    entry = world.entry(mobile="")
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=clock.now())
    sent = Invitation.objects.get()
    letter = Message.objects.get(dedup_key=f"invitation:{sent.pk}:letter")
    assert "Choisissez" not in letter.extras["link_title"]
    phone = Phone(f"/i/{sent.token}/")
    assert "Appelez-nous" in phone.text
    assert "Choisir mon rendez-vous" not in phone.text
    phone.follow("Demander à être rappelé")
    phone.send(wishes="morning", phone="0612345678")
    assert SlotRequest.objects.filter(person=entry.person).exists(), phone.text


def test_what_a_message_promised_holds_until_its_date(world: World, invitation: Invitation) -> None:
    """The administrator changes her mind after the SMS left: who was told to choose still chooses."""
    Kind.objects.filter(pk=invitation.kind_id).update(bookable_by_person=False)
    phone = Phone(f"/i/{invitation.token}/lieux/")
    for words in ("Choisir ce lieu", "Mercredi 25", "9 h"):
        phone.follow(words)
    phone.send()
    assert "Votre rendez-vous est pris" in phone.text
    assert Appointment.objects.get().starts_at == at(MONDAY + timedelta(days=2), 9)
