"""What moves in the agendas of the demonstration: a collective session, a colleague away, a calendar nobody reads."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments.actions import OpeningPlan
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Closure, ExternalCalendar, Kind, Opening, Slot
from emploi.pathway.appointments.queries import busiest
from emploi.pathway.beneficiaries.models import Entry
from emploi.simulator.demo.trying import tried
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from emploi.territory.geography.actions import change_place
from emploi.territory.geography.models import Place

# A name reserved for examples (RFC 2606): nobody will ever answer there.
UNREAD_ADDRESS = "https://agenda.demo.example/conseiller.ics"
UNREAD_WHY = "L’agenda n’a pas répondu."
SESSIONS_BACK, UNREAD_DAYS = 10, 4
SEATS, REGISTERED, CAME = 12, 8, 5
FEWEST_DESKS, DESKS_WATCHED_DAYS = 2, 60
SESSION_DAY, SESSION_AT = 3, time(10)


def agents_of(role: Role) -> list[Agent]:
    """The invented professionals of a role, the one who signs in first."""
    return list(Agent.objects.filter(memberships__role=role, memberships__ended_on=None, is_active=True).order_by("pk"))


def set_agendas(now: datetime, by: Actor) -> None:
    """Sets these scenes up, once."""
    if ExternalCalendar.objects.exists():
        return
    _hold_sessions(now, by)
    _send_home(now)
    _lose_a_calendar(now)
    _count_desks(now, by)


def _hold_sessions(now: datetime, by: Actor) -> None:
    """Every Wednesday, a meeting for several people; the last one was held, the next one fills up."""
    kind = Kind.objects.filter(is_collective=True, is_active=True).order_by("position").first()
    counsellors, place = agents_of(Role.COUNSELLOR), Place.objects.active().order_by("pk").first()
    if kind is None or place is None or not counsellors:
        return
    since = now - timedelta(days=SESSIONS_BACK)
    minutes = timedelta(minutes=kind.duration_minutes)
    plan = OpeningPlan(
        agent_id=counsellors[0].pk,
        place_id=place.pk,
        kind_id=kind.pk,
        first_on=since.date(),
        last_on=None,
        weekdays=[SESSION_DAY],
        starts_at=SESSION_AT,
        ends_at=(datetime.combine(now.date(), SESSION_AT) + minutes).time(),
        slot_minutes=kind.duration_minutes,
        seats=SEATS,
    )
    opening = tried(appointments.create_opening, plan=plan, by=by, at=since)
    if opening is not None:
        _fill(opening.opening, counsellors[0].as_actor(), since, now)


def _fill(opening: Opening, by: Actor, since: datetime, now: datetime) -> None:
    entries = list(Entry.objects.open().counted().filter(opened_on__lt=since.date()).order_by("-opened_on", "pk"))
    slots = list(Slot.objects.filter(opening=opening).order_by("starts_at")[:2])
    for rank, slot in enumerate(slots):
        for number, entry in enumerate(entries[rank * REGISTERED : (rank + 1) * REGISTERED]):
            booked = tried(
                appointments.book,
                slot_id=slot.pk,
                entry_id=entry.pk,
                via=BookedVia.AGENT,
                notify=False,
                by=by,
                at=since,
            )
            if booked is None or slot.ends_at > now:
                continue
            mark = appointments.mark_present if number < CAME else appointments.mark_absent
            tried(mark, appointment_id=booked.pk, by=by, at=slot.ends_at.astimezone(clock.ZONE))


def _send_home(now: datetime) -> None:
    """An officer fell ill this morning: her day, and the next one, must be moved."""
    last_on = clock.next_working_day(clock.add_days(now.date(), 1))
    busy = Q(appointments__status="planned", appointments__starts_at__gt=now)
    busy &= Q(appointments__starts_at__lt=clock.start_of(clock.add_days(last_on, 1)))
    officers = agents_of(Role.ORIENTATION_OFFICER)[1:]
    found = Agent.objects.filter(pk__in=[one.pk for one in officers]).annotate(
        planned=Count("appointments", filter=busy)
    )
    office, away = agents_of(Role.RSA_OFFICE), found.order_by("-planned", "pk").first()
    if away is None or not office or Closure.objects.filter(agent=away).exists():
        return
    tried(
        appointments.close_days,
        agent_id=away.pk,
        first_on=now.date(),
        last_on=last_on,
        reason="Absente ce matin, arrêt de travail",
        by=office[0].as_actor(),
        at=_opening_of(now.date(), now),
    )


def _opening_of(day: date, now: datetime) -> datetime:
    return min(now, datetime.combine(day, time(8, 15), clock.ZONE))


def _lose_a_calendar(now: datetime) -> None:
    """A counsellor gave the address of her other calendar; it has not answered for some days."""
    owners = agents_of(Role.COUNSELLOR)
    if not owners:
        return
    given = now - timedelta(days=UNREAD_DAYS)
    by = owners[0].as_actor()
    calendar = tried(appointments.give_calendar, agent_id=owners[0].pk, address=UNREAD_ADDRESS, by=by, at=given)
    if calendar is not None:
        for at in (given, now):
            appointments.note_unread(calendar_id=calendar.pk, reason=UNREAD_WHY, by=by, at=at)


def _count_desks(now: datetime, by: Actor) -> None:
    """As many desks as are held at the busiest hour to come, two at least; the hours of an office."""
    until = clock.start_of(clock.add_days(now.date(), DESKS_WATCHED_DAYS))
    for place in Place.objects.active().filter(capacity=None):
        hours = {str(day): [["08:30", "12:00"], ["13:30", "17:00"]] for day in range(1, 6)}
        values = {
            "capacity": max(busiest(place.pk, now, until), FEWEST_DESKS),
            "room_seats": SEATS,
            "opening_hours": hours,
        }
        tried(change_place, place_id=place.pk, values=values, by=by, at=now)
