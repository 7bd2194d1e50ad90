"""« Nouveaux entrants »: who waits for a first interview, and the slots left before their deadlines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery

from emploi.foundation.messaging import queries as messages
from emploi.foundation.messaging.models import Message
from emploi.foundation.ui.countdown import Countdown
from emploi.pathway.appointments import queries as appointments
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Invitation, InvitationStop, Kind
from emploi.pathway.appointments.queries import Reach, reach_of
from emploi.pathway.appointments.queries import standing as follow_up
from emploi.pathway.beneficiaries.enums import ADULT_ROLES, ContactKind
from emploi.pathway.beneficiaries.models import Address, Contact, HouseholdRole, Person
from emploi.pathway.beneficiaries.queries import hidden_homes
from emploi.pathway.clocks import queries as clocks
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.clocks.models import Deadline
from emploi.portal.desk.queries.people import only_visible
from emploi.territory.agents.models import Agent
from emploi.territory.geography import queries as geography
from emploi.territory.geography.models import Territory

DIGITAL = (ContactKind.MOBILE, ContactKind.EMAIL)


@dataclass(frozen=True, slots=True)
class Entrant:
    """One line of the list, everything it shows."""

    deadline: Deadline
    countdown: Countdown
    reach: Reach
    invitation: Invitation | None
    message: Message | None
    appointment: Appointment | None
    spouses: tuple[Person, ...]
    territory: Territory | None
    is_lost: bool
    standing: str
    hides_home: bool
    stop: InvitationStop | None = None


class Waiting(NamedTuple):
    """What one line of the list counts for; the fields are named as they are read."""

    entry_id: int
    entry__commune_id: str | None
    due_on: date
    is_booked: bool
    is_invited: bool


@dataclass(frozen=True, slots=True)
class Supply:
    """A territory: people without an appointment, the free slots before the last of their dates, and who has none."""

    territory: Territory | None
    waiting: int
    free: int
    missing: int
    before: date


def entrants(agent: Agent) -> QuerySet[Any]:
    """Return the first-interview deadlines still owed to the people this agent may see, the most urgent first.

    Whoever was oriented without the interview is let go: the deadline stays missed, the referent meets the person.
    """
    return only_visible(waiting_for_a_slot(), agent)


def waiting_for_a_slot() -> QuerySet[Any]:
    """Return the same for the whole Département, whoever asks: only to be counted."""
    planned = Appointment.objects.filter(is_first_interview=True, status=AppointmentStatus.PLANNED, entry__isnull=False)
    invited = Invitation.objects.filter(entry_id=OuterRef("entry_id"), revoked_at=None, kind__is_first_interview=True)
    return (
        clocks.owed(DeadlineKind.FIRST_INTERVIEW)
        .filter(person__died_on=None)
        .select_related("person", "entry__commune", "entry__household")
        .alias(invited=_one_of(invited))
        .annotate(
            # Few are planned at a time: read once. Invitations pile up for years: looked up one by one.
            is_booked=ExpressionWrapper(Q(entry_id__in=planned.order_by().values("entry_id")), BooleanField()),
            is_invited=ExpressionWrapper(Q(invited__isnull=False), BooleanField()),
        )
    )


def _one_of(found: QuerySet[Any]) -> Subquery:
    """Look up one row entry by entry: as a condition, the database would compare every waiting row with all of them."""
    return Subquery(found.order_by().values("pk")[:1])


def reachable(how: str) -> Q:
    """Return the condition for a way to reach people: digital, letter only, or none."""
    digital = reached_digitally()
    postal = Exists(
        Address.objects.filter(household_id=OuterRef("entry__household_id"), is_current=True)
        .exclude(postal_code="")
        .exclude(city="")
    )
    return {"digital": Q(digital), "letter": ~Q(digital) & Q(postal), "none": ~Q(digital) & ~Q(postal)}[how]


def reached_digitally() -> Exists:
    """Return the condition for a person with an e-mail address, or a mobile whose holder did not answer STOP."""
    known = Contact.objects.filter(person_id=OuterRef("person_id"), kind__in=DIGITAL, is_dead=False)
    return Exists(known.exclude(kind=ContactKind.MOBILE, value__in=messages.numbers_in_stop()))


def in_couple() -> Q:
    """Return the condition for entries whose household holds another adult."""
    other = HouseholdRole.objects.filter(
        household_id=OuterRef("entry__household_id"), ended_on=None, role__in=ADULT_ROLES
    ).exclude(person_id=OuterRef("person_id"))
    return Q(Exists(other))


def summary(found: QuerySet[Any]) -> list[Waiting]:
    """Read in one statement what the tabs and the slots are counted from, each condition looked up once a person."""
    return [Waiting(*row) for row in found.order_by().values_list(*Waiting._fields)]


def at_standing(found: QuerySet[Any], name: str, *, at: datetime) -> QuerySet[Any]:
    """Narrow to the people whose follow-up is at a status, or in one of its lists."""
    return follow_up.standing_in(found, name, appointments.first_interview_kind(), at, "entry_id")


def counts(rows: Sequence[Waiting], today: date) -> dict[str, int]:
    """Count the tabs of the list."""
    waiting = [row for row in rows if not row.is_booked]
    invited = sum(row.is_invited for row in waiting)
    return {
        "waiting": len(waiting),
        "to_invite": len(waiting) - invited,
        "invited": invited,
        "booked": len(rows) - len(waiting),
        "late": sum(row.due_on < today for row in waiting),
        "everybody": len(rows),
    }


def standing_counts(found: QuerySet[Any], first: Kind, *, at: datetime) -> dict[str, int]:
    """Count people by the status of their follow-up towards the first interview, and in its lists."""
    return follow_up.standing_counts(found, first, at, "entry_id")


def lines(rows: Sequence[Deadline], first: Kind, *, at: datetime) -> list[Entrant]:
    """Complete a page of deadlines into lines: fifteen queries whatever their number."""
    today = at.date()
    soon = clocks.due_soon_days(today)
    entries = [row.entry for row in rows]
    entry_ids = [entry.pk for entry in entries]
    reach = reach_of(entries)
    invitations = appointments.last_invitations(entry_ids, first)
    planned = appointments.next_appointments(entry_ids, at=at)
    sent = messages.last_messages([row.person_id for row in rows])
    lost = appointments.people_with_lost_contacts([row.person_id for row in rows])
    standing = follow_up.standings(entry_ids, first, at)
    hidden = hidden_homes([entry.household_id for entry in entries])
    stops = appointments.stops_of([row.person_id for row in rows], today)
    spouses = _adults({entry.household_id for entry in entries})
    territories = geography.territories_of(entry.commune_id for entry in entries if entry.commune_id)
    return [
        Entrant(
            deadline=row,
            countdown=shown(row, today, soon),
            reach=reach[row.entry_id],
            invitation=invitations.get(row.entry_id),
            message=sent.get(row.person_id),
            appointment=planned.get(row.entry_id),
            spouses=tuple(p for p in spouses.get(row.entry.household_id, ()) if p.pk != row.person_id),
            territory=territories.get(row.entry.commune_id or ""),
            is_lost=row.person_id in lost,
            standing=standing.get(row.entry_id, ""),
            hides_home=row.entry.household_id in hidden,
            stop=stops.get(row.person_id),
        )
        for row in rows
    ]


def shown(deadline: Deadline, today: date, soon: int) -> Countdown:
    """Return a deadline ready to be shown."""
    return Countdown(
        label=str(deadline.get_kind_display()),
        started_on=deadline.started_on,
        due_on=deadline.due_on,
        state=str(clocks.countdown(deadline, today, soon).state),
        today=today,
        met_on=deadline.met_on,
    )


def supply(found: Sequence[Waiting], first: Kind, *, at: datetime) -> list[Supply]:
    """Set, by territory, the people still in time without an appointment against the slots before their own dates."""
    rows = [row for row in found if not row.is_booked and row.due_on >= at.date()]
    territories = geography.territories_of({row.entry__commune_id for row in rows if row.entry__commune_id})
    waits = [
        appointments.Wait(row.entry_id, territories[code].pk if code in territories else None, row.due_on)
        for row in rows
        for code in [row.entry__commune_id or ""]
    ]
    free = appointments.free_in_time(waits, kind_id=first.pk, at=at)
    left = appointments.unplaced(waits, free)
    groups: dict[int | None, list[appointments.Wait]] = {}
    for wait in waits:
        groups.setdefault(wait.territory, []).append(wait)
    known = {territory.pk: territory for territory in territories.values()}
    return [
        Supply(
            territory=known.get(key or 0),
            waiting=len(groups[key]),
            free=sum(free.get(key, {}).values()),
            missing=sum(1 for wait in groups[key] if wait.key in left),
            before=max(wait.due_on for wait in groups[key]),
        )
        for key in sorted(groups, key=lambda key: (key is None, known[key].position if key else 0))
    ]


def _adults(household_ids: Collection[int]) -> dict[int, list[Person]]:
    """Return the adults of each household."""
    rows = (
        HouseholdRole.objects.filter(household_id__in=list(household_ids), ended_on=None, role__in=ADULT_ROLES)
        .select_related("person")
        .order_by("household_id", "id")
    )
    found: dict[int, list[Person]] = {}
    for row in rows:
        found.setdefault(row.household_id, []).append(row.person)
    return found
