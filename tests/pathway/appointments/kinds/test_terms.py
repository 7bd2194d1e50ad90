"""Each column of a kind decides something: validity, notice, reminders, seats, ways to meet, places, acts."""

from datetime import time, timedelta
from typing import Any

import pytest

from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.actions import notices
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation, Kind
from tests.pathway.appointments.world import MONDAY, World, at

TUESDAY = MONDAY + timedelta(days=1)
NOW = at(MONDAY, 9)


def kind_with(**columns: Any) -> Kind:
    wanted = {"physical_required": False, "duration_minutes": 60, "can_be_summoned": True, **columns}
    return Kind.objects.create(slug="essai", name="Essai", **wanted)


def booked(world: World, kind: Kind, day: Any = None, **person: Any) -> Appointment:
    world.opening(kind_id=kind.pk)
    slot = world.slot(day or MONDAY + timedelta(days=9), 9)
    entry = world.entry(email="nadia@exemple.invalid", **person)
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=NOW)


def test_the_link_works_as_long_as_its_kind_says(world: World) -> None:
    for kind, days in ((kind_with(invitation_validity_days=21), 21), (world.kind, 10)):
        entry = world.entry()
        actions.invite_entries(entry_ids=[entry.pk], kind=kind, by=world.by, at=NOW)
        sent = Invitation.objects.get(entry=entry)
        assert sent.expires_on == MONDAY + timedelta(days=days)
        told = Message.objects.get(dedup_key=f"invitation:{sent.pk}:sms")
        assert str(sent.expires_on.day) in told.body


def test_nobody_is_invited_where_nobody_is_invited(world: World) -> None:
    entry = world.entry()
    with pytest.raises(DomainError, match="On n’invite pas"):
        actions.invite_entries(entry_ids=[entry.pk], kind=kind_with(can_be_invited=False), by=world.by, at=NOW)
    assert not Invitation.objects.exists()


def test_who_does_not_choose_by_herself_is_asked_to_call(world: World) -> None:
    entry = world.entry()
    kind = Kind.objects.get(slug="plateforme-telephonique")
    actions.invite_entries(entry_ids=[entry.pk], kind=kind, by=world.by, at=NOW)
    told = Message.objects.get(entry_id=entry.pk)
    assert told.template == "appointments/invitation_to_call"
    assert "appelez le 04 65 71 99 00" in told.body


def test_nobody_is_summoned_where_nobody_is_summoned(world: World) -> None:
    world.opening(kind_id=kind_with(can_be_summoned=False).pk)
    slot = world.slot(MONDAY + timedelta(days=10), 9)
    with pytest.raises(DomainError, match="On ne convoque pas"):
        actions.convene(entry_id=world.entry().pk, slot_id=slot.pk, by=world.by, at=NOW)


@pytest.mark.parametrize(("days", "is_early"), [(9, False), (10, True)])
def test_a_convocation_leaves_as_early_as_its_kind_says(world: World, days: int, is_early: bool) -> None:
    world.opening(kind_id=kind_with(convocation_notice_days=days).pk)
    slot = world.slot(MONDAY + timedelta(days=9), 9)
    entry = world.entry()
    if is_early:
        with pytest.raises(DomainError, match="au moins 10 jours avant"):
            actions.convene(entry_id=entry.pk, slot_id=slot.pk, by=world.by, at=NOW)
    else:
        assert actions.convene(entry_id=entry.pk, slot_id=slot.pk, by=world.by, at=NOW).pk


def test_what_an_absence_means_depends_on_the_act(world: World) -> None:
    kind = kind_with(absence_after_invitation="Vous rechoisirez.", absence_after_convocation="L’équipe décidera.")
    appointment = booked(world, kind)
    assert "Vous rechoisirez." in Message.objects.get(template="appointments/confirmation", channel="email").body
    actions.cancel(appointment_id=appointment.pk, reason="Agent absent", by=world.by, at=NOW)
    entry = world.entry(email="autre@exemple.invalid")
    actions.convene(entry_id=entry.pk, slot_id=world.slot(MONDAY + timedelta(days=9), 10).pk, by=world.by, at=NOW)
    for channel in ("email", "letter"):
        told = Message.objects.get(template="appointments/convocation", channel=channel).body
        assert "L’équipe décidera." in told
        assert "Vous rechoisirez." not in told


def test_several_reminders_each_by_its_channels_and_never_twice(world: World) -> None:
    kind = kind_with(reminders=[{"hours": 24, "channels": ["sms"]}, {"hours": 48, "channels": ["sms", "email"]}])
    appointment = booked(world, kind)
    planned = Message.objects.filter(template="appointments/reminder").order_by("send_after", "channel")
    starts = appointment.starts_at
    assert [(m.channel, starts - m.send_after) for m in planned] == [
        ("email", timedelta(hours=48)),
        ("sms", timedelta(hours=48)),
        ("sms", timedelta(hours=24)),
    ]
    reach = notices._reach(appointment)
    notices.remind(appointment, reach, by=world.by, at=NOW)
    assert planned.count() == 3


def test_a_reminder_already_past_is_not_sent_and_those_to_come_are(world: World) -> None:
    kind = kind_with(reminders=[{"hours": 72, "channels": ["sms"]}, {"hours": 12, "channels": ["sms"]}])
    booked(world, kind, day=TUESDAY)
    only = Message.objects.get(template="appointments/reminder")
    # Twelve hours before nine is nine in the evening: earlier the same evening, not the next morning.
    assert only.send_after == at(MONDAY, 19)


@pytest.mark.parametrize(("reminders", "count"), [([], 0), (None, 2)])
def test_no_reminder_at_all_or_the_rulebook_s(world: World, reminders: Any, count: int) -> None:
    booked(world, kind_with(reminders=reminders))
    assert Message.objects.filter(template="appointments/reminder").count() == count


def test_a_moved_appointment_forgets_every_former_reminder(world: World) -> None:
    kind = kind_with(reminders=[{"hours": 24, "channels": ["sms"]}, {"hours": 72, "channels": ["email"]}])
    appointment = booked(world, kind)
    wanted = world.slot(MONDAY + timedelta(days=10), 9)
    actions.move_appointment(appointment_id=appointment.pk, slot_id=wanted.pk, reason="Lieu fermé", by=world.by, at=NOW)
    waiting = Message.objects.filter(template="appointments/reminder", status="queued")
    assert waiting.count() == 2
    assert all(wanted.starts_at - m.send_after in (timedelta(hours=24), timedelta(hours=72)) for m in waiting)


@pytest.mark.parametrize(
    ("columns", "plan", "said"),
    [
        ({}, {"seats": 3}, "individuel"),
        ({"is_collective": True}, {"seats": 1}, "indiquez combien de personnes"),
        ({"modalities": ["phone", "video"]}, {"modality": "physical"}, "par téléphone ou en visioconférence"),
    ],
)
def test_an_opening_is_given_as_its_kind_says(world: World, columns: Any, plan: Any, said: str) -> None:
    with pytest.raises(DomainError, match=said):
        world.opening(kind_id=kind_with(**columns).pk, ends_at=time(12), **plan)


def test_an_opening_stays_in_the_places_of_its_kind(world: World) -> None:
    kind = kind_with()
    kind.places.set([world.village])
    with pytest.raises(DomainError, match="Permanence de Bourg-Témoin"):
        world.opening(kind_id=kind.pk)
    assert world.opening(kind_id=kind.pk, place_id=world.village.pk).pk
