"""Inviting the people of a list of entries, in one batch."""

from __future__ import annotations

import secrets
import string
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import QuerySet

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging.actions import Outgoing, queue_messages
from emploi.pathway.appointments.actions import follow_up
from emploi.pathway.appointments.actions.slots import agent_id_of
from emploi.pathway.appointments.enums import Act, SkipReason
from emploi.pathway.appointments.events import InvitationSent
from emploi.pathway.appointments.models import Invitation, InvitationBatch, Kind
from emploi.pathway.appointments.queries.invitations import Planned, Preview, preview
from emploi.pathway.appointments.queries.links import code_address, public_url
from emploi.pathway.appointments.queries.recipients import Recipient
from emploi.pathway.appointments.queries.slots import first_interview_kind
from emploi.pathway.appointments.rules import codes
from emploi.pathway.appointments.rules.invitations import LETTER
from emploi.pathway.appointments.rules.names import said
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks.enums import DeadlineKind

# Letters and digits only: telephones cut links at other signs. Sixteen of them are 95 bits.
TOKEN_SIGNS = string.ascii_letters + string.digits
TOKEN_LENGTH = 16


@action
def invite_entries(
    *,
    entry_ids: Collection[int],
    channels: Collection[str] | None = None,
    kind: Kind | None = None,
    is_relaunch: bool = False,
    by: Actor,
    at: datetime,
) -> InvitationBatch:
    """Invite these entries (TR-02): SMS and e-mail when known, a letter otherwise, or the channels asked.

    Entries closed, stopped, booked, met, unreachable or invited less than a day ago are left out, each with its reason
    in the batch. The same batch twice invites nobody: DomainError. A constant number of queries.
    """
    kind = kind or first_interview_kind()
    # Two agents may press the button together: the second waits here, then finds everybody just invited.
    list(Entry.objects.select_for_update(of=("self",)).filter(pk__in=entry_ids).order_by("pk").values_list("pk"))
    plan = preview(entry_ids, at=at, kind=kind, channels=channels)
    if not plan.invited:
        raise DomainError(nobody(plan))
    batch = InvitationBatch.objects.create(
        kind=kind,
        is_relaunch=is_relaunch,
        created_at=at,
        created_by_id=agent_id_of(by),
        channels_asked=sorted(channels or []),
        count=len(plan.invited),
        skipped=[_skipped(line) for line in plan.skipped],
        free_slots_before_due=plan.free_slots,
    )
    earlier = _already_invited(plan.invited, kind)
    invitations = _write(plan, batch, kind, is_relaunch or None, earlier, by=by, at=at)
    _send(plan.invited, invitations, kind, by=by, at=at)
    _publish(invitations, by=by, at=at)
    if kind.is_first_interview:
        written = {invitation.entry_id for invitation in invitations}
        follow_up.start(written - earlier, on=at.date(), by=by, at=at)
        follow_up.done(written & earlier, DeadlineKind.RELAUNCH, by=by, at=at)
    return batch


def nobody(plan: Preview) -> str:
    """Why a batch invites nobody, in one sentence."""
    reasons = sorted({SkipReason(line.skipped).label.lower() for line in plan.skipped if line.skipped})
    if not reasons:
        return "Choisissez au moins une personne à inviter."
    return f"Personne n’a été invité : {', '.join(reasons)}."


def _already_invited(lines: Sequence[Planned], kind: Kind) -> set[int]:
    ids = [line.recipient.entry.pk for line in lines]
    return set(Invitation.objects.filter(entry_id__in=ids, kind=kind).values_list("entry_id", flat=True))


def _write(
    plan: Preview,
    batch: InvitationBatch,
    kind: Kind,
    is_relaunch: bool | None,
    earlier: set[int],
    *,
    by: Actor,
    at: datetime,
) -> list[Invitation]:
    """Insert the invitations and mark the earlier ones as replaced; their announced validity still holds."""
    drawn = draw_codes(len(plan.invited))
    invitations = Invitation.objects.bulk_create(
        [
            Invitation(
                entry=line.recipient.entry,
                person=line.recipient.person,
                kind=kind,
                is_relaunch=is_relaunch if is_relaunch is not None else line.recipient.entry.pk in earlier,
                token=draw_token(),
                code=code,
                channels=list(line.channels),
                sent_at=at,
                sent_on=at.date(),
                expires_on=plan.expires_on,
                batch=batch,
                created_by_id=agent_id_of(by),
            )
            for line, code in zip(plan.invited, drawn, strict=True)
        ]
    )
    supersede(invitations, at=at)
    return invitations


