"""How people may meet in a slot, and where a video takes place."""

from __future__ import annotations

from collections.abc import Collection

from emploi.pathway.appointments.enums import Modality
from emploi.pathway.appointments.models import Appointment, Slot, VideoRoom
from emploi.pathway.appointments.queries.reach import reach_of_homes
from emploi.pathway.appointments.rules.booking import modalities_offered

REMOTE = (Modality.PHONE, Modality.VIDEO)


def room_of(agent_id: int) -> VideoRoom | None:
    """The video room of an agent, None when she gave none."""
    return VideoRoom.objects.filter(agent_id=agent_id).first()


def room_of_appointment(appointment: Appointment) -> VideoRoom | None:
    """Where an appointment by video takes place: in the room of whoever receives."""
    return room_of(appointment.agent_id) if appointment.modality == Modality.VIDEO else None


def agents_with_a_room(agent_ids: Collection[int]) -> set[int]:
    """Among these agents, those who have a video room."""
    return set(VideoRoom.objects.filter(agent__in=agent_ids).values_list("agent_id", flat=True))


def ways_to_meet(slot: Slot) -> list[Modality]:
    """The ways to meet in a slot, its own first (RG-08)."""
    has_room = Modality.VIDEO in slot.kind.modalities and room_of(slot.agent_id) is not None
    found = modalities_offered(slot.kind.modalities, slot.modality, remote=REMOTE, has_room=has_room)
    return [Modality(one) for one in found]


def ways_of(appointment: Appointment) -> list[Modality]:
    """The ways an appointment may take place as its kind is given, its slot's first; a video needs a room."""
    has_room = room_of(appointment.agent_id) is not None
    found = dict.fromkeys([appointment.slot.modality, *appointment.kind.modalities])
    return [Modality(one) for one in found if one != Modality.VIDEO or has_room]


def way_in(slot: Slot, wished: str) -> str:
    """How people meet in a slot: as asked, or by telephone or video when the slot is given that way."""
    return slot.modality if wished == Modality.PHYSICAL else wished


def way_kept(appointment: Appointment) -> str:
    """How the person was to be met when that was decided for her; what came from her slot stays with the slot."""
    is_of_slot = appointment.modality == appointment.slot.modality and not appointment.modality_reason
    return Modality.PHYSICAL if is_of_slot else appointment.modality


def phone_of(person_id: int) -> str:
    """The number at which somebody is called, nothing when none is known."""
    reach = reach_of_homes({person_id: None})[person_id]
    return reach.mobile or reach.phone


def number_to_call(appointment: Appointment) -> str:
    """Where to call for an appointment by telephone: as asked for it, else as known; nothing for the others."""
    if appointment.modality != Modality.PHONE:
        return ""
    return appointment.phone or phone_of(appointment.person_id)
