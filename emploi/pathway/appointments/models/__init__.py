"""Openings and their slots, invitations, appointments."""

from emploi.pathway.appointments.models.alerts import ServiceAlert
from emploi.pathway.appointments.models.bookings import Appointment
from emploi.pathway.appointments.models.calendars import AgendaFeed, BusyTime, ExternalCalendar
from emploi.pathway.appointments.models.invitations import (
    CallAttempt,
    Invitation,
    InvitationBatch,
    InvitationOpening,
    InvitationStop,
    SlotRequest,
    UnknownCode,
)
from emploi.pathway.appointments.models.kinds import Kind
from emploi.pathway.appointments.models.lost_contacts import LostContact
from emploi.pathway.appointments.models.openings import Closure, Opening, OpeningException, Slot
from emploi.pathway.appointments.models.outside import OutsideAppointment
from emploi.pathway.appointments.models.reminder_calls import ReminderCall
from emploi.pathway.appointments.models.rooms import VideoRoom

__all__ = [
    "AgendaFeed",
    "Appointment",
    "BusyTime",
    "CallAttempt",
    "Closure",
    "ExternalCalendar",
    "Invitation",
    "InvitationBatch",
    "InvitationOpening",
    "InvitationStop",
    "Kind",
    "LostContact",
    "Opening",
    "OpeningException",
    "OutsideAppointment",
    "ReminderCall",
    "ServiceAlert",
    "Slot",
    "SlotRequest",
    "UnknownCode",
    "VideoRoom",
]
