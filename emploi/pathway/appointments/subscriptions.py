"""Appointments hear of agents who leave, places that close, and people whose entry opens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.events import subscribe
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.events import MessageFailed
from emploi.pathway.appointments.actions.departures import (
    close_agenda_of_agent,
    close_agenda_of_place,
    release_dead,
    release_leavers,
)
from emploi.pathway.appointments.actions.entries import tie_to_entries
from emploi.pathway.appointments.actions.lost_contacts import note_lost, settle_found
from emploi.pathway.appointments.actions.waiting.redirection import redirect_waiting
from emploi.pathway.appointments.actions.waiting.withdrawal import (
    SUSPENDED,
    withdraw_invitations,
    withdraw_links,
)
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.events import (
    ContactLost,
    InvitationRevoked,
    InvitationsStopped,
    LostContactSettled,
)
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.appointments.models.bookings import IS_FIRST_AND_ALIVE
from emploi.pathway.beneficiaries.enums import ClosingReason, ContactKind
from emploi.pathway.beneficiaries.events import (
    AddressTyped,
    ContactAdded,
    ContactDied,
    ContactPreferred,
    EntryClosed,
    EntryOpened,
    EntryReopened,
    PersonDied,
    WishTold,
)
from emploi.pathway.beneficiaries.hooks import register_making_room
from emploi.pathway.beneficiaries.models import HouseholdRole
from emploi.territory.agents.events import AccountClosed
from emploi.territory.geography.events import PlaceClosed


@subscribe(AccountClosed)
def close_agendas(events: Sequence[AccountClosed], *, by: Actor, at: datetime) -> None:
    """Nobody may book with an agent who cannot sign in any more."""
    for event in events:
        close_agenda_of_agent(agent_id=event.agent_id, by=by, at=at)


@subscribe(PlaceClosed)
def close_places(events: Sequence[PlaceClosed], *, by: Actor, at: datetime) -> None:
    """Refuse the closing of a place where people are expected; otherwise nobody may book there any more."""
    for event in events:
        close_agenda_of_place(place_id=event.place_id, by=by, at=at)


@subscribe(EntryOpened)
def tie_opened(events: Sequence[EntryOpened], *, by: Actor, at: datetime) -> None:
    """What was done while the person waited for the payer belongs to the entry that opens."""
    tie_to_entries(entry_ids=[event.entry_id for event in events if event.entry_id is not None], by=by, at=at)


@subscribe(EntryReopened)
def tie_reopened(events: Sequence[EntryReopened], *, by: Actor, at: datetime) -> None:
    """The same when the former entry runs again."""
    tie_to_entries(entry_ids=[event.entry_id for event in events if event.entry_id is not None], by=by, at=at)


@register_making_room
def one_first_interview(duplicate_id: int, staying_id: int, by: Actor, at: datetime) -> None:
    """Two entries that become one keep one first interview: the one held, else the first; the other is one more."""
    found = list(Appointment.objects.filter(IS_FIRST_AND_ALIVE, entry__in=[duplicate_id, staying_id]))
    found.sort(key=lambda row: (row.status != AppointmentStatus.HELD, row.starts_at))
    Appointment.objects.filter(pk__in=[row.pk for row in found[1:]]).update(is_first_interview=False)


@subscribe(MessageFailed)
def lose_contacts(events: Sequence[MessageFailed], *, by: Actor, at: datetime) -> None:
    """A wrong number, a refused mailbox or a returned letter is never used again, and somebody looks for another."""
    wrong = [event.message_id for event in events if event.address_is_wrong and event.person_id is not None]
    if wrong:
        note_lost(message_ids=wrong, by=by, at=at)


@subscribe(ContactAdded)
def find_by_contact(events: Sequence[ContactAdded], *, by: Actor, at: datetime) -> None:
    """Another phone or e-mail: the person is found again."""
    for event in events:
        if event.person_id is not None:
            channel = Channel.EMAIL if event.contact_kind == ContactKind.EMAIL else Channel.SMS
            settle_found(person_ids=[event.person_id], channels=[channel], by=by, at=at)


@subscribe(ContactAdded)
@subscribe(ContactPreferred)
@subscribe(ContactDied)
@subscribe(WishTold)
def redirect_by_contact(
    events: Sequence[ContactAdded | ContactPreferred | ContactDied | WishTold], *, by: Actor, at: datetime
) -> None:
    """What waits leaves to the phone or the e-mail that is good now, and the way she asked for."""
    redirect_waiting(person_ids={event.person_id for event in events if event.person_id}, by=by, at=at)


@subscribe(ContactLost)
@subscribe(LostContactSettled)
def redirect_by_loss(events: Sequence[ContactLost | LostContactSettled], *, by: Actor, at: datetime) -> None:
    """The same when a letter came back, or when its address is found good again."""
    redirect_waiting(person_ids={event.person_id for event in events if event.person_id}, by=by, at=at)


@subscribe(AddressTyped)
def find_by_address(events: Sequence[AddressTyped], *, by: Actor, at: datetime) -> None:
    """Another address: the people of the household are found again."""
    homes = [event.household_id for event in events]
    people = HouseholdRole.objects.filter(household_id__in=homes, ended_on=None).values_list("person_id", flat=True)
    settle_found(person_ids=people, channels=[Channel.LETTER], by=by, at=at)
    redirect_waiting(person_ids=list(people), by=by, at=at)


@subscribe(InvitationRevoked)
def withdraw_with_link(events: Sequence[InvitationRevoked], *, by: Actor, at: datetime) -> None:
    """What waits would carry a link that opens nothing."""
    withdraw_links(invitation_ids=[event.invitation_id for event in events], by=by, at=at)


@subscribe(InvitationsStopped)
def withdraw_when_suspended(events: Sequence[InvitationsStopped], *, by: Actor, at: datetime) -> None:
    """Nobody writes to somebody whose invitations are suspended, not even what was already decided."""
    people = {event.person_id for event in events if event.person_id}
    withdraw_invitations(person_ids=people, reason=SUSPENDED, by=by, at=at)


@subscribe(EntryClosed)
def withdraw_when_gone(events: Sequence[EntryClosed], *, by: Actor, at: datetime) -> None:
    """Who left the pathway is not invited any more; what she had planned is somebody's decision."""
    # What a duplicate entry had done goes on in the entry that stays; the dead are released with their person.
    gone = [event for event in events if event.reason not in (ClosingReason.DUPLICATE, ClosingReason.DEATH)]
    entries = [event.entry_id for event in gone if event.entry_id is not None]
    release_leavers(entry_ids=entries, by=by, at=at)


@subscribe(PersonDied)
def release(events: Sequence[PersonDied], *, by: Actor, at: datetime) -> None:
    """Nobody writes to somebody who died, and her seat is free."""
    release_dead(person_ids=[event.person_id for event in events if event.person_id is not None], by=by, at=at)
