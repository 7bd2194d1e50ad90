"""How a person is met, as said to her: on the spot, called at which number, by video at which address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import phonenumbers

from emploi.foundation.actor import Actor
from emploi.pathway.appointments.enums import Modality
from emploi.pathway.appointments.models import Appointment, Slot, VideoRoom
from emploi.pathway.appointments.queries.rooms import (
    number_to_call,
    phone_of,
    room_of_appointment,
    way_in,
    way_kept,
    ways_to_meet,
)
from emploi.pathway.beneficiaries.actions import add_contact
from emploi.pathway.beneficiaries.enums import ContactKind, Source


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a page says of the way to meet; of a number only its end, since a link may be read by somebody else."""

    modality: str
    phone_end: str = ""
    room: VideoRoom | None = None


def meeting_of(appointment: Appointment) -> Meeting:
    """How an appointment taken takes place."""
    return Meeting(appointment.modality, end_of(number_to_call(appointment)), room_of_appointment(appointment))


def meeting_before(slot: Slot, person_id: int, *, moved: Appointment | None = None) -> Meeting:
    """How the appointment would take place in a slot, as it is given; what was decided for her moves with her."""
    way = way_in(slot, way_kept(moved)) if moved else slot.modality
    number = (moved.phone if moved else "") or phone_of(person_id) if way == Modality.PHONE else ""
    return Meeting(way, end_of(number))


def other_ways(slot: Slot) -> list[Modality]:
    """The ways from afar the person may ask for instead."""
    return [way for way in ways_to_meet(slot) if way != slot.modality and way != Modality.PHYSICAL]


def keep_first_number(person_id: int, phone: str, *, by: Actor, at: datetime) -> None:
    """Keep, as given by the person, the number of somebody who had none; a known one is never replaced by a link."""
    if phone and not phone_of(person_id):
        number = phonenumbers.format_number(phonenumbers.parse(phone, "FR"), phonenumbers.PhoneNumberFormat.E164)
        add_contact(person_id=person_id, kind=ContactKind.PHONE, value=number, source=Source.PERSON, by=by, at=at)


def end_of(number: str) -> str:
    """The last two figures of a number: enough for its owner, nothing for anybody else."""
    digits = "".join(filter(str.isdigit, number))
    return digits[-2:]