def supersede(invitations: Sequence[Invitation], *, at: datetime) -> None:
    """Point the earlier invitations of the same entries and kind at the new ones, in one update."""
    by_entry = {invitation.entry_id: invitation.pk for invitation in invitations}
    new = set(by_entry.values())
    older: QuerySet[Invitation] = Invitation.objects.filter(
        entry_id__in=by_entry, kind_id=invitations[0].kind_id, superseded_at=None
    ).exclude(pk__in=new)
    replaced = list(older)
    for invitation in replaced:
        invitation.superseded_at, invitation.superseded_by_id = at, by_entry[invitation.entry_id]
    Invitation.objects.bulk_update(replaced, ["superseded_at", "superseded_by"], batch_size=1000)


def draw_token() -> str:
    """Draw what a link carries; nobody guesses it, and the database refuses a twin."""
    return "".join(secrets.choice(TOKEN_SIGNS) for _ in range(TOKEN_LENGTH))


def draw_codes(count: int) -> list[str]:
    """Draw codes nobody has; with 25 letters and 8 places a clash is rare, and drawn again."""
    drawn: set[str] = set()
    while len(drawn) < count:
        fresh = {_code() for _ in range(count - len(drawn))}
        drawn |= fresh - set(Invitation.objects.filter(code__in=fresh).values_list("code", flat=True))
    return sorted(drawn, key=lambda _: secrets.randbits(32))


def _code() -> str:
    return "".join(secrets.choice(codes.ALPHABET) for _ in range(codes.LENGTH))


def _send(lines: Sequence[Planned], invitations: Sequence[Invitation], kind: Kind, *, by: Actor, at: datetime) -> None:
    rows = [
        message_of(line.recipient, invitation, channel, kind)
        for line, invitation in zip(lines, invitations, strict=True)
        for channel in line.channels
    ]
    queue_messages(rows=rows, by=by, at=at)


def message_of(recipient: Recipient, invitation: Invitation, channel: str, kind: Kind) -> Outgoing:
    """The message of one invitation by one channel."""
    name = recipient.person.full_name
    to = recipient.reach.to(channel)
    return Outgoing(
        channel=channel,
        to=f"{name}\n{to}" if channel == LETTER else to,
        template=f"appointments/{'relaunch' if invitation.is_relaunch else 'invitation'}",
        context={
            "first_name": said(recipient.person.first_name),
            "full_name": said(name),
            "title": recipient.person.get_title_display(),
            "kind": kind.name,
            "presentation": kind.presentation,
            "what_to_bring": kind.things_to_bring,
            "expires_on": invitation.expires_on,
            **link_words(invitation),
        },
        dedup_key=f"invitation:{invitation.pk}:{channel}",
        person_id=invitation.person_id,
        entry_id=invitation.entry_id,
        about="Relance" if invitation.is_relaunch else "Invitation à choisir un rendez-vous",
    )


def link_words(invitation: Invitation) -> dict[str, str]:
    """The link and the code as said in every text, and drawn at the foot of a letter."""
    url = public_url(invitation.token)
    return {
        "url": url,
        "code": codes.display(invitation.code),
        "code_address": code_address(),
        "link_url": url,
        "link_title": "Choisissez votre rendez-vous",
        "link_address": code_address(),
        "link_code": codes.display(invitation.code),
        "reference": f"INV-{invitation.pk}",
    }


def _skipped(line: Planned) -> dict[str, object]:
    return {
        "entry_id": line.recipient.entry.pk,
        "person_id": line.recipient.person.pk,
        "reason": str(line.skipped.value) if line.skipped else "",
    }


def _publish(invitations: Sequence[Invitation], *, by: Actor, at: datetime) -> None:
    publish(
        [
            InvitationSent(
                person_id=invitation.person_id,
                entry_id=invitation.entry_id,
                invitation_id=invitation.pk,
                act=Act.INVITATION,
                channels=tuple(invitation.channels),
                expires_on=invitation.expires_on,
            )
            for invitation in invitations
        ],
        by=by,
        at=at,
    )
