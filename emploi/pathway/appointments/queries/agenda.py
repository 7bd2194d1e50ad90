"""Reading agendas: a day, a week, an agent, a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q, QuerySet

from emploi.foundation import clock
from emploi.pathway.appointments.enums import ACTIVE_STATUSES, AppointmentStatus
from emploi.pathway.appointments.models import (
    Appointment,
    Closure,
    Kind,
    OutsideAppointment,
    Slot,
    SlotRequest,
)
from emploi.pathway.appointments.models.openings import during
from emploi.pathway.appointments.queries.places.capacity import HalfDay
from emploi.pathway.appointments.queries.targets import Target, of_targets
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import ROLE_PERMISSIONS, Permission

MOVES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a day: an appointment, a free slot, or a session where several people come together."""

    starts_at: datetime
    ends_at: datetime
    slot: Slot | None = None
    appointment: Appointment | None = None
    session: Slot | None = None

    @property
    def taken(self) -> int:
        """Number of people who keep a seat."""
        return self.session.booked if self.session else int(self.appointment is not None)

    @property
    def left(self) -> int:
        """Number of seats that may still be taken."""
        if self.session:
            return 0 if self.session.closed_at else self.session.seats - self.session.booked
        return int(self.slot is not None)

    @property
    def agent(self) -> Agent:
        """Who receives."""
        one = self.appointment or self.slot or self.session
        if one is None:
            raise ValueError("a line without slot nor appointment")
        return one.agent


@dataclass(slots=True)
class Day:
    """One day of an agenda."""

    day: date
    lines: list[Line] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    # Of one place: the desks held each half-day.
    halves: list[HalfDay] = field(default_factory=list)

    @property
    def is_holiday(self) -> bool:
        """True on a public holiday."""
        return clock.is_holiday(self.day)

    @property
    def booked(self) -> int:
        """Number of appointments that keep a seat."""
        return sum(line.taken for line in self.lines)

    @property
    def free(self) -> int:
        """Number of seats left."""
        return sum(line.left for line in self.lines)


def days(
    first_on: date,
    last_on: date,
    *,
    agent_id: int | None = None,
    place_id: int | None = None,
    visible: QuerySet[Appointment] | None = None,
    free_since: datetime | None = None,
) -> list[Day]:
    """The days between two dates with appointments (the `visible` ones) and free slots in order; three queries.

    `free_since` hides the free slots that nobody can take any more.
    """
    found = {day: Day(day) for day in _dates(first_on, last_on)}
    since, until = clock.start_of(first_on), clock.start_of(clock.add_days(last_on, 1))
    scope = Q(starts_at__gte=since, starts_at__lt=until)
    scope &= Q(agent_id=agent_id) if agent_id else Q()
    scope &= Q(place_id=place_id) if place_id else Q()
    booked = appointments().filter(scope, status__in=ACTIVE_STATUSES).select_related("slot__opening")
    if visible is not None:
        booked = booked.filter(pk__in=visible.values("pk"))
    takeable = Q(starts_at__gte=free_since) if free_since else Q()
    free = Slot.objects.free().filter(scope, takeable).select_related("agent", "place__commune", "kind", "opening")
    for line in _lines(booked, free):
        found[_day(line.starts_at)].lines.append(line)
    for closure in closures(first_on, last_on, agent_id=agent_id, place_id=place_id):
        for day in filter(closure.holds, found):
            found[day].closures.append(closure)
    for one in found.values():
        one.lines.sort(key=lambda line: (line.starts_at, line.appointment is None))
    return list(found.values())


def _lines(booked: Iterable[Appointment], free: Iterable[Slot]) -> list[Line]:
    """A line an appointment or a free slot; a single one a session, whoever comes."""
    sessions: dict[int, Slot] = {}
    lines: list[Line] = []
    for appointment in booked:
        session = _session_of(appointment)
        if session:
            sessions[session.pk] = session
        else:
            lines.append(Line(appointment.starts_at, appointment.ends_at, appointment=appointment))
    for slot in free:
        if slot.is_session:
            sessions[slot.pk] = slot
        else:
            lines.append(Line(slot.starts_at, slot.ends_at, slot=slot))
    return lines + [Line(slot.starts_at, slot.ends_at, session=slot) for slot in sessions.values()]


def _session_of(appointment: Appointment) -> Slot | None:
    """The session an appointment is a seat of, with what a line shows; None when it is individual."""
    slot = appointment.slot
    slot.kind, slot.agent, slot.place = appointment.kind, appointment.agent, appointment.place
    return slot if slot.is_session else None


def people_of(slot: Slot) -> QuerySet[Appointment]:
    """Those who keep a seat in a session, by name."""
    return appointments().filter(slot=slot, status__in=ACTIVE_STATUSES).order_by("person__sort_name", "pk")


def appointments() -> QuerySet[Appointment]:
    """Appointments with everything a line shows, in order."""
    found = Appointment.objects.select_related("person", "kind", "agent", "place__commune", "entry")
    return found.prefetch_related("person__visit_needs").order_by("starts_at", "id")


