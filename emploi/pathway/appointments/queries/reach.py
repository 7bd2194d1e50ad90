"""The ways to write to people today, what failed left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Case, IntegerField, QuerySet, Value, When

from emploi.foundation.messaging.queries import stopped_numbers
from emploi.pathway.appointments.models import LostContact
from emploi.pathway.appointments.queries.targets import Target
from emploi.pathway.appointments.rules.invitations import EMAIL, LETTER, SMS, wished
from emploi.pathway.beneficiaries.enums import ContactKind, Source
from emploi.pathway.beneficiaries.models import Address, Contact, Entry, WritingWish
from emploi.pathway.beneficiaries.queries import wishes_of


@dataclass(frozen=True, slots=True)
class Reach:
    """The ways to write to a person today; empty texts when unknown."""

    mobile: str = ""
    email: str = ""
    phone: str = ""
    address_lines: tuple[str, ...] = ()
    wish: str = ""

    @property
    def channels(self) -> frozenset[str]:
        """The channels that can reach the person."""
        known = ((SMS, self.mobile), (EMAIL, self.email), (LETTER, self.address_lines))
        return frozenset(channel for channel, value in known if value)

    def to(self, channel: str) -> str:
        """The address to use for one channel; a letter's is its lines."""
        return {SMS: self.mobile, EMAIL: self.email, LETTER: "\n".join(self.address_lines)}[channel]


def reach_of(entries: Collection[Entry]) -> dict[int, Reach]:
    """The ways to write to the person of each entry: preferred first, then what an agent typed, then the CAF's."""
    homes = {entry.person_id: entry.household_id for entry in entries}
    found = reach_of_homes(homes)
    return {entry.pk: found[entry.person_id] for entry in entries}


def reach_of_homes(homes: Mapping[int, int | None]) -> dict[int, Reach]:
    """The ways to write to each person, given the household she lives in; letters that came back left out."""
    contacts = _best_contacts(list(homes))
    addresses = _best_addresses([home for home in homes.values() if home is not None])
    returned = set(lost_letters(homes))
    mobiles = {person_id: contacts.get((person_id, ContactKind.MOBILE), "") for person_id in homes}
    # Who answered STOP gets no SMS, but may still be called there.
    stopped = stopped_numbers({mobile for mobile in mobiles.values() if mobile})
    wishes = wishes_of(homes.keys())
    found = {
        person_id: Reach(
            mobile="" if mobiles[person_id] in stopped else mobiles[person_id],
            email=contacts.get((person_id, ContactKind.EMAIL), ""),
            phone=contacts.get((person_id, ContactKind.PHONE), "")
            or (mobiles[person_id] if mobiles[person_id] in stopped else ""),
            address_lines=_not_returned(person_id, addresses.get(home or 0, ()), returned),
        )
        for person_id, home in homes.items()
    }
    return {pk: _as_wished(reach, wishes[pk]) if pk in wishes else reach for pk, reach in found.items()}


def _as_wished(reach: Reach, wish: WritingWish) -> Reach:
    """What may be used of what is known; a mobile that gets no SMS may still be called."""
    left = wished(reach.channels, means=wish.means, reads_sms=wish.reads_sms)
    return replace(
        reach,
        mobile=reach.mobile if SMS in left else "",
        email=reach.email if EMAIL in left else "",
        phone=reach.phone if SMS in left else reach.mobile or reach.phone,
        wish=wish.in_words,
    )


def reach_of_target(target: Target) -> Reach:
    """The ways to write to one person."""
    return reach_of_homes({target.person.pk: target.household_id})[target.person.pk]


def lost_letters(person_ids: Iterable[int]) -> QuerySet[LostContact, tuple[int, str]]:
    """The addresses (person, lines) whose letters came back and that nobody found good again."""
    lost = LostContact.objects.filter(person_id__in=list(person_ids), channel=LETTER, restored_at=None)
    return lost.order_by().values_list("person_id", "value")


def _not_returned(person_id: int, lines: tuple[str, ...], returned: set[tuple[int, str]]) -> tuple[str, ...]:
    return () if (person_id, "\n".join(lines)) in returned else lines


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


def open_lost() -> QuerySet[LostContact]:
    """The phones and addresses to find again, the oldest first."""
    waiting = LostContact.objects.filter(settled_at=None, person__died_on=None)
    return waiting.select_related("person").order_by("found_at", "pk")


def people_with_lost_contacts(person_ids: Collection[int]) -> set[int]:
    """Those of these people who are on that list."""
    lost = LostContact.objects.filter(settled_at=None, person_id__in=person_ids)
    return set(lost.values_list("person_id", flat=True))


def phone_known(person_id: int) -> bool:
    """True when somebody can be called."""
    kinds = (ContactKind.MOBILE, ContactKind.PHONE)
    return Contact.objects.filter(person_id=person_id, kind__in=kinds, is_dead=False).exists()
