"""« Mauvais numéro » : the number is dead, the person is looked for, and nothing leaves to it any more."""

from datetime import timedelta

from django.test import Client

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.actions.agendas.reminder_calls import note_reminder_call
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import CallAttempt
from emploi.pathway.beneficiaries.models import Contact, Entry
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

MOBILE = "+33639980001"
NIGHT = at(MONDAY, 20, 30)


def invited(world: World) -> Entry:
    entry = world.entry(mobile=MOBILE)
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=NIGHT)
    return entry


def calls(world: World, entry: Entry, **typed: str) -> str:
    browser = Client()
    browser.force_login(world.secretary, backend="allauth.account.auth_backends.AuthenticationBackend")
    with clock.frozen(at(MONDAY, 21)):
        address = f"/personnes/{entry.person_id}/rendez-vous/appeler/"
        return browser.post(address, {"outcome": "wrong_number", **typed}, follow=True).content.decode()


def test_her_only_number_is_dead_and_she_is_looked_for(world: World) -> None:
    entry = invited(world)
    shown = calls(world, entry)
    assert "Coordonnées à retrouver" in shown
    assert Contact.objects.get(person=entry.person).is_dead
    assert [(lost.person_id, lost.value) for lost in queries.open_lost()] == [(entry.person_id, MOBILE)]
    assert not Message.objects.filter(status="queued", recipient=MOBILE).exists()
    assert Message.objects.get(status="queued").channel == "letter"


def test_of_two_numbers_the_agent_says_which(world: World) -> None:
    entry = invited(world)
    _landline(entry)
    assert "Dites quel numéro est faux." in calls(world, entry)
    assert not CallAttempt.objects.exists()
    calls(world, entry, number="+33465719911")
    assert [c.value for c in Contact.objects.filter(person=entry.person, is_dead=True)] == ["+33465719911"]
    assert Message.objects.get(status="queued").recipient == MOBILE


def test_any_other_outcome_leaves_the_number_alone(world: World) -> None:
    entry = invited(world)
    calls(world, entry, outcome="no_answer")
    assert not Contact.objects.filter(is_dead=True).exists()
    assert not queries.open_lost().exists()


def test_the_call_of_the_day_before_forgets_a_wrong_number_too(world: World) -> None:
    world.opening()
    entry = world.entry(mobile="")
    _landline(entry)
    slot = world.slot(MONDAY + timedelta(days=1), 9)
    booked = actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY))
    note_reminder_call(
        appointment_id=booked.pk, outcome="wrong_number", number="+33465719911", by=world.by, at=at(MONDAY, 15)
    )
    assert Contact.objects.get(person=entry.person).is_dead
    assert [lost.value for lost in queries.open_lost()] == ["+33465719911"]


def _landline(entry: Entry) -> None:
    with acting(TESTS):
        Contact.objects.create(
            person=entry.person, kind="phone", value="+33465719911", source="typed", received_on=MONDAY
        )