def appointments_of(person_id: int) -> QuerySet[Appointment]:
    """Every appointment of a person, the last first."""
    return appointments().filter(person_id=person_id).order_by("-starts_at", "-id")


def outside_appointments_of(person_id: int, at: datetime) -> QuerySet[OutsideAppointment]:
    """The coming appointments of a person in somebody else's agenda."""
    coming = OutsideAppointment.objects.filter(person_id=person_id, starts_at__gte=at)
    return coming.select_related("organization").order_by("starts_at", "id")


def moves_of(appointment: Appointment) -> list[Appointment]:
    """The former places of a moved appointment, the last first; a handful at most."""
    found: list[Appointment] = []
    previous_id = appointment.previous_id
    while previous_id is not None and len(found) < MOVES_SHOWN:
        found.append(appointments().get(pk=previous_id))
        previous_id = found[-1].previous_id
    return found


def next_appointments(entry_ids: Iterable[int], *, at: datetime) -> dict[int, Appointment]:
    """The next planned appointment of each entry, in one query."""
    rows = (
        appointments()
        .filter(entry_id__in=list(entry_ids), status=AppointmentStatus.PLANNED, ends_at__gt=at)
        .prefetch_related(None)
        .order_by("entry_id", "starts_at")
        .distinct("entry_id")
    )
    return {row.entry_id: row for row in rows if row.entry_id}


def next_before_entry(person_ids: Iterable[int], *, at: datetime) -> dict[int, Appointment]:
    """The next planned appointment of each person who has no entry yet, in one query."""
    rows = (
        appointments()
        .filter(person_id__in=list(person_ids), entry=None, status=AppointmentStatus.PLANNED, ends_at__gt=at)
        .order_by("person_id", "starts_at")
        .distinct("person_id")
    )
    return {row.person_id: row for row in rows}


def next_of_kind(target: Target, kind_id: int, *, at: datetime) -> Appointment | None:
    """The next planned appointment of a kind, of an entry or of somebody before any."""
    coming = appointments().filter(of_targets([target]), kind=kind_id, status=AppointmentStatus.PLANNED)
    return coming.filter(ends_at__gt=at).order_by("starts_at").first()


def unmarked(at: datetime, *, agent_id: int | None = None) -> QuerySet[Appointment]:
    """Appointments whose hour has passed and whose presence nobody noted, the oldest first."""
    found = appointments().filter(status=AppointmentStatus.PLANNED, ends_at__lte=at)
    return found.filter(agent_id=agent_id) if agent_id else found


def unmarked_of(target: Target, *, at: datetime) -> Appointment | None:
    """The oldest appointment of a person whose hour has passed and whose presence nobody noted."""
    return unmarked(at).filter(of_targets([target])).order_by("starts_at").first()


def closures(
    first_on: date, last_on: date, *, agent_id: int | None = None, place_id: int | None = None
) -> QuerySet[Closure]:
    """Closures in force that touch these days: those of an agent or a place, and of everybody; or all of them."""
    found = Closure.objects.filter(lifted_at=None, first_on__lte=last_on, last_on__gte=first_on)
    who = Q()
    if agent_id:
        who |= Q(agent_id=agent_id)
    if place_id:
        who |= Q(place_id=place_id)
    who |= Q(everywhere=True) if who else Q()
    return found.filter(who).select_related("agent", "place").order_by("first_on", "id")


def booked_on(closure: Closure) -> QuerySet[Appointment]:
    """Planned appointments that a closure touches: to be moved, handed over or cancelled."""
    found = appointments().filter(during(closure.moments()), status=AppointmentStatus.PLANNED)
    if closure.agent_id:
        found = found.filter(agent_id=closure.agent_id)
    return found.filter(place_id=closure.place_id) if closure.place_id else found


def to_move(at: datetime) -> QuerySet[Appointment]:
    """Coming appointments whose slot was closed since (agent absent or gone, place closed), the soonest first."""
    return appointments().filter(status=AppointmentStatus.PLANNED, starts_at__gt=at, slot__closed_at__isnull=False)


def kinds() -> QuerySet[Kind]:
    """The kinds of appointment in use."""
    return Kind.objects.filter(is_active=True)


def agents_who_receive() -> QuerySet[Agent]:
    """Active agents whose role gives appointments, by name."""
    roles = [role for role, permissions in ROLE_PERMISSIONS.items() if Permission.MANAGE_OPENINGS in permissions]
    receiving = Membership.objects.filter(role__in=roles, ended_on=None).values("agent")
    return Agent.objects.filter(is_active=True, pk__in=receiving).order_by("last_name", "first_name", "pk")


def open_requests() -> QuerySet[SlotRequest]:
    """Requests of people for whom no slot suited, the oldest first."""
    waiting = SlotRequest.objects.filter(settled_at=None, person__died_on=None).select_related(
        "person", "entry__commune", "kind"
    )
    return waiting.order_by("created_at")


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.ZONE).date()


def _dates(first_on: date, last_on: date) -> list[date]:
    return [clock.add_days(first_on, n) for n in range((last_on - first_on).days + 1)]
