"""A date taken by telephone with nobody invited: the confirmation gives a link, and no figure takes it for an act."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.html import escape

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.foundation.messaging.models import Message
from emploi.oversight.steering.indicators import cohort
from emploi.oversight.steering.queries import funnel
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.actions.links import try_code
from emploi.pathway.appointments.enums import Act, BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation, Kind, SlotRequest
from emploi.pathway.beneficiaries.models import Entry
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

NOW = at(MONDAY, 9)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def entry(world: World) -> Entry:
    world.opening()
    return world.entry()


def by_telephone(world: World, entry: Entry, hour: int = 10) -> Appointment:
    slot = world.slot(TUESDAY, hour)
    by = world.secretary.as_actor()
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=by, at=NOW)


def given() -> Invitation:
    return Invitation.links.get(act=Act.BOOKED)


def test_the_confirmation_carries_a_link_that_shows_changes_and_cancels(world: World, entry: Entry) -> None:
    by_telephone(world, entry)
    link = f"/i/{given().token}/"
    assert link in Message.objects.get(template="appointments/confirmation", channel="sms").body
    phone = Client()
    with clock.frozen(NOW):
        shown = phone.get(link).content.decode()
        assert "Changer de rendez-vous" in shown
        slot = world.slot(TUESDAY, 11)
        phone.post(f"{link}confirmer/", {"creneau": slot.pk})
        assert Appointment.objects.get(status="planned").starts_at == at(TUESDAY, 11)
        phone.post(f"{link}annuler/", {"reason": ""})
        assert not Appointment.objects.filter(status="planned").exists()
        again = phone.get(link).content.decode()
    assert "Vous pouvez en choisir un autre" in again
    assert "vous invite" not in again


def test_who_chooses_again_with_that_link_still_answers_no_invitation(world: World, entry: Entry) -> None:
    taken = by_telephone(world, entry)
    actions.cancel(appointment_id=taken.pk, reason="empêchée", by_us=False, by=world.by, at=NOW)
    with clock.frozen(NOW):
        Client().post(f"/i/{given().token}/confirmer/", {"creneau": world.slot(TUESDAY, 11).pk})
    again = Appointment.objects.get(status="planned")
    assert (again.booked_via, again.invitation_id) == (BookedVia.PERSON, None)


def test_a_moved_date_keeps_the_same_link_and_it_lasts_until_the_new_day(world: World, entry: Entry) -> None:
    taken = by_telephone(world, entry)
    with acting(TESTS):
        Invitation.links.update(expires_on=TUESDAY)
    later = world.slot(MONDAY + timedelta(days=8), 9)
    actions.move_appointment(appointment_id=taken.pk, slot_id=later.pk, reason="train", by=world.by, at=NOW)
    assert given().expires_on >= MONDAY + timedelta(days=8)
    assert given().token in Message.objects.get(template="appointments/moved", channel="sms").body


def test_a_letter_carries_the_code_and_the_code_opens(world: World) -> None:
    world.opening()
    entry = world.entry(mobile="")
    slot = world.slot(MONDAY + timedelta(days=9), 9)
    actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=NOW)
    letter = Message.objects.get(template="appointments/confirmation", channel="letter")
    code = letter.extras["link_code"]
    assert letter.extras["link_title"] == "Voir, changer ou annuler mon rendez-vous"
    tried = try_code(typed=code, birth_year="1988", by=TESTS, at=NOW)
    assert tried.invitation == given()
    assert try_code(typed=code, birth_year="1989", by=TESTS, at=NOW).invitation is None


def test_who_was_invited_gets_no_second_link(world: World, entry: Entry) -> None:
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=NOW)
    by_telephone(world, entry)
    assert Invitation.links.get().act == Act.INVITATION


def test_a_withdrawn_link_is_replaced_by_another_at_the_next_change(world: World, entry: Entry) -> None:
    taken = by_telephone(world, entry)
    wrong = given()
    actions.revoke_invitation(invitation_id=wrong.pk, reason="mauvais numéro", by=world.by, at=NOW)
    actions.move_appointment(
        appointment_id=taken.pk, slot_id=world.slot(TUESDAY, 11).pk, reason="train", by=world.by, at=NOW
    )
    living = Invitation.links.get(act=Act.BOOKED, revoked_at=None)
    assert living.pk != wrong.pk
    assert living.token in Message.objects.get(template="appointments/moved", channel="sms").body


def test_no_figure_takes_it_for_an_invitation(world: World, entry: Entry) -> None:
    """Cancelled by us and nobody written to since: never invited, not proposed, nothing to wait before inviting."""
    taken = by_telephone(world, entry)
    actions.cancel(appointment_id=taken.pk, reason="agent absent", by_us=True, by=world.by, at=NOW)
    with acting(TESTS):
        Appointment.objects.all().delete()  # what is left is the link alone
    assert given().person_id == entry.person_id
    assert not Invitation.objects.exists()
    assert queries.last_invitations([entry.pk]) == {}
    whole = funnel.funnels(MONDAY, MONDAY, MONDAY + timedelta(days=60))[0]
    assert [stage.count for stage in whole.stages][:2] == [1, 0]
    plan = queries.preview([entry.pk], at=NOW + timedelta(hours=1))
    assert [line.skipped for line in plan.lines] == [None]
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=NOW + timedelta(hours=1))
    assert Invitation.objects.get().is_relaunch is False  # the first one
    assert "i.act <> 'booked'" in cohort._ASKED


def test_the_card_names_it_and_lets_it_be_withdrawn(world: World, entry: Entry) -> None:
    by_telephone(world, entry)
    office = Client()
    office.force_login(world.secretary, backend="allauth.account.auth_backends.AuthenticationBackend")
    card = office.get(f"/personnes/{entry.person_id}/rendez-vous/").content.decode()
    assert escape("Lien donné avec la confirmation") in card
    assert f"/invitations/liens/{given().pk}/retirer/" in card


def test_a_request_without_invitation_counts_among_those_who_wait(world: World) -> None:
    """Nobody gives the kind anywhere and nobody was invited: the service is told all the same."""
    from emploi.pathway.appointments.queries.watching.alerts import waiting_requests, without_slots

    kind = Kind.objects.create(slug="suivi", name="Suivi", duration_minutes=30, physical_required=False)
    entry = world.entry()
    assert (kind.pk, None) not in without_slots(NOW)
    target = queries.targets_of([entry.pk])[0]
    actions.note_request(target=target, kind=kind, note="aucun créneau", by=world.by, at=NOW)
    assert (kind.pk, None) in without_slots(NOW)
    assert waiting_requests([kind.pk], [None]) == 1
    asked = SlotRequest.objects.get()
    assert (asked.invitation_id, asked.kind_id, asked.entry_id) == (None, kind.pk, entry.pk)
    # A second call completes the first: one request waits at a time.
    actions.note_request(target=target, kind=kind, note="plutôt le matin", by=world.by, at=NOW)
    assert SlotRequest.objects.get().note == "plutôt le matin"
