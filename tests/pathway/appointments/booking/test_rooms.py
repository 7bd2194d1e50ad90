"""Where an agent receives by video: her own room, given once."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.actions.agendas.rooms import set_room
from emploi.pathway.appointments.enums import BookedVia, Modality
from emploi.pathway.appointments.models import Appointment, Invitation, Kind, VideoRoom
from tests.pathway.appointments.world import MONDAY, World

TUESDAY = MONDAY + timedelta(days=1)
ROOM = "https://visio.exemple.fr/claire"


@pytest.fixture
def follow_up(world: World) -> Kind:
    """A kind that may be given from afar."""
    return Kind.objects.create(slug="suivi", name="Suivi", duration_minutes=60, physical_required=False)


def book(world: World, name: str, hour: int) -> Appointment:
    slot = world.slot(TUESDAY, hour)
    return actions.book(slot_id=slot.pk, entry_id=world.entry(name).pk, via=BookedVia.PHONE, **mine(world))


def mine(world: World) -> dict[str, Any]:
    return {"by": world.by, "at": clock.now()}


@pytest.mark.parametrize("address", ["http://visio.exemple.fr/a", "javascript:alert(1)", "https://a b.fr", "https://x"])
def test_an_address_nobody_could_open_safely_is_refused(world: World, address: str) -> None:
    with pytest.raises(DomainError) as refused:
        set_room(agent_id=world.officer.pk, address=address, by=world.by, at=clock.now())
    assert refused.value.field == "address"
    assert not VideoRoom.objects.exists()


def test_an_agent_gives_her_room_on_her_page(world: World) -> None:
    client = Client()
    client.force_login(world.officer)
    page = "/rendez-vous/visioconference/"
    assert "Ma salle de visioconférence" in client.get(page).content.decode()
    wrong = client.post(page, {"address": "http://visio.exemple.fr/claire", "how": "Code 12"})
    assert wrong.status_code == 422
    assert "Code 12" in wrong.content.decode()
    client.post(page, {"address": "https://visio.exemple.fr/claire", "how": "Code 12"})
    room = VideoRoom.objects.get()
    assert (room.agent, room.address, room.how) == (world.officer, "https://visio.exemple.fr/claire", "Code 12")


def test_the_link_of_the_sms_gives_the_room_even_to_who_was_never_invited(world: World, follow_up: Kind) -> None:
    world.opening(kind_id=follow_up.pk)
    set_room(agent_id=world.officer.pk, address=ROOM, by=world.by, at=clock.now())
    taken = book(world, "Nadia", 9)
    actions.set_modality(appointment_id=taken.pk, modality=Modality.VIDEO, reason="Trop loin", **mine(world))
    told = Message.objects.filter(channel="sms", person_id=taken.person_id).order_by("-pk")
    link = f"/i/{Invitation.links.get().token}/"
    assert link in next(one.body for one in told if "Visio" in one.body or "visio" in one.body)
    assert all(link in one.body for one in told.filter(template="appointments/reminder", status="queued"))
    assert ROOM in Client().get(link).content.decode()


def test_a_video_is_refused_where_nobody_gave_a_room(world: World, follow_up: Kind) -> None:
    world.opening(kind_id=follow_up.pk)
    world.opening(kind_id=follow_up.pk, agent_id=world.colleague.pk)
    taken = book(world, "Nadia", 9)
    with pytest.raises(DomainError, match="pas de salle") as refused:
        actions.set_modality(appointment_id=taken.pk, modality=Modality.VIDEO, reason="Trop loin", **mine(world))
    assert refused.value.field == "modality"

    set_room(agent_id=world.officer.pk, address=ROOM, by=world.by, at=clock.now())
    actions.set_modality(appointment_id=taken.pk, modality=Modality.VIDEO, reason="Trop loin", **mine(world))
    slot = world.slot(TUESDAY, 10, agent=world.colleague)
    with pytest.raises(DomainError, match="pas de salle"):
        actions.move_appointment(appointment_id=taken.pk, slot_id=slot.pk, reason="Réunion", **mine(world))
    with pytest.raises(DomainError, match="pas de salle"):
        actions.hand_over(appointment_id=taken.pk, agent_id=world.secretary.pk, reason="Absence", **mine(world))
    taken.refresh_from_db()
    assert (taken.status, taken.agent) == ("planned", world.officer)

    set_room(agent_id=world.colleague.pk, address=f"{ROOM}-2", by=world.by, at=clock.now())
    moved = actions.move_appointment(appointment_id=taken.pk, slot_id=slot.pk, reason="Réunion", **mine(world))
    assert (moved.modality, moved.agent) == (Modality.VIDEO, world.colleague)


def test_a_way_the_kind_does_not_offer_is_refused(world: World, follow_up: Kind) -> None:
    follow_up.modalities = [Modality.PHYSICAL, Modality.VIDEO]
    follow_up.save()
    world.opening(kind_id=follow_up.pk)
    taken = book(world, "Nadia", 9)
    with pytest.raises(DomainError, match="ne se donne pas de cette façon"):
        actions.set_modality(appointment_id=taken.pk, modality=Modality.PHONE, reason="Trop loin", **mine(world))
