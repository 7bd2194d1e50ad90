"""What waits does not leave when its link is withdrawn, when somebody suspends, dies or leaves."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.actions.following import suspensions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation, InvitationStop, LostContact, SlotRequest
from emploi.pathway.beneficiaries.events import EntryClosed, PersonDied
from emploi.pathway.beneficiaries.models import Entry, Person
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

NIGHT = at(MONDAY, 20, 30)
LATER = at(MONDAY, 21)


def invited(world: World, **known: Any) -> Invitation:
    entry = world.entry(**known)
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=NIGHT)
    return Invitation.objects.get(entry=entry)


def statuses(key: str) -> list[str]:
    return list(Message.objects.filter(dedup_key__startswith=key).values_list("status", flat=True))


def leaves(entry: Entry) -> None:
    with acting(TESTS):
        Entry.objects.filter(pk=entry.pk).update(closed_on=MONDAY, closing_reason="right_ended")
    event = EntryClosed(person_id=entry.person_id, entry_id=entry.pk, closed_on=MONDAY, reason="right_ended")
    publish(event, by=TESTS, at=LATER)


def summoned(world: World) -> Appointment:
    world.opening()
    entry = world.entry()
    slot = world.slot(MONDAY + timedelta(days=9), 9)
    return actions.convene(entry_id=entry.pk, slot_id=slot.pk, by=world.by, at=NIGHT)


@pytest.mark.parametrize("known", [{}, {"mobile": ""}], ids=["sms", "letter"])
def test_a_link_withdrawn_withdraws_what_carries_it(world: World, known: dict[str, str]) -> None:
    invitation = invited(world, **known)
    other = invited(world)
    actions.revoke_invitation(invitation_id=invitation.pk, reason="Mauvais numéro", by=world.by, at=LATER)
    assert statuses(f"invitation:{invitation.pk}:") == ["cancelled"]
    assert statuses(f"invitation:{other.pk}:") == ["queued"]
    assert "a été retiré" in Message.objects.get(status="cancelled").error


def test_nothing_leaves_to_who_is_suspended_but_what_tells_her_date(world: World) -> None:
    invitation = invited(world)
    convened = summoned(world)
    for person in (invitation.person, convened.person):
        actions.stop_invitations(person=person, reason="Deuil", by=world.by, at=LATER)
    assert statuses(f"invitation:{invitation.pk}:") == ["cancelled"]
    assert set(statuses(f"invitation:{convened.invitation_id}:")) == {"queued"}


def test_two_agents_who_suspend_together_are_told_in_french(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.entry().person
    actions.stop_invitations(person=person, reason="Deuil", by=world.by, at=LATER)
    # The second looked before the first had written.
    monkeypatch.setattr(suspensions, "running_stops", lambda today: InvitationStop.objects.none())
    with pytest.raises(DomainError, match="vient de suspendre"):
        actions.stop_invitations(person=person, reason="Deuil", by=world.by, at=LATER)


def test_the_page_of_a_suspension_says_what_stays_planned(world: World) -> None:
    convened = summoned(world)
    browser = Client()
    browser.force_login(world.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    with clock.frozen(LATER):
        shown = browser.get(f"/personnes/{convened.person_id}/rendez-vous/suspendre/").content.decode()
    assert "Un rendez-vous reste prévu" in shown
    assert f"/rendez-vous/{convened.pk}/" in shown


def test_who_left_is_not_invited_any_more_and_keeps_her_date(world: World) -> None:
    invitation = invited(world, mobile="")
    convened = summoned(world)
    actions.request_slot(invitation=invitation, wishes=["evening"], by=TESTS, at=NIGHT)
    for entry in (invitation.entry, convened.entry):
        assert entry is not None
        leaves(entry)
    assert statuses(f"invitation:{invitation.pk}:") == ["cancelled"]
    assert not queries.open_requests().exists()
    convened.refresh_from_db()
    assert convened.status == "planned"
    assert set(statuses(f"invitation:{convened.invitation_id}:")) == {"queued"}


def test_the_dead_leave_every_list_of_people_to_call(world: World) -> None:
    invitation = invited(world)
    person = invitation.person
    with acting(TESTS):
        lost = LostContact.objects.create(
            person=person, channel="sms", value="+33639980000", reason="Numéro inconnu", found_at=NIGHT
        )
    actions.request_slot(invitation=invitation, wishes=["evening"], by=TESTS, at=NIGHT)
    with acting(TESTS):
        Person.objects.filter(pk=person.pk).update(died_on=MONDAY)
    assert not queries.open_requests().exists()
    assert not queries.open_lost().exists()
    publish(PersonDied(person_id=person.pk, died_on=MONDAY), by=TESTS, at=LATER)
    lost.refresh_from_db()
    assert lost.outcome == SlotRequest.objects.get().outcome == "Décès de la personne"


def test_a_claimant_is_not_told_she_receives_the_rsa(world: World) -> None:
    receives = invited(world, mobile="", email="nadia@exemple.invalid")
    assert "Vous recevez le RSA." in Message.objects.get(person_id=receives.person_id).body
    claimant = world.entry(mobile="", email="lea@exemple.invalid")
    with acting(TESTS):
        claimant.household.state = "0"
        claimant.household.save(update_fields=["state"])
        Entry.objects.filter(pk=claimant.pk).update(closed_on=MONDAY, closing_reason="right_ended")
    actions.invite_entries(person_ids=[claimant.person_id], by=world.by, at=LATER)
    told = Message.objects.get(person_id=claimant.person_id)
    assert "Vous avez demandé le RSA." in told.body
    assert "Vous recevez" not in told.body


def booked(world: World, invitation: Invitation) -> Appointment:
    world.opening()
    slot = world.slot(MONDAY + timedelta(days=11), 9)
    return actions.book(
        slot_id=slot.pk, entry_id=invitation.entry_id, via=BookedVia.PERSON, invitation_id=invitation.pk,
        by=TESTS, at=at(MONDAY, 21),
    )  # fmt: skip


def test_a_cancellation_prolongs_the_link_it_sends_to(world: World) -> None:
    invitation = invited(world, email="nadia@exemple.invalid")
    appointment = booked(world, invitation)
    later = MONDAY + timedelta(days=10)
    with acting(TESTS):
        Invitation.objects.filter(pk=invitation.pk).update(expires_on=MONDAY + timedelta(days=1))
    actions.cancel(appointment_id=appointment.pk, reason="Agent malade", by=world.by, at=at(later, 9))
    link = queries.link_by_token(invitation.token, today=later + timedelta(days=9))
    assert link is not None
    assert link.may_choose
    told = Message.objects.filter(template="appointments/cancelled")
    assert all(invitation.token in message.body for message in told)
    assert "jusqu’au" in told.get(channel="email").body


def test_who_has_to_call_gets_no_link(world: World) -> None:
    invitation = invited(world)
    appointment = booked(world, invitation)
    with acting(TESTS):
        Entry.objects.filter(pk=invitation.entry_id).update(closed_on=MONDAY, closing_reason="right_ended")
    actions.cancel(appointment_id=appointment.pk, reason="Sortie", by=world.by, at=at(MONDAY, 22))
    told = Message.objects.get(template="appointments/cancelled")
    assert "/i/" not in told.body
    assert "Pour une autre date" not in told.body
