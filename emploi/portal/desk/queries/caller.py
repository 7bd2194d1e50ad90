"""What the screen of a caller shows: who must be speaking, where they stand, which slots are near."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from emploi.foundation import clock
from emploi.foundation.ui.countdown import Countdown
from emploi.foundation.ui.french import age_on
from emploi.pathway.appointments import queries as appointments
from emploi.pathway.appointments.models import Appointment, Invitation, Kind
from emploi.pathway.appointments.queries import PlaceChoice, Reach, Target
from emploi.pathway.appointments.queries.agenda import next_of_kind
from emploi.pathway.appointments.queries.slots import Asked, with_slots
from emploi.pathway.appointments.queries.targets import who_may_receive
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.clocks import queries as clocks
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.portal.desk.queries.entrants import shown

PLACES, SLOTS_A_PLACE, SLOTS_OF_ONE_PLACE = 3, 6, 24


@dataclass(frozen=True, slots=True)
class Caller:
    """The person on the phone."""

    person: Person
    age: int | None
    entry: Entry | None
    target: Target
    reach: Reach
    countdown: Countdown | None
    appointment: Appointment | None
    invitation: Invitation | None
    is_met: bool
    # A date whose hour has passed: nobody said whether she came.
    unmarked: Appointment | None = None

    def appointment_to_move(self, kind: Kind, *, at: datetime) -> Appointment | None:
        """The coming appointment of a kind, were it not the next one: another slot moves it, it does not add one."""
        if self.appointment is None or self.appointment.kind_id == kind.pk:
            return self.appointment
        return next_of_kind(self.target, kind.pk, at=at)

    @property
    def may_book(self) -> bool:
        """True for an entry that runs, and for a claim that waits for the payer."""
        return self.entry is not None or self.target.waits


@dataclass(frozen=True, slots=True)
class Choice:
    """Slots to offer, by place, and every place that still has some."""

    places: list[PlaceChoice]
    everywhere: list[PlaceChoice]
    waits_for_referent: bool = False


def caller(person: Person, *, at: datetime) -> Caller:
    """Return what one must know with the phone in the hand; nine queries at most."""
    target = appointments.targets_of([], [person.pk])[0]
    entry = target.entry
    if entry is None:
        return _before_entry(target, at)
    deadline = clocks.of_entries([entry.pk]).filter(kind=DeadlineKind.FIRST_INTERVIEW).last()
    return Caller(
        person=person,
        age=age_on(person.birth_date, at.date()),
        entry=entry,
        target=target,
        reach=appointments.reach_of_target(target),
        countdown=shown(deadline, at.date(), clocks.due_soon_days(at.date())) if deadline else None,
        appointment=appointments.next_appointments([entry.pk], at=at).get(entry.pk),
        invitation=appointments.last_invitations([entry.pk]).get(entry.pk),
        is_met=deadline is not None and deadline.met_on is not None,
        unmarked=appointments.unmarked_of(target, at=at),
    )


def _before_entry(target: Target, at: datetime) -> Caller:
    """Somebody outside the pathway: who waits for the payer may be given a date, without any delay running."""
    pk = target.person.pk
    return Caller(
        person=target.person,
        age=age_on(target.person.birth_date, at.date()),
        entry=None,
        target=target,
        reach=appointments.reach_of_target(target),
        countdown=None,
        appointment=appointments.next_before_entry([pk], at=at).get(pk),
        invitation=appointments.last_before_entry([pk]).get(pk),
        is_met=appointments.is_met_before_entry(target),
        unmarked=appointments.unmarked_of(target, at=at),
    )


def choices(
    who: Caller, kind: Kind, *, at: datetime, place_id: int | None, since: date | None, accessible: bool
) -> Choice:
    """Return the soonest slots of the nearest places, or of the place asked, from a day on, her referent's if so."""
    asked: Asked = {
        "kind_id": kind.pk,
        "since": max(at, clock.start_of(since)) if since else at,
        "agent_ids": who_may_receive(kind, who.target.entry_id),
        "accessible": accessible,
    }
    commune = who.target.commune_id
    everywhere = appointments.places_with_slots(commune, **asked)
    if place_id is not None:
        chosen = [choice for choice in everywhere if choice.place.pk == place_id]
        found = [with_slots(choice, SLOTS_OF_ONE_PLACE, **asked) for choice in chosen]
    else:
        found = appointments.nearest_slots(commune, **asked, places=PLACES, per_place=SLOTS_A_PLACE)
    return Choice(found, everywhere, waits_for_referent=asked["agent_ids"] == ())
