"""The letter of a convocation: to a hidden address only when somebody chose it, registered when one wants a receipt."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message, PrintRun
from emploi.foundation.messaging.paper.posting import note_posted
from emploi.foundation.messaging.paper.registered import follow_registered
from emploi.foundation.messaging.printing import hidden_addresses, print_letters
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.models import Appointment, Invitation
from emploi.pathway.appointments.proofs.reading import proof_of
from emploi.pathway.beneficiaries.models import Entry, HouseholdRole, Person
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

NOW = at(MONDAY, 9)
DAY = MONDAY + timedelta(days=10)


@pytest.fixture
def entry(world: World, settings, tmp_path) -> Entry:
    settings.MEDIA_ROOT = tmp_path
    world.opening(last_on=MONDAY + timedelta(days=25))
    return world.entry(email="nadia@exemple.invalid")


def hide(entry: Entry, *, by_somebody_else: bool = False) -> None:
    """Her address is secret, because of her or of somebody who lives with her."""
    with acting(TESTS):
        if by_somebody_else:
            other = Person.objects.create(first_name="Sarah", last_name="ESSAI", confidential_address=True)
            HouseholdRole.objects.create(person=other, household=entry.household, role="ENF", started_on=MONDAY)
        else:
            Person.objects.filter(pk=entry.person_id).update(confidential_address=True)
    entry.refresh_from_db()


def convene(world: World, entry: Entry, letter: str = "") -> Appointment:
    slot = world.slot(DAY, 9)
    return actions.convene(entry_id=entry.pk, slot_id=slot.pk, letter=letter, by=world.by, at=NOW)


def letters() -> list[Message]:
    return list(Message.objects.filter(channel="letter").order_by("pk"))


@pytest.mark.parametrize("by_somebody_else", [False, True], ids=["elle", "quelqu’un de son foyer"])
def test_no_letter_leaves_for_a_hidden_address_without_a_choice(
    world: World, entry: Entry, by_somebody_else: bool
) -> None:
    hide(entry, by_somebody_else=by_somebody_else)
    with pytest.raises(DomainError, match="confidentielle"):
        convene(world, entry)
    assert not Appointment.objects.exists() and not Message.objects.exists()
    booked = convene(world, entry, "none")
    assert letters() == []
    assert sorted(Message.objects.filter(about="Convocation").values_list("channel", flat=True)) == ["email", "sms"]
    # What changes it does not leave there either.
    actions.move_appointment(
        appointment_id=booked.pk, slot_id=world.slot(DAY, 11).pk, reason="Salle fermée", by=world.by, at=NOW
    )
    assert letters() == []
    assert hidden_addresses([entry.person_id]) == {entry.person_id}


def test_a_person_only_the_post_reaches_is_not_convened_without_a_letter(world: World) -> None:
    world.opening(last_on=MONDAY + timedelta(days=25))
    alone = world.entry("Paul", mobile="")
    with pytest.raises(DomainError, match="rien ne dirait la date"):
        convene(world, alone, "none")
    assert not Invitation.objects.exists()


def test_the_page_warns_proposes_no_letter_and_keeps_the_choice(world: World, entry: Entry) -> None:
    hide(entry)
    client = Client()
    client.force_login(world.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("appointments:convene", args=[entry.person_id])
    with clock.frozen(NOW):
        text = client.get(address).content.decode()
        assert "Adresse confidentielle" in text
        assert 'value="none"' in text and "checked" in text.split('value="none"')[1][:120]
        assert "Dites si une lettre part" in client.post(address, {"slot": world.slot(DAY, 9).pk}).content.decode()
        done = client.post(address, {"slot": world.slot(DAY, 9).pk, "letter": "plain"}, follow=True).content.decode()
    assert [letter.status for letter in letters()] == ["queued"]
    assert 'href="/courriers/"' in done


def test_a_registered_convocation_keeps_number_day_and_receipt_in_its_proof(world: World, entry: Entry) -> None:
    booked = convene(world, entry, "registered")
    (letter,) = letters()
    assert letter.is_registered
    print_letters(message_ids=[letter.pk], by=world.by, at=NOW)
    tuesday = NOW + timedelta(days=1)
    note_posted(run_ids=[PrintRun.objects.get().pk], on=tuesday.date(), by=world.by, at=tuesday)
    later = NOW + timedelta(days=4)
    with pytest.raises(DomainError, match="pas avant"):
        follow_registered(
            message_id=letter.pk, number="1A 2345 6789 0", outcome="received", on=MONDAY, by=world.by, at=later
        )
    on = MONDAY + timedelta(days=3)
    follow_registered(message_id=letter.pk, number="1A 2345 6789 0", outcome="received", on=on, by=world.by, at=later)
    invitation = Invitation.objects.select_related("person", "kind", "created_by").get(pk=booked.invitation_id)
    told = proof_of(invitation, by=world.by, at=later)
    steps = [what for message in told["messages"] if message["channel"] == "Courrier" for _, what in message["steps"]]
    assert any(what.startswith("Déposé à la poste") for what in steps)
    assert "Recommandé n° 1A234567890" in steps
    assert "Reçu : l’avis de réception est signé" in steps


def test_a_letter_that_would_come_too_late_is_told_apart(world: World, entry: Entry) -> None:
    convene(world, entry)
    client = Client()
    client.force_login(world.secretary, backend="allauth.account.auth_backends.AuthenticationBackend")
    said = {}
    # Imposed for Thursday 3 December: four days of post.
    for day in (0, 4, 7):
        with clock.frozen(NOW + timedelta(days=day)):
            said[day] = client.get(reverse("messaging:day_letters")).content.decode()
    assert "avant le dimanche 29 novembre" in said[0]
    assert "à poster aujourd’hui" in said[4]
    assert "trop tard : appelez" in said[7]
