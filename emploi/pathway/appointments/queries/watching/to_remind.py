"""The coming appointments of those whom no reminder reaches: they are called the day before (RG-06)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from emploi.foundation import clock
from emploi.foundation.messaging.queries import numbers_in_stop
from emploi.pathway.appointments.enums import CallOutcome
from emploi.pathway.appointments.models import Appointment, Kind, ReminderCall
from emploi.pathway.appointments.queries import terms
from emploi.pathway.appointments.queries.reach import Reach, reach_of_homes
from emploi.pathway.appointments.queries.targets import targets_of
from emploi.pathway.beneficiaries.enums import ContactKind
from emploi.pathway.beneficiaries.models import Contact

# After a message left, somebody knows; after no answer, one tries again.
REMINDED = (CallOutcome.REACHED, CallOutcome.MESSAGE_LEFT)
DAYS_SHOWN = 7


@dataclass(frozen=True, slots=True)
class ToCall:
    """An appointment to remind of by telephone, and where the person may be called."""

    appointment: Appointment
    reach: Reach

    @property
    def number(self) -> str:
        """Return the number to dial: the one she gave for this appointment, else the best one known."""
        return self.appointment.phone or self.reach.phone or self.reach.mobile

    @property
    def tried(self) -> ReminderCall | None:
        """Return the last call that reached nobody."""
        return next(iter(self.appointment.reminder_calls.all()), None)


def to_remind(today: date, *, days: int = DAYS_SHOWN) -> QuerySet[Appointment]:
    """The appointments of the coming days whose person gets neither SMS nor e-mail, and whom nobody called."""
    since = clock.start_of(clock.add_days(today, 1))
    written = Contact.objects.filter(person=OuterRef("person"), is_dead=False)
    mobile = Q(kind=ContactKind.MOBILE) & ~Q(value__in=numbers_in_stop())
    told = ReminderCall.objects.filter(appointment=OuterRef("pk"), outcome__in=REMINDED)
    return (
        Appointment.objects.planned()
        .filter(starts_at__gte=since, starts_at__lt=clock.start_of(clock.add_days(today, days + 1)))
        .filter(kind__in=_reminded_kinds(today), person__died_on=None)
        .filter(~Exists(written.filter(mobile | Q(kind=ContactKind.EMAIL))), ~Exists(told))
        .order_by("starts_at", "pk")
    )


def next_day(today: date) -> int:
    """Return in how many days the next day worked is: on a Friday, one calls for Monday."""
    return (clock.next_working_day(clock.add_days(today, 1)) - today).days


def lines_to_call(appointments: Sequence[Appointment]) -> list[ToCall]:
    """Return each with where to call; a constant number of queries."""
    entries = [one.entry_id for one in appointments if one.entry_id]
    before = [one.person_id for one in appointments if not one.entry_id]
    homes = {target.person.pk: target.household_id for target in targets_of(entries, before)}
    reach = reach_of_homes(homes)
    return [ToCall(one, reach.get(one.person_id, Reach())) for one in appointments]


def with_everything(appointments: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """The same, with what a line shows."""
    calls = Prefetch("reminder_calls", ReminderCall.objects.select_related("called_by").order_by("-called_at"))
    return appointments.select_related("person", "kind", "place__commune", "agent").prefetch_related(calls)


def _reminded_kinds(today: date) -> list[int]:
    """The kinds of which people are reminded at all: nobody is called for the others."""
    return [kind.pk for kind in Kind.objects.all() if terms.reminders(kind, today)]
