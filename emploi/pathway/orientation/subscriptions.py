"""What the orientation does when something happens to an entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.events import Event, subscribe
from emploi.foundation.messaging.enums import Channel, PostalOutcome
from emploi.foundation.messaging.events import LettersPosted, LettersPrinted, MessageFailed, RegisteredFollowed
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments.events import AppointmentBooked, AttendanceUndone
from emploi.pathway.beneficiaries.events import (
    EntryOpened,
    EntryReopened,
    FranceTravailTold,
    MergeUndone,
    PersonsMerged,
)
from emploi.pathway.beneficiaries.hooks import register_making_room, register_running_orientations
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Decision, Interview


@subscribe(EntryReopened)
def keep_orientations(events: list[EntryReopened], *, by: Actor, at: datetime) -> None:
    """Confirm the orientation of entries that reopen (definitions.md: Return): their new six weeks are met at once."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for event in events:
        if event.entry_id is not None:
            by_day[event.reopened_on].append(event.entry_id)
    for day, entry_ids in by_day.items():
        actions.confirm_after_reopening(entry_ids=entry_ids, on=day, by=by, at=at)


@subscribe(EntryOpened)
@subscribe(EntryReopened)
@subscribe(PersonsMerged)
@subscribe(MergeUndone)
def bring_what_france_travail_said(events: list[Event], *, by: Actor, at: datetime) -> None:
    """An entry that opens, or two records put together, say what the files of France Travail already say."""
    people = [event.person_id for event in events if event.person_id is not None]
    actions.apply_what_is_known(person_ids=people, by=by, at=at)


@subscribe(FranceTravailTold)
def remember_what_was_told(events: list[FranceTravailTold], *, by: Actor, at: datetime) -> None:
    """What an agent typed counts among the facts, with its day."""
    actions.remember_told(told=events, by=by, at=at)


@subscribe(LettersPrinted)
def date_printed_decisions(events: list[LettersPrinted], *, by: Actor, at: datetime) -> None:
    """Notify, on the day of printing, the decisions enclosed in the letters of these runs."""
    runs = [event.print_run_id for event in events]
    letters = Message.objects.filter(print_run_id__in=runs).exclude(document=None)
    document_ids = list(letters.values_list("document_id", flat=True))
    if document_ids:
        day = at.astimezone(clock.ZONE).date()
        actions.letters_printed(document_ids=document_ids, on=day, by=by, at=at)
        actions.refusals_printed(document_ids=document_ids, on=day, by=by, at=at)


@subscribe(LettersPosted)
def date_posted_decisions(events: list[LettersPosted], *, by: Actor, at: datetime) -> None:
    """The decisions in an envelope are told on the day it was put in the post."""
    for event in events:
        letters = Message.objects.filter(print_run_id=event.print_run_id).exclude(document=None)
        document_ids = list(letters.values_list("document_id", flat=True))
        if document_ids:
            day = {"was": event.was, "on": event.posted_on}
            actions.letters_posted(document_ids=document_ids, **day, by=by, at=at)
            actions.refusals_posted(document_ids=document_ids, **day, by=by, at=at)


@subscribe(RegisteredFollowed)
def date_received_decisions(events: list[RegisteredFollowed], *, by: Actor, at: datetime) -> None:
    """A registered letter tells on the day of its receipt; one left at the post, on the day it was presented."""
    dated = {event.message_id: event.on for event in events if event.on and event.outcome != PostalOutcome.RETURNED}
    enclosed = Message.objects.filter(pk__in=dated, is_registered=True).exclude(document=None)
    for message_id, document_id in enclosed.values_list("pk", "document_id"):
        on = dated[message_id]
        actions.registered_received(document_id=document_id, on=on, by=by, at=at)
        actions.registered_refusal_received(document_id=document_id, on=on, by=by, at=at)


@subscribe(MessageFailed)
def take_back_returned_letters(events: list[MessageFailed], *, by: Actor, at: datetime) -> None:
    """A letter that came back told nobody anything."""
    ids = [event.message_id for event in events if event.channel == Channel.LETTER]
    enclosed = Message.objects.filter(pk__in=ids).exclude(document=None)
    document_ids = list(enclosed.values_list("document_id", flat=True)) if ids else []
    if document_ids:
        actions.letters_returned(document_ids=document_ids, by=by, at=at)
        actions.refusals_returned(document_ids=document_ids, by=by, at=at)


@subscribe(AttendanceUndone)
def refuse_undoing_an_interview(events: list[AttendanceUndone], *, by: Actor, at: datetime) -> None:
    """Refuse to take back the presence of a person whose interview has begun: she was there."""
    if Interview.objects.filter(appointment_id__in=[event.appointment_id for event in events]).exists():
        raise DomainError("L’entretien de ce rendez-vous est commencé : la personne est bien venue.")


@subscribe(AppointmentBooked)
def see_what_an_appointment_answers(events: list[AppointmentBooked], *, by: Actor, at: datetime) -> None:
    """An appointment may be where a request that waits is examined, or the one a fifth step was left open for."""
    actions.tie_meetings(appointment_ids=[event.appointment_id for event in events], by=by, at=at)
    actions.settle_waiting_steps(appointment_ids=[event.appointment_id for event in events], by=by, at=at)


@register_making_room
def one_orientation_in_force(duplicate_id: int, staying_id: int, by: Actor, at: datetime) -> None:
    """Of two entries that become one, the last orientation is in force; the other is the one it followed."""
    in_force = Decision.objects.current().filter(entry__in=[duplicate_id, staying_id])
    found = list(in_force.order_by("decided_on", "recorded_at", "pk"))
    if len(found) < 2:
        return
    former, last = found
    former.is_current = False
    former.save(update_fields=["is_current"])
    if last.previous_id is None and not Decision.objects.filter(previous=former).exists():
        last.previous = former
        last.save(update_fields=["previous"])


@register_making_room
def keep_one_request(duplicate_id: int, staying_id: int, by: Actor, at: datetime) -> None:
    """Leave one open request of reorientation to two entries that become one."""
    actions.drop_twice_asked(duplicate_id, staying_id, by, at)


@register_running_orientations
def running_orientations(entry_ids: Sequence[int]) -> set[int]:
    """Return the entries with an orientation in force, for those who come in and out of rights and duties."""
    return queries.entries_with_current_decision(entry_ids)
