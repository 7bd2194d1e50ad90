"""Everything needed to write to people, for their entries or before them, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Q

from emploi.foundation import clock
from emploi.foundation.messaging.enums import Status
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Invitation, Kind
from emploi.pathway.appointments.queries.following.suspensions import stops_of
from emploi.pathway.appointments.queries.reach import Reach, reach_of, reach_of_homes
from emploi.pathway.appointments.queries.targets import Target, of_targets
from emploi.pathway.appointments.rules.invitations import Candidate
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.queries import hidden_people
from emploi.pathway.clocks import queries as clocks
from emploi.pathway.clocks.enums import DeadlineKind

__all__ = ["Reach", "Recipient", "due_dates", "is_met_before_entry", "reach_of", "recipients"]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to write to, what the invitation rules need to know of her, and how to reach her."""

    target: Target
    reach: Reach
    candidate: Candidate
    due_on: date | None

    @property
    def person(self) -> Person:
        """The person."""
        return self.target.person

    @property
    def is_confidential(self) -> bool:
        """True when nobody may learn her address, because of her or of somebody of her home."""
        return self.candidate.address_is_confidential


def recipients(targets: Collection[Target], *, kind: Kind, today: date) -> list[Recipient]:
    """Return these people with all that decides whether and how they are written to, the most urgent first."""
    person_ids = [target.person.pk for target in targets]
    reach = reach_of_homes({target.person.pk: target.household_id for target in targets})
    stopped = stops_of(person_ids, today)
    past = _past(targets, kind)
    hidden = hidden_people(person_ids)
    # The fifteen days are those of the first interview alone: a collective session never stops them.
    due = due_dates([target.entry.pk for target in targets if target.entry]) if kind.is_first_interview else {}
    found = [
        Recipient(
            target=target,
            reach=reach[target.person.pk],
            due_on=due.get(target.entry.pk) if target.entry else None,
            candidate=Candidate(
                entry_id=target.entry_id,
                person_id=target.person.pk,
                reachable_by=reach[target.person.pk].channels,
                address_is_confidential=target.person.pk in hidden,
                is_closed=target.entry.closed_on is not None if target.entry else not target.waits,
                is_deceased=target.person.died_on is not None,
                is_stopped=target.person.pk in stopped,
                is_booked=_key(target) in past.booked,
                is_met=_key(target) in past.met,
                last_sent_at=past.last_sent.get(_key(target)),
            ),
        )
        for target in targets
    ]
    return sorted(found, key=lambda r: (r.due_on or date.max, r.person.sort_name, r.person.pk))


Key = tuple[int | None, int]


@dataclass(frozen=True, slots=True)
class _Past:
    """What was already done, by entry and person; the entry is None before it."""

    booked: set[Key]
    met: set[Key]
    last_sent: dict[Key, datetime]


def _key(target: Target) -> Key:
    return (target.entry_id, target.person.pk)


def _past(targets: Collection[Target], kind: Kind) -> _Past:
    """Coming and held appointments of this kind, and the last invitation of which something may have arrived."""
    mine = of_targets(targets)
    rows = Appointment.objects.filter(mine, kind=kind, status__in=[AppointmentStatus.PLANNED, AppointmentStatus.HELD])
    since = {_key(target): target.claimed_on for target in targets}
    booked: set[Key] = set()
    met: set[Key] = set()
    for entry_id, person_id, status, starts_at in rows.values_list("entry_id", "person_id", "status", "starts_at"):
        key = (entry_id, person_id)
        if status == AppointmentStatus.PLANNED:
            booked.add(key)
        elif kind.is_first_interview and _counts(starts_at, since.get(key)):
            met.add(key)
    arrived = Invitation.objects.filter(mine, kind=kind).exclude(pk__in=failed(mine, kind))
    sent = arrived.values_list("entry_id", "person_id").annotate(last=Max("sent_at")).order_by()
    return _Past(booked, met, {(entry_id, person_id): last for entry_id, person_id, last in sent})


def failed(mine: Q, kind: Kind) -> list[int]:
    """The invitations none of whose messages could arrive: they are no reason to wait before the next one."""
    channels = Invitation.objects.filter(mine, kind=kind, superseded_at=None).values_list("pk", "channels")
    keys = {f"invitation:{pk}:{channel}": pk for pk, used in channels for channel in used}
    states: dict[int, set[str]] = {}
    for key, status in Message.objects.filter(dedup_key__in=list(keys)).values_list("dedup_key", "status"):
        states.setdefault(keys[key], set()).add(status)
    return [pk for pk, found in states.items() if found == {Status.FAILED}]


def _counts(starts_at: datetime, since: date | None) -> bool:
    """An interview older than the claim that waits was about another one."""
    return since is None or starts_at.astimezone(clock.ZONE).date() >= since


def is_met_before_entry(target: Target) -> bool:
    """True when the first interview was already held for the claim that waits."""
    held = Appointment.objects.first_interviews().filter(of_targets([target]), status=AppointmentStatus.HELD)
    return any(_counts(starts_at, target.claimed_on) for starts_at in held.values_list("starts_at", flat=True))


def due_dates(entry_ids: Iterable[int]) -> dict[int, date]:
    """The last day to meet each entry (six weeks for who came back too late for the 15 days); no clock, no day."""
    owed = clocks.owed(DeadlineKind.FIRST_INTERVIEW).filter(entry_id__in=list(entry_ids))
    return dict(owed.values_list("entry_id", "due_on"))
