"""Phones and addresses that failed: kept as dead, put on a list until somebody finds the person again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments.actions.slots import agent_id_of
from emploi.pathway.appointments.events import ContactLost, LostContactSettled
from emploi.pathway.appointments.models import LostContact
from emploi.pathway.appointments.queries.reach import reach_of_target
from emploi.pathway.appointments.queries.targets import targets_of
from emploi.pathway.beneficiaries import actions as beneficiaries
from emploi.pathway.beneficiaries.enums import ContactKind, Source
from emploi.pathway.beneficiaries.models import Contact, Person

KINDS = {Channel.SMS: ContactKind.MOBILE, Channel.EMAIL: ContactKind.EMAIL}
PHONES = (ContactKind.MOBILE, ContactKind.PHONE)
WRONG_NUMBER = "Mauvais numéro, noté lors d’un appel"
NEW_ONE = "Une autre coordonnée a été enregistrée"


@action
def note_lost(*, message_ids: Collection[int], by: Actor, at: datetime) -> int:
    """Note that these messages went to a wrong address; an address already replaced says nothing any more."""
    count = 0
    for message in Message.objects.filter(pk__in=message_ids).exclude(person_id=None).order_by("pk"):
        person = Person.objects.filter(pk=message.person_id or 0).first()
        value = _value(message, person) if person else ""
        if person and value:
            _lose(person, message, value, by=by, at=at)
            count += 1
    return count


@action
def lose_number(*, person_id: int, number: str, by: Actor, at: datetime) -> None:
    """Note that a call rang at somebody else's: the number is dead, and the person is to find again."""
    found = phone_in_use(person_id, number)
    if found is None:
        raise DomainError("Ce numéro n’est plus sur la fiche de la personne.", field="number")
    beneficiaries.mark_contact_dead(contact_id=found.pk, reason=WRONG_NUMBER, by=by, at=at)
    lost, is_new = LostContact.objects.get_or_create(
        person_id=person_id,
        channel=Channel.SMS,
        value=number,
        settled_at=None,
        defaults={"reason": WRONG_NUMBER, "found_at": at},
    )
    if is_new:
        publish(ContactLost(person_id=person_id, lost_id=lost.pk, channel=lost.channel), by=by, at=at)


def phone_in_use(person_id: int, number: str) -> Contact | None:
    """The living phone of a person with this number, None when her file has none."""
    phones = Contact.objects.filter(person_id=person_id, kind__in=PHONES, value=number, is_dead=False)
    return phones.order_by("pk").first()


@action
def settle_lost(*, lost_id: int, outcome: str, by: Actor, at: datetime) -> LostContact:
    """Say what was done to find the person again."""
    if not outcome.strip():
        raise DomainError("Dites ce qui a été fait.", field="outcome")
    lost = _waiting(lost_id)
    _settle([lost], outcome=outcome, by=by, at=at)
    return lost


@action
def restore_contact(*, lost_id: int, by: Actor, at: datetime) -> LostContact:
    """Use a phone or an address again: the failure was a mistake or an accident."""
    lost = _waiting(lost_id)
    LostContact.objects.filter(person_id=lost.person_id, channel=lost.channel, value=lost.value).update(restored_at=at)
    lost.restored_at = at
    _settle([lost], outcome="Cette coordonnée est de nouveau bonne", by=by, at=at)
    if lost.channel in KINDS:
        beneficiaries.add_contact(
            person_id=lost.person_id,
            kind=KINDS[Channel(lost.channel)],
            value=lost.value,
            source=Source.TYPED,
            by=by,
            at=at,
        )
    return lost


@action
def settle_found(
    *, person_ids: Iterable[int], channels: Collection[str], outcome: str = NEW_ONE, by: Actor, at: datetime
) -> None:
    """Take people off the list because another phone or address was recorded, or because nobody looks any more."""
    waiting = LostContact.objects.filter(person_id__in=list(person_ids), channel__in=channels, settled_at=None)
    _settle(list(waiting), outcome=outcome, by=by, at=at)


def _lose(person: Person, message: Message, value: str, *, by: Actor, at: datetime) -> None:
    reason = (message.error or "Message non remis")[:120]
    if message.channel in KINDS:
        kind = KINDS[Channel(message.channel)]
        alive = Contact.objects.filter(person=person, kind=kind, value=value, is_dead=False).order_by("pk")
        beneficiaries.mark_contact_dead(contact_id=alive[0].pk, reason=reason, by=by, at=at)
    lost = LostContact.objects.create(
        person=person, channel=message.channel, value=value, reason=reason, message_id=message.pk, found_at=at
    )
    event = ContactLost(person_id=person.pk, entry_id=message.entry_id, lost_id=lost.pk, channel=message.channel)
    publish(event, by=by, at=at, reason=reason)


def _value(message: Message, person: Person) -> str:
    """The phone or address written to, when it is still in use; empty when it was replaced meanwhile."""
    if message.channel in KINDS:
        mine = Contact.objects.filter(person=person, kind=KINDS[Channel(message.channel)], is_dead=False)
        return message.recipient if mine.filter(value=message.recipient).exists() else ""
    lines = "\n".join(message.recipient_lines[1:])
    return lines if lines == "\n".join(_address(person)) else ""


def _address(person: Person) -> tuple[str, ...]:
    """The lines letters are sent to today; none once one came back."""
    return reach_of_target(targets_of([], [person.pk])[0]).address_lines


def _waiting(lost_id: int) -> LostContact:
    lost = LostContact.objects.select_for_update(of=("self",)).filter(pk=lost_id, settled_at=None).first()
    if lost is None:
        raise DomainError("C’est déjà réglé.")
    return lost


def _settle(rows: list[LostContact], *, outcome: str, by: Actor, at: datetime) -> None:
    for row in rows:
        row.settled_at, row.settled_by_id, row.outcome = at, agent_id_of(by), outcome.strip()[:200]
        row.save(update_fields=["settled_at", "settled_by", "outcome", "restored_at"])
    settled = [LostContactSettled(person_id=row.person_id, lost_id=row.pk, channel=row.channel) for row in rows]
    publish(settled, by=by, at=at, reason=outcome)
