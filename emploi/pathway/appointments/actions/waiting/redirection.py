"""A phone or an address changes while messages wait: they leave to the one that is good today, or say why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.messaging.actions import Outgoing, cancel_messages, queue_messages, redirect_messages
from emploi.foundation.messaging.enums import Channel, Status
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.queries import by_dedup_keys, to_redirect
from emploi.pathway.appointments.actions import notices
from emploi.pathway.appointments.actions.invitations import message_of
from emploi.pathway.appointments.enums import Act, AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Invitation
from emploi.pathway.appointments.queries.reach import Reach, reach_of_homes
from emploi.pathway.appointments.queries.recipients import recipients
from emploi.pathway.appointments.queries.targets import Target, targets_of
from emploi.pathway.appointments.rules.invitations import channels_for, skip_reason
from emploi.pathway.beneficiaries.models import Contact

CHANGED = "La coordonnée de la personne a changé : le message part à la nouvelle."
OTHER_WAY = "Cette coordonnée ne sert plus : le message part par un autre moyen."
INVITATION, APPOINTMENT = "invitation", "appointment"
GONE = (Status.CANCELLED, Status.FAILED)


@action
def redirect_waiting(*, person_ids: Collection[int], by: Actor, at: datetime) -> None:
    """Send what waits for these people to the phones and addresses that are good today."""
    rows: dict[int, list[Message]] = defaultdict(list)
    for row in to_redirect(person_ids, at):
        rows[row.person_id or 0].append(row)
    if not rows:
        return
    targets = targets_of([], list(rows))
    reach = reach_of_homes({target.person.pk: target.household_id for target in targets})
    theirs = _contacts(rows)
    for target in targets:
        person_id = target.person.pk
        _redirect(rows[person_id], target, reach[person_id], theirs[person_id], by=by, at=at)


def _contacts(person_ids: Collection[int]) -> dict[int, set[str]]:
    """Every phone and e-mail these people ever had: a message to somebody else's is left alone."""
    found: dict[int, set[str]] = defaultdict(set)
    for person_id, value in Contact.objects.filter(person_id__in=person_ids).values_list("person_id", "value"):
        found[person_id].add(value)
    return found


def _redirect(
    rows: Collection[Message], target: Target, reach: Reach, theirs: Collection[str], *, by: Actor, at: datetime
) -> None:
    elsewhere: dict[int, str] = {}
    for row in rows:
        wanted = _wanted(row, target, reach, theirs)
        if wanted is None or (row.status == Status.FAILED and not (wanted and _is_still_true(row, target, at=at))):
            continue
        if wanted or not _leaves_another_way(row, target, reach, by=by, at=at):
            elsewhere[row.pk] = wanted
    redirect_messages(recipients=elsewhere, reason=CHANGED, by=by, at=at)


def _wanted(row: Message, target: Target, reach: Reach, theirs: Collection[str]) -> str | None:
    """The address this message should have today; None when it is not hers to change."""
    to = reach.to(row.channel)
    if row.channel != Channel.LETTER:
        return to if row.recipient in theirs else None
    name = row.recipient_lines[0]
    if name != target.person.full_name:
        return None
    return f"{name}\n{to}" if to else ""


def _leaves_another_way(row: Message, target: Target, reach: Reach, *, by: Actor, at: datetime) -> bool:
    """Queue the same thing by a channel that still reaches her; True when one carries it, from now or already."""
    instead = _instead(row, target, reach, by=by, at=at)
    queue_messages(rows=instead, by=by, at=at)
    carried = by_dedup_keys([other.dedup_key for other in instead])
    if not any(message.status not in GONE for message in carried.values()):
        return False
    cancel_messages(dedup_keys=[row.dedup_key], reason=OTHER_WAY, by=by, at=at)
    return True


def _instead(row: Message, target: Target, reach: Reach, *, by: Actor, at: datetime) -> list[Outgoing]:
    """The same thing by the channels left, by what its key says it is about."""
    about, pk = _about(row)
    if about == INVITATION:
        return _invitation_instead(pk, target, at=at)
    if about == APPOINTMENT:
        found = Appointment.objects.filter(pk=pk, starts_at__gt=at).exclude(status=AppointmentStatus.HELD).first()
        return notices.another_way(found, row, reach, by=by, at=at) if found else []
    return []


def _about(row: Message) -> tuple[str, int]:
    """What a message is about, as its key says it: an invitation or an appointment, and its number."""
    about, _, rest = row.dedup_key.partition(":")
    number = rest.partition(":")[0]
    return (about, int(number)) if number.isdigit() else ("", 0)


def _is_still_true(row: Message, target: Target, *, at: datetime) -> bool:
    """True when a message that failed for want of an address would still say the truth: nothing happened since."""
    about, pk = _about(row)
    if about == APPOINTMENT:
        return Appointment.objects.filter(pk=pk, starts_at__gt=at, status=AppointmentStatus.PLANNED).exists()
    invitation = _living_invitation(pk) if about == INVITATION else None
    if invitation is None:
        return False
    candidate = recipients([target], kind=invitation.kind, today=at.date())[0].candidate
    return skip_reason(candidate, at=at, cooldown_hours=0) is None


def _living_invitation(invitation_id: int) -> Invitation | None:
    living = Invitation.objects.filter(act=Act.INVITATION, revoked_at=None, superseded_at=None)
    return living.select_related("kind").filter(pk=invitation_id).first()


def _invitation_instead(invitation_id: int, target: Target, *, at: datetime) -> list[Outgoing]:
    """An invitation by the channels the rules choose today; a convocation left by every one of them already."""
    invitation = _living_invitation(invitation_id)
    if invitation is None:
        return []
    recipient = recipients([target], kind=invitation.kind, today=at.date())[0]
    chosen = channels_for(recipient.candidate)
    invitation.channels = [*invitation.channels, *(channel for channel in chosen if channel not in invitation.channels)]
    invitation.save(update_fields=["channels"])
    return [
        message_of(recipient, invitation, channel, invitation.kind, is_silent=invitation.is_relaunch)
        for channel in chosen
    ]
