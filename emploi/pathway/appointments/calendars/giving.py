"""An agent's appointments for her other calendar: hours, initials and places; no name, nothing about health.

That calendar lives outside our walls, on telephones and at providers': it learns what a waiting room would.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from icalendar import Calendar, Event

from emploi.foundation import clock, department
from emploi.pathway.appointments.enums import Modality
from emploi.pathway.appointments.models import AgendaFeed, Appointment

KEY_LENGTH = 40
REFRESH = timedelta(minutes=15)


def address_of(feed: AgendaFeed) -> str:
    """The whole secret address of a feed."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/agendas/{feed.pk}-{_key(feed)}.ics"


def feed_at(token: str) -> AgendaFeed | None:
    """The feed of an address, None when it never was, was changed, or its agent left."""
    number, _, key = token.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 12):
        return None
    living = AgendaFeed.objects.filter(pk=int(number), revoked_at=None, agent__is_active=True)
    feed = living.select_related("agent").first()
    return feed if feed is not None and constant_time_compare(_key(feed), key) else None


def agenda_of(appointments: Iterable[Appointment], *, at: datetime) -> bytes:
    """These appointments as a calendar; people of a session are one event, whoever comes besides is another."""
    identity = department.identity()
    calendar = Calendar()
    calendar.add("prodid", f"-//{identity.short_name}//Emploi d'abord//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Rendez-vous, {identity.short_name}")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    together: dict[str, list[Appointment]] = {}
    for appointment in appointments:
        together.setdefault(_name_of(appointment), []).append(appointment)
    for name, group in together.items():
        calendar.add_component(_event(name, group, code=identity.code, at=at))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def initials(appointment: Appointment) -> str:
    """The initials of the person: "N. E."."""
    person = appointment.person
    return " ".join(f"{name.strip()[0].upper()}." for name in (person.first_name, person.last_name) if name.strip())


def _name_of(appointment: Appointment) -> str:
    """What names its event: the slot, and the seat when somebody came without appointment besides."""
    slot = appointment.slot
    is_of_slot = slot.kind_id == appointment.kind_id if slot.is_session else appointment.seat == 1
    return f"creneau-{slot.pk}" if is_of_slot else f"creneau-{slot.pk}-{appointment.seat}"


def _event(name: str, group: list[Appointment], *, code: str, at: datetime) -> Event:
    first = group[0]
    event = Event()
    event.add("uid", f"{name}@emploi-dabord.{code}")
    event.add("dtstamp", at.astimezone(clock.ZONE))
    event.add("dtstart", first.starts_at.astimezone(clock.ZONE))
    event.add("dtend", first.ends_at.astimezone(clock.ZONE))
    event.add("summary", f"RDV {initials(first)}" if len(group) == 1 else f"RDV collectif, {len(group)} personnes")
    remote = first.modality != Modality.PHYSICAL
    where = Modality(first.modality).label if remote else f"{first.place.name}, {first.place.commune.name}"
    event.add("location", str(where))
    event.add("class", "PRIVATE")
    return event


def _key(feed: AgendaFeed) -> str:
    return salted_hmac("appointments.feed", f"{feed.pk}:{feed.seed}", algorithm="sha256").hexdigest()[:KEY_LENGTH]
