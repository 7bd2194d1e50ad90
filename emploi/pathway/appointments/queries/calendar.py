"""An appointment as a calendar file."""

from __future__ import annotations

from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from emploi.foundation import clock, department
from emploi.pathway.appointments.enums import AppointmentStatus, Modality
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.appointments.queries.rooms import room_of_appointment

# The telephone rings two hours before: time to leave, even by bus.
ALARM = timedelta(hours=-2)


def ics_of(appointment: Appointment, *, title: str, at: datetime, description: str = "") -> bytes:
    """Return the appointment as an .ics file; the same UID each time, so that a second download replaces the first."""
    identity = department.identity()
    event = Event()
    event.add("uid", f"rendez-vous-{appointment.pk}@emploi-dabord.{identity.code}")
    event.add("dtstamp", at.astimezone(clock.ZONE))
    event.add("dtstart", appointment.starts_at.astimezone(clock.ZONE))
    event.add("dtend", appointment.ends_at.astimezone(clock.ZONE))
    event.add("summary", title)
    event.add("location", where(appointment))
    if description:
        event.add("description", description)
    planned = appointment.status in (AppointmentStatus.PLANNED, AppointmentStatus.HELD)
    event.add("status", "CONFIRMED" if planned else "CANCELLED")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", ALARM)
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", f"-//{identity.short_name}//Emploi d'abord//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def where(appointment: Appointment) -> str:
    """Where the appointment takes place, in one line."""
    if appointment.modality != Modality.PHYSICAL:
        room = room_of_appointment(appointment)
        return room.address if room else str(Modality(appointment.modality).label)
    place = appointment.place
    return f"{place.name}, {place.address}, {place.commune.name}"
