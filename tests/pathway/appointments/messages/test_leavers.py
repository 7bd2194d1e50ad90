"""Who left the pathway with a date: somebody keeps it or cancels it, nothing is decided by itself."""

from datetime import timedelta

from django.test import Client

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.beneficiaries.models import Entry
from tests.pathway.appointments.messages.test_withdrawal import leaves, summoned
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

BLOCK = "/rendez-vous/blocs/sorties/"


def signed_in(world: World) -> Client:
    client = Client()
    client.force_login(world.secretary, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def left(world: World) -> Appointment:
    appointment = summoned(world)
    assert appointment.entry is not None
    leaves(appointment.entry)
    return appointment


def test_the_date_of_who_left_is_listed_until_somebody_keeps_it(world: World) -> None:
    appointment, browser = left(world), signed_in(world)
    with clock.frozen(at(MONDAY, 22)):
        shown = browser.get(BLOCK).content.decode()
        assert appointment.person.full_name in shown
        assert "Fin du droit au RSA" in shown
        browser.post(f"/rendez-vous/{appointment.pk}/garder/")
        assert "Personne n’est sorti" in browser.get(BLOCK).content.decode()
        again = browser.post(f"/rendez-vous/{appointment.pk}/garder/", follow=True).content.decode()
    assert "C’est déjà décidé" in again
    appointment.refresh_from_db()
    assert (appointment.status, appointment.kept_by) == ("planned", world.secretary)


def test_a_date_cancelled_or_a_right_that_comes_back_leaves_the_list(world: World) -> None:
    back, cancelled, browser = left(world), left_too(world), signed_in(world)
    with acting(TESTS):
        Entry.objects.filter(pk=back.entry_id).update(closed_on=None, closing_reason="")
    with clock.frozen(at(MONDAY, 22)):
        assert cancelled.person.full_name in browser.get(BLOCK).content.decode()
        browser.post(f"/rendez-vous/{cancelled.pk}/annuler/", {"by_us": "us", "reason": "Déménagement"})
        shown = browser.get(BLOCK).content.decode()
    assert "Personne n’est sorti" in shown


def left_too(world: World) -> Appointment:
    """Somebody else, with the colleague."""
    world.opening(agent_id=world.colleague.pk)
    entry = world.entry("Lucie")
    slot = world.slot(MONDAY + timedelta(days=9), 10, agent=world.colleague)
    appointment = actions.convene(entry_id=entry.pk, slot_id=slot.pk, by=world.by, at=at(MONDAY, 20))
    leaves(entry)
    return appointment
