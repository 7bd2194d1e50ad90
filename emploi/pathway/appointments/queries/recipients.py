"""Everything needed to write to the people of a list of entries, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, IntegerField, Max, Value, When

from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Invitation, InvitationStop, Kind
from emploi.pathway.appointments.rules.invitations import EMAIL, LETTER, SMS, Candidate
from emploi.pathway.beneficiaries.enums import ContactKind, Source
from emploi.pathway.beneficiaries.models import Address, Contact, Entry, Person
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.clocks.models import Deadline


@dataclass(frozen=True, slots=True)
class Reach:
    """The ways to write to a person today; empty texts when unknown."""

    mobile: str = ""
    email: str = ""
    phone: str = ""
    address_lines: tuple[str, ...] = ()

    @property
    def channels(self) -> frozenset[str]:
        """The channels that can reach the person."""
        known = ((SMS, self.mobile), (EMAIL, self.email), (LETTER, self.address_lines))
        return frozenset(channel for channel, value in known if value)

    def to(self, channel: str) -> str:
        """The address to use for one channel; a letter's is its lines."""
        return {SMS: self.mobile, EMAIL: self.email, LETTER: "\n".join(self.address_lines)}[channel]


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person of an entry, what the invitation rules need to know of her, and how to reach her."""

    entry: Entry
    person: Person
    reach: Reach
    candidate: Candidate
    due_on: date | None


def recipients(entry_ids: Collection[int], *, kind: Kind) -> list[Recipient]:
    """Return the recipients of these entries, in the order of their deadline."""
    entries = list(Entry.objects.filter(pk__in=entry_ids).select_related("person"))
    person_ids = [entry.person_id for entry in entries]
    reach = reach_of(entries)
    stopped = set(
        InvitationStop.objects.filter(person_id__in=person_ids, ended_at=None).values_list("person_id", flat=True)
    )
    booked, met = _booked_and_met(entry_ids, kind)
    last_sent = _last_sent(entry_ids, kind)
    due = due_dates(entry_ids)
    found = [
        Recipient(
            entry=entry,
            person=entry.person,
            reach=reach[entry.pk],
            due_on=due.get(entry.pk),
            candidate=Candidate(
                entry_id=entry.pk,
                person_id=entry.person_id,
                reachable_by=reach[entry.pk].channels,
                is_closed=entry.closed_on is not None,
                is_deceased=entry.person.died_on is not None,
                is_stopped=entry.person_id in stopped,
                is_booked=entry.pk in booked,
                is_met=entry.pk in met,
                last_sent_at=last_sent.get(entry.pk),
            ),
        )
        for entry in entries
    ]
    return sorted(found, key=lambda r: (r.due_on or date.max, r.person.sort_name, r.entry.pk))


def due_dates(entry_ids: Iterable[int]) -> dict[int, date]:
    """The last day to meet each entry within the 15 days, entries without a running clock being absent."""
    waiting = Deadline.objects.filter(entry_id__in=list(entry_ids), kind=DeadlineKind.FIRST_INTERVIEW).waiting()
    return dict(waiting.values_list("entry_id", "due_on"))


def reach_of(entries: Collection[Entry]) -> dict[int, Reach]:
    """The ways to write to the person of each entry: preferred first, then what an agent typed, then the CAF's."""
    contacts = _best_contacts([entry.person_id for entry in entries])
    addresses = _best_addresses([entry.household_id for entry in entries])
    return {
        entry.pk: Reach(
            mobile=contacts.get((entry.person_id, ContactKind.MOBILE), ""),
            email=contacts.get((entry.person_id, ContactKind.EMAIL), ""),
            phone=contacts.get((entry.person_id, ContactKind.PHONE), ""),
            address_lines=addresses.get(entry.household_id, ()),
        )
        for entry in entries
    }


def _best_contacts(person_ids: Collection[int]) -> dict[tuple[int, str], str]:
    """One living contact per person and kind."""
    rows = (
        Contact.objects.filter(person_id__in=person_ids, is_dead=False)
        .annotate(trust=_trust())
        .order_by("person_id", "kind", "-is_preferred", "trust", "-received_on", "-id")
        .distinct("person_id", "kind")
        .values_list("person_id", "kind", "value")
    )
    return {(person_id, kind): value for person_id, kind, value in rows}


def _best_addresses(household_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The lines of the address in force of each household."""
    rows = (
        Address.objects.filter(household_id__in=household_ids, is_current=True)
        .annotate(trust=_trust())
        .order_by("household_id", "trust", "rank", "-id")
        .distinct("household_id")
    )
    return {address.household_id: lines for address in rows if (lines := postal_lines(address))}


def _trust() -> Case:
    """What the person or an agent said comes before what the payer sent."""
    return Case(When(source=Source.CAF, then=Value(1)), default=Value(0), output_field=IntegerField())


def postal_lines(address: Address) -> tuple[str, ...]:
    """The lines to print under the name, empty when the town is missing."""
    if not address.postal_code or not address.city:
        return ()
    parts = address.lines or {}
    road = " ".join(str(parts.get(key) or "") for key in ("number", "street_type", "street"))
    lines = (str(parts.get("complement") or ""), road, str(parts.get("place") or ""))
    cleaned = [" ".join(line.split()) for line in lines]
    return (*(line for line in cleaned if line), f"{address.postal_code} {address.city}")


def _booked_and_met(entry_ids: Collection[int], kind: Kind) -> tuple[set[int], set[int]]:
    """Entries with a coming appointment of this kind, and, for a first interview, those already met."""
    rows = Appointment.objects.filter(
        entry_id__in=entry_ids, kind=kind, status__in=[AppointmentStatus.PLANNED, AppointmentStatus.HELD]
    ).values_list("entry_id", "status")
    booked = {entry_id for entry_id, status in rows if status == AppointmentStatus.PLANNED}
    met = {entry_id for entry_id, status in rows if status == AppointmentStatus.HELD and kind.is_first_interview}
    return booked, met


def _last_sent(entry_ids: Collection[int], kind: Kind) -> dict[int, datetime]:
    rows = Invitation.objects.filter(entry_id__in=entry_ids, kind=kind).values_list("entry_id")
    return dict(rows.annotate(last=Max("sent_at")))
