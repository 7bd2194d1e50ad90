"""Somebody says how she wants to be written to: invitations, confirmations and reminders follow; the proof stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Invitation
from emploi.pathway.appointments.rules.invitations import EMAIL, LETTER, SMS, wished
from emploi.pathway.beneficiaries.actions import tell_wish
from emploi.pathway.beneficiaries.models import Entry, WritingWish
from tests.pathway.appointments.world import MONDAY, World, at

EVERY = frozenset({SMS, EMAIL, LETTER})
THURSDAY = MONDAY + timedelta(days=3)


@pytest.mark.parametrize(
    ("known", "means", "reads", "left"),
    [
        (EVERY, "", True, EVERY),
        (EVERY, "", False, {EMAIL, LETTER}),
        (EVERY, "email", True, {EMAIL, LETTER}),
        (EVERY, "sms", True, {SMS, LETTER}),
        (EVERY, "letter", True, {LETTER}),
        (EVERY, "call", True, EVERY),
        # What she prefers is not known: another means, rather than none.
        ({SMS}, "email", True, {SMS}),
        ({SMS, EMAIL}, "letter", True, {SMS, EMAIL}),
        # An SMS nobody reads is no way to reach anybody.
        ({SMS}, "", False, set()),
    ],
)
def test_the_rule(known: set[str], means: str, reads: bool, left: set[str]) -> None:
    assert wished(frozenset(known), means=means, reads_sms=reads) == left


def asks(world: World, entry: Entry, means: str, *, reads: bool = True) -> None:
    tell_wish(person_id=entry.person_id, means=means, reads_sms=reads, by=world.by, at=at(MONDAY, 8))


def test_invitations_and_reminders_go_where_she_said(world: World) -> None:
    world.opening()
    mail, post, unread = (world.entry(name, email=f"{name}@exemple.invalid") for name in ("mail", "post", "unread"))
    asks(world, mail, "email")
    asks(world, post, "letter")
    asks(world, unread, "", reads=False)
    actions.invite_entries(entry_ids=[mail.pk, post.pk, unread.pk], by=world.by, at=at(MONDAY))
    sent = dict(Invitation.objects.values_list("person__first_name", "channels"))
    assert sent == {"mail": ["email"], "post": ["letter"], "unread": ["email"]}
    slot = world.slot(THURSDAY, 9)
    actions.book(slot_id=slot.pk, entry_id=mail.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY, 11))
    told = Message.objects.filter(person_id=mail.person_id).values_list("channel", flat=True)
    assert len(told) >= 3 and set(told) == {"email"}


def test_a_convocation_still_leaves_on_paper(world: World) -> None:
    world.opening(last_on=MONDAY + timedelta(days=30))
    entry = world.entry(email="nadia@exemple.invalid")
    asks(world, entry, "sms")
    slot = world.slot(MONDAY + timedelta(days=21), 9)
    actions.convene(entry_id=entry.pk, slot_id=slot.pk, by=world.by, at=at(MONDAY))
    assert set(Invitation.objects.get().channels) == {"sms", "letter"}


def test_who_reads_no_sms_and_has_nothing_else_is_left_to_the_agents(world: World) -> None:
    entry = world.entry(address=False)
    asks(world, entry, "", reads=False)
    with pytest.raises(DomainError, match=r"(?i)ni mobile"):
        actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=at(MONDAY))


def test_said_twice_is_kept_once_and_the_last_word_holds(world: World) -> None:
    entry = world.entry()
    asks(world, entry, "email")
    asks(world, entry, "email")
    by = Actor.person(entry.person_id, "Nadia")
    tell_wish(person_id=entry.person_id, means="", reads_sms=True, by=by, at=at(MONDAY, 10))
    kept = WritingWish.objects.order_by("pk").values_list("means", "source")
    assert list(kept) == [("email", "typed"), ("", "person")]
    with pytest.raises(DomainError, match="ne lit pas les SMS"):
        tell_wish(person_id=entry.person_id, means="sms", reads_sms=False, by=by, at=at(MONDAY, 10))


def test_an_agent_notes_it_on_the_page_of_contacts(world: World) -> None:
    entry = world.entry()
    client = Client()
    client.force_login(world.secretary, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = reverse("beneficiaries:contacts_edit", args=[entry.person_id])
    wish = reverse("beneficiaries:wish", args=[entry.person_id])
    refused = client.post(wish, {"means": "sms", "unread_sms": "on"})
    assert refused.status_code == 422 and "ne peut pas les préférer" in refused.content.decode()
    client.post(wish, {"means": "letter"})
    shown = client.get(page).content.decode()
    assert "Par courrier" in shown and world.secretary.full_name in shown
    assert WritingWish.objects.get().source == "typed"


def test_the_person_says_it_herself_from_her_link(world: World) -> None:
    entry = world.entry(email="nadia@exemple.invalid")
    with clock.frozen(at(MONDAY)):
        actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=at(MONDAY))
        token = Invitation.objects.get().token
        client, page = Client(), reverse("citizen:writing", args=[token])
        assert "Comment vous écrire" in client.get(page).content.decode()
        answer = client.post(page, {"means": "email", "unread_sms": "on"}, follow=True).content.decode()
    assert "C’est noté" in answer
    told = WritingWish.objects.get()
    assert (told.means, told.reads_sms, told.source) == ("email", False, "person")
