"""How a person is met, as said to her: on the spot, called at which number, by video at which address."""

from __future__ import annotations

from dataclasses import dataclass

from emploi.pathway.appointments.enums import Modality
from emploi.pathway.appointments.models import Appointment, Slot, VideoRoom
from emploi.pathway.appointments.queries.rooms import (
    number_to_call,
    phone_of,
    room_of_appointment,
    ways_to_meet,
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a page says of the way to meet; of a number only its end, since a link may be read by somebody else."""

    modality: str
    phone_end: str = ""
    room: VideoRoom | None = None


def meeting_of(appointment: Appointment) -> Meeting:
    """How an appointment taken takes place."""
    return Meeting(appointment.modality, end_of(number_to_call(appointment)), room_of_appointment(appointment))


def meeting_before(slot: Slot, person_id: int) -> Meeting:
    """How the appointment would take place in a slot, as it is given."""
    return Meeting(slot.modality, end_of(phone_of(person_id)) if slot.modality == Modality.PHONE else "")


def other_ways(slot: Slot) -> list[Modality]:
    """The ways from afar the person may ask for instead."""
    return [way for way in ways_to_meet(slot) if way != slot.modality and way != Modality.PHYSICAL]


def end_of(number: str) -> str:
    """The last two figures of a number: enough for its owner, nothing for anybody else."""
    digits = "".join(filter(str.isdigit, number))
    return digits[-2:]
