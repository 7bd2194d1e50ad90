"""A collective session as a whole: somebody added, a sheet to sign, everybody told once when it moves or ends."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.html import escape

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Kind, Slot
from emploi.pathway.beneficiaries.models import Entry
from emploi.territory.agents.roles import Role
from emploi.territory.organizations.models import Organization
from tests.pathway.appointments.world import MONDAY, World, agent, at

TUESDAY = MONDAY + timedelta(days=1)
THURSDAY = MONDAY + timedelta(days=3)
NOW = at(MONDAY, 8)


@pytest.fixture
def meeting(world: World) -> Slot:
    """Two seats, every day at nine."""
    kind = Kind.objects.get(slug="reunion-collective")
    world.opening(kind_id=kind.pk, seats=2, slot_minutes=90)
    return world.slot(TUESDAY, 9)


@pytest.fixture
def leader(world: World) -> Client:
    client = Client()
    client.force_login(world.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def enrol(world: World, meeting: Slot, entry: Entry, *, at_: object = NOW, beyond: bool = False) -> Appointment:
    return actions.enrol(slot_id=meeting.pk, person_id=entry.person_id, beyond=beyond, by=world.by, at=at_)


def told(entry: Entry, what: str) -> list[str]:
    found = Message.objects.filter(person_id=entry.person_id, template=f"appointments/{what}").exclude(
        status="cancelled"
    )
    return sorted(found.values_list("channel", flat=True))


def test_somebody_found_by_a_search_is_enrolled_and_told(world: World, meeting: Slot, leader: Client) -> None:
    entry = world.entry("Nadia")
    path = f"/rendez-vous/seances/{meeting.pk}/"
    with clock.frozen(NOW):
        assert "Nadia" in leader.get(path, {"q": "nadia"}).content.decode()
        leader.post(f"{path}ajouter/", {"person": entry.person_id})
        again = leader.post(f"{path}ajouter/", {"person": entry.person_id}, follow=True)
    taken = Appointment.objects.get()
    assert (taken.status, taken.slot_id) == ("planned", meeting.pk)
    assert told(entry, "confirmation") == ["sms"]
    assert escape("déjà inscrite") in again.content.decode()


def test_who_comes_without_being_enrolled_is_present_even_beyond_the_seats(world: World, meeting: Slot) -> None:
    for name in ("Nadia", "Omar"):
        enrol(world, meeting, world.entry(name))
    late = world.entry("Zoé")
    with pytest.raises(DomainError, match="complète"):
        enrol(world, meeting, late, at_=at(TUESDAY, 9, 10))
    came = enrol(world, meeting, late, at_=at(TUESDAY, 9, 10), beyond=True)
    assert (came.status, came.marked_by) == ("held", world.officer)
    meeting.refresh_from_db()
    assert (meeting.booked, meeting.seats) == (3, 3)
    assert told(late, "confirmation") == []


def test_nobody_else_s_session_is_touched(world: World, meeting: Slot) -> None:
    social = agent("Rose", "Blin", Role.SOCIAL_WORKER, Organization.objects.get(slug="pole"))
    client = Client()
    client.force_login(social, backend="allauth.account.auth_backends.AuthenticationBackend")
    entry = world.entry()
    path = f"/rendez-vous/seances/{meeting.pk}/"
    with clock.frozen(NOW):
        assert escape("Inscrire quelqu’un") not in client.get(path).content.decode()
        for name in ("ajouter", "annuler", "deplacer"):
            data = {"person": entry.person_id, "reason": "x", "day": "2026-11-26", "starts_at": "09:00"}
            assert client.post(f"{path}{name}/", data).status_code == 403
    assert not Appointment.objects.exists()


def test_cancelled_everybody_is_told_once_and_who_has_no_means_is_called(
    world: World, meeting: Slot, leader: Client
) -> None:
    reached, unreached = world.entry("Nadia"), world.entry("Omar", mobile="", address=False)
    for entry in (reached, unreached):
        enrol(world, meeting, entry)
    path = f"/rendez-vous/seances/{meeting.pk}/"
    with clock.frozen(NOW):
        assert leader.post(f"{path}annuler/", {"reason": ""}).status_code == 422
        page = leader.post(f"{path}annuler/", {"reason": "Salle inondée"}, follow=True).content.decode()
    assert told(reached, "cancelled") == ["sms"]
    assert "À appeler" in page
    assert unreached.person.full_name in page
    assert reached.person.full_name not in page
    assert not Appointment.objects.filter(status="planned").exists()
    assert not Slot.objects.free().filter(pk=meeting.pk).exists()
    with pytest.raises(DomainError, match="annulée"):
        enrol(world, meeting, world.entry("Zoé"))


def test_moved_everybody_follows_told_once_but_who_is_busy_then(world: World, meeting: Slot, leader: Client) -> None:
    follows, busy = world.entry("Nadia"), world.entry("Omar")
    for entry in (follows, busy):
        enrol(world, meeting, entry)
    world.opening(agent_id=world.colleague.pk, first_on=THURSDAY)
    elsewhere = Slot.objects.get(agent=world.colleague, starts_at=at(THURSDAY, 10))
    actions.book(slot_id=elsewhere.pk, entry_id=busy.pk, via=BookedVia.PHONE, by=world.by, at=NOW)
    path = f"/rendez-vous/seances/{meeting.pk}/deplacer/"
    with clock.frozen(NOW):
        clash = leader.post(path, {"day": "2026-11-25", "starts_at": "10:00", "reason": "Salle prise"})
        assert escape("déjà des créneaux à cette heure") in clash.content.decode()
        Slot.objects.filter(agent=world.officer, starts_at__date=THURSDAY).delete()
        leader.post(path, {"day": "2026-11-26", "starts_at": "10:00", "reason": "Salle prise"})
    moved = Appointment.objects.get(person=follows.person, status="planned")
    assert moved.starts_at == at(THURSDAY, 10)
    assert (told(follows, "moved"), told(follows, "cancelled")) == (["sms"], [])
    assert not Appointment.objects.filter(person=busy.person, kind=meeting.kind, status="planned").exists()
    assert told(busy, "cancelled") == ["sms"]
    assert not Slot.objects.free().filter(pk=meeting.pk).exists()


def test_moved_onto_a_session_already_given_it_joins_it(world: World, meeting: Slot) -> None:
    entry = world.entry("Nadia")
    enrol(world, meeting, entry)
    given = world.slot(THURSDAY, 9)
    moved = actions.move_session(slot_id=meeting.pk, starts_at=at(THURSDAY, 9), reason="Grève", by=world.by, at=NOW)
    assert moved.slot == given
    assert Appointment.objects.get(status="planned").slot_id == given.pk


def test_the_sheet_is_names_boxes_and_room_to_sign(world: World, meeting: Slot, leader: Client) -> None:
    entry = world.entry("Nadia")
    enrol(world, meeting, entry)
    with clock.frozen(NOW):
        sheet = leader.get(f"/rendez-vous/seances/{meeting.pk}/feuille/").content.decode()
    assert entry.person.full_name in sheet
    assert "Signature" in sheet
    assert sheet.count("☐") == 7  # hers, and six for those who come without being enrolled
    assert "Prévu" not in sheet


def test_the_coming_sessions_say_how_full_they_are(world: World, meeting: Slot, leader: Client) -> None:
    for name in ("Nadia", "Omar"):
        enrol(world, meeting, world.entry(name))
    with clock.frozen(NOW):
        page = leader.get("/rendez-vous/seances/").content.decode()
    assert "2 sur 2" in page
    assert "complet" in page
    assert "0 sur 2" in page
    assert f"/rendez-vous/seances/{meeting.pk}/" in page
