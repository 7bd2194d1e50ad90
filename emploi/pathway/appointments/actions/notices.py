"""Messages about one appointment: confirmation, reminder, moved, cancelled (RG-06)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.messaging.actions import Outgoing, cancel_messages, queue_messages
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.queries import dated_keys
from emploi.pathway.appointments.actions.invitations import link_words
from emploi.pathway.appointments.actions.links import give_link
from emploi.pathway.appointments.actions.waiting.validity import link_to_choose
from emploi.pathway.appointments.enums import Act, AppointmentStatus, Modality
from emploi.pathway.appointments.models import Appointment, Invitation
from emploi.pathway.appointments.queries import terms
from emploi.pathway.appointments.queries.invitations import first_words_unheard, leaving_since
from emploi.pathway.appointments.queries.links import last_written, link_given_with, public_url
from emploi.pathway.appointments.queries.reach import Reach, reach_of_target
from emploi.pathway.appointments.queries.rooms import number_to_call, room_of_appointment
from emploi.pathway.appointments.queries.targets import targets_of
from emploi.pathway.appointments.rules.booking import reminder_moment
from emploi.pathway.appointments.rules.invitations import LETTER
from emploi.pathway.appointments.rules.names import said
from emploi.territory.rulebook import queries as rulebook

CONFIRMATION, REMINDER, MOVED, CANCELLED = "confirmation", "reminder", "moved", "cancelled"
# Same date, met another way.
CHANGED = "changed"
# What changes a convocation is told in its own words: another date is imposed too, and rights are recalled.
OF_A_CONVOCATION = {
    REMINDER: "convocation_reminder", MOVED: "convocation_moved", CHANGED: "convocation_changed",
    CANCELLED: "convocation_cancelled",
}  # fmt: skip
SPACED = tuple(f"appointments/{OF_A_CONVOCATION[what]}" for what in (MOVED, CHANGED))
DIGITAL = (Channel.SMS, Channel.EMAIL)
# Two changes of a convocation are told in an hour at most; the next one waits, and tells the last state.
TOLD_IN_AN_HOUR = 2
HOUR = timedelta(hours=1)


def confirm(appointment: Appointment, *, by: Actor, at: datetime) -> None:
    """Confirm a booking and plan its reminder."""
    _tell(appointment, CONFIRMATION, by=by, at=at)


def remind(appointment: Appointment, reach: Reach, *, by: Actor, at: datetime) -> None:
    """Plan the reminder alone, when the rest was said otherwise."""
    context = context_of(appointment, _known_link(appointment))
    queue_messages(rows=_reminder(appointment, reach, context, by=by, at=at), by=by, at=at)


def announce_move(appointment: Appointment, *, by: Actor, at: datetime) -> None:
    """Say the new time and place, and plan the new reminder."""
    _tell(appointment, MOVED, by=by, at=at)


def announce_modality(appointment: Appointment, *, by: Actor, at: datetime) -> None:
    """Say that the same appointment now takes place another way, and remind of it as it now is."""
    reach = _reach(appointment)
    context = context_of(appointment, _link(appointment, by=by, at=at))
    unheard = first_words_unheard(appointment)
    rows = _rows(appointment, CHANGED, _channels(reach, appointment, at=at), reach, context, by=by)
    # Who was never told the date is not told that it is kept: the first words leave again, as things now are.
    firsts = [(row, unheard.get(row.channel)) for row in rows]
    rows = [replace(row, template=first.template, about=first.about) if first else row for row, first in firsts]
    rows = [_spaced(row, at=at) for row in rows]
    rows += _reminder(appointment, reach, context, by=by, at=at)
    # The first words about this appointment already have these keys: the change has its own.
    renamed = [replace(row, dedup_key=f"{row.dedup_key}:{at:%Y%m%d%H%M%S}") for row in rows]
    queue_messages(rows=renamed, by=by, at=at)


def announce_cancellation(appointment: Appointment, *, by_us: bool, by: Actor, at: datetime) -> None:
    """Say that the appointment no longer is, and what to do; nothing to remind of any more."""
    reach = _reach(appointment)
    context = {**_words_of_cancellation(appointment, at=at), "by_us": by_us}
    channels = _channels(reach, appointment, at=at)
    queue_messages(rows=_rows(appointment, CANCELLED, channels, reach, context, by=by), by=by, at=at)


def _words_of_cancellation(appointment: Appointment, *, at: datetime) -> dict[str, Any]:
    """The words of the appointment; its link only when it lets choose another date."""
    latest = _known_link(appointment)
    if is_summoned(appointment):
        return context_of(appointment, latest)
    link = link_to_choose(appointment, latest, at=at)
    is_over = appointment.entry is not None and appointment.entry.closed_on is not None
    return {
        **context_of(appointment, link),
        "expires_on": link.expires_on if link else None,
        "is_over": is_over,
    }


def forget(appointment: Appointment, *, by: Actor, at: datetime) -> None:
    """Withdraw what has not left yet about an appointment that no longer is."""
    keys = dated_keys(f"appointment:{appointment.pk}:")
    if is_summoned(appointment):
        # The convocation itself, still to be printed or held until the hours of SMS, says the date that no longer is.
        keys = [*keys, *dated_keys(f"invitation:{appointment.invitation_id}:")]
    cancel_messages(dedup_keys=keys, reason="Le rendez-vous a changé", by=by, at=at)


def another_way(appointment: Appointment, message: Message, reach: Reach, *, by: Actor, at: datetime) -> list[Outgoing]:
    """What a message about an appointment says, by the other channels that reach the person."""
    _, _, what, channel, *rest = message.dedup_key.split(":")
    digital = [known for known in DIGITAL if known in reach.channels]
    channels = digital if what == REMINDER else _channels(reach, appointment, at=at)
    others = [other for other in channels if other != channel]
    is_gone = what == CANCELLED
    words = _words_of_cancellation(appointment, at=at) if is_gone else context_of(appointment, _known_link(appointment))
    context = {**words, "by_us": appointment.status == AppointmentStatus.CANCELLED_BY_US}
    rows = _rows(appointment, what, others, reach, context, by=by, send_after=max(at, message.send_after))
    return [replace(row, dedup_key=":".join([row.dedup_key, *rest]), early=what == REMINDER) for row in rows]


def key_of(appointment: Appointment, what: str, channel: str) -> str:
    """The key that makes each message about an appointment leave once."""
    return f"appointment:{appointment.pk}:{what}:{channel}"


def context_of(appointment: Appointment, invitation: Invitation | None) -> dict[str, Any]:
    """The words the texts of an appointment may use; the link shows no more than the appointment."""
    place, room = appointment.place, room_of_appointment(appointment)
    summons = is_summoned(appointment)
    return {
        **(link_words(invitation) | {"link_title": _offer(invitation, summons=summons)} if invitation else {}),
        "first_name": said(appointment.person.first_name),
        "title": appointment.person.get_title_display(),
        "full_name": said(appointment.person.full_name),
        "starts_at": appointment.starts_at,
        "kind": appointment.kind.name,
        "agent_name": appointment.agent.full_name,
        "is_physical": appointment.modality == Modality.PHYSICAL,
        "modality": appointment.get_modality_display(),
        "call_at": number_to_call(appointment),
        "room": room.address if room else "",
        "room_how": room.how if room else "",
        "place_name": place.name,
        "place_address": place.address,
        "place_city": place.commune.name,
        "place_directions": place.directions,
        "place_phone": place.reception.phone,
        "place_hours": place.reception.hours,
        "what_to_bring": appointment.kind.things_to_bring,
        "url": public_url(invitation.token) if invitation else "",
        "reason": appointment.cancelled_reason,
        "absence": appointment.kind.absence_means(Act.CONVOCATION if summons else Act.INVITATION),
        "after_invitation": summons and _was_invited(appointment),
    }


def _tell(appointment: Appointment, what: str, *, by: Actor, at: datetime) -> None:
    reach = _reach(appointment)
    context = context_of(appointment, _link(appointment, by=by, at=at))
    rows = _rows(appointment, what, _channels(reach, appointment, at=at), reach, context, by=by)
    rows = [_spaced(row, at=at) for row in rows]
    rows += _reminder(appointment, reach, context, by=by, at=at)
    queue_messages(rows=rows, by=by, at=at)


def _spaced(row: Outgoing, *, at: datetime) -> Outgoing:
    """The same message, later when the person was told of two changes of her convocation within the hour."""
    if row.template not in SPACED or row.person_id is None:
        return row
    told = leaving_since(row.person_id, templates=SPACED, channel=row.channel, since=at - HOUR)
    return row if len(told) < TOLD_IN_AN_HOUR else replace(row, send_after=told[-TOLD_IN_AN_HOUR] + HOUR)


def _reach(appointment: Appointment) -> Reach:
    """How to write to the person, by her entry or, before it, by the claim that waits."""
    entry_ids = [appointment.entry_id] if appointment.entry_id else []
    found = targets_of(entry_ids, () if entry_ids else [appointment.person_id])
    return reach_of_target(found[0])


def _reminder(
    appointment: Appointment, reach: Reach, context: dict[str, Any], *, by: Actor, at: datetime
) -> list[Outgoing]:
    """The reminders still to come, one a channel; the outbox keeps them until they are due, and sends each once."""
    rows = []
    # While she can still answer it: later, the link of the reminder would say that it is too late to cancel.
    notice = int(rulebook.value("cancel_notice_hours", at.date()))
    moments: set[datetime] = set()
    for reminder in terms.reminders(appointment.kind, at.date()):
        moment = reminder_moment(appointment.starts_at, at=at, hours=max(reminder.hours, notice))
        if moment is None or moment in moments:
            continue
        moments.add(moment)
        channels = [channel for channel in reminder.channels if channel in reach.channels]
        planned = _rows(appointment, REMINDER, channels, reach, context, by=by, send_after=moment)
        rows += [replace(row, dedup_key=f"{row.dedup_key}:{reminder.hours}", early=True) for row in planned]
    return rows


def _channels(reach: Reach, appointment: Appointment, *, at: datetime) -> list[str]:
    digital: list[str] = [channel for channel in DIGITAL if channel in reach.channels]
    # A convocation leaves on paper too, for the proof: so does what changes it.
    if LETTER not in reach.channels or (digital and not (is_summoned(appointment) and _was_written(appointment))):
        return digital
    # Nearer than the post takes, only the telephone helps.
    arrives_on = clock.add_days(at.date(), int(rulebook.value("letter_days", at.date())))
    in_time = arrives_on <= appointment.starts_at.astimezone(clock.ZONE).date()
    return [*digital, LETTER] if in_time else digital


def _was_written(appointment: Appointment) -> bool:
    """False when whoever convened her chose that no letter goes there."""
    return appointment.invitation is not None and LETTER in appointment.invitation.channels


def _rows(
    appointment: Appointment,
    what: str,
    channels: Iterable[str],
    reach: Reach,
    context: dict[str, Any],
    *,
    by: Actor,
    send_after: datetime | None = None,
) -> list[Outgoing]:
    return [
        Outgoing(
            channel=channel,
            to=f"{context['full_name']}\n{reach.to(channel)}" if channel == LETTER else reach.to(channel),
            template=template_of(appointment, what),
            context=context,
            dedup_key=key_of(appointment, what, channel),
            person_id=appointment.person_id,
            entry_id=appointment.entry_id,
            send_after=send_after,
            # Once the hour has come, only that it was cancelled is still worth saying.
            expires_at=None if what == CANCELLED else appointment.starts_at,
            about=_about(appointment, what),
            variant=appointment.kind.slug,
            # Somebody who just booked in the evening waits for the answer; nobody else is woken.
            immediate=by.kind == "person" and send_after is None,
        )
        for channel in channels
    ]


ABOUT = {
    CONFIRMATION: "Confirmation de rendez-vous",
    REMINDER: "Rappel de rendez-vous",
    MOVED: "Rendez-vous déplacé",
    CHANGED: "Rendez-vous, même date, autrement",
    CANCELLED: "Rendez-vous annulé",
    "convocation_reminder": "Rappel de convocation",
    "convocation_moved": "Convocation modifiée",
    "convocation_changed": "Convocation, même date, autrement",
    "convocation_cancelled": "Convocation annulée",
}


def is_summoned(appointment: Appointment) -> bool:
    """True when its date was imposed, even moved since."""
    return appointment.invitation is not None and appointment.invitation.act == Act.CONVOCATION


def _was_invited(appointment: Appointment) -> bool:
    """True when an invitation to the same appointment gave none: no such meeting was held since it was sent."""
    mine = Q(entry_id=appointment.entry_id, person_id=appointment.person_id, kind_id=appointment.kind_id)
    sent = Invitation.objects.filter(mine, act=Act.INVITATION, revoked_at=None)
    held = Appointment.objects.filter(mine, status=AppointmentStatus.HELD).order_by("-starts_at").first()
    return (sent.filter(sent_at__gt=held.starts_at) if held else sent).exists()


def template_of(appointment: Appointment, what: str) -> str:
    """The text that tells something of an appointment, by the act it comes from."""
    return f"appointments/{OF_A_CONVOCATION.get(what, what) if is_summoned(appointment) else what}"


def _about(appointment: Appointment, what: str) -> str:
    return ABOUT[template_of(appointment, what).removeprefix("appointments/")]


def _offer(invitation: Invitation, *, summons: bool) -> str:
    """What the link drawn at the foot of a letter is for."""
    may_change = not summons and invitation.kind.bookable_by_person
    return "Voir, changer ou annuler mon rendez-vous" if may_change else "Voir mon rendez-vous"


def _known_link(appointment: Appointment) -> Invitation | None:
    """The link the person already has to this appointment."""
    if is_summoned(appointment):
        return appointment.invitation
    return last_written(appointment) or link_given_with(appointment)


def _link(appointment: Appointment, *, by: Actor, at: datetime) -> Invitation | None:
    """The same; given now to who has none, because she was never invited."""
    if is_summoned(appointment):
        return appointment.invitation
    return last_written(appointment) or give_link(appointment, by=by, at=at)
