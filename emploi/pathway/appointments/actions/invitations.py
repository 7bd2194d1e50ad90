"""Inviting many people in one batch, chunk by chunk."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from emploi.foundation import clock, jobs
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging.actions import Outgoing, queue_messages
from emploi.pathway.appointments.actions import follow_up
from emploi.pathway.appointments.actions.slots import agent_id_of
from emploi.pathway.appointments.enums import Act, SkipReason
from emploi.pathway.appointments.events import InvitationSent
from emploi.pathway.appointments.models import Appointment, Invitation, InvitationBatch, Kind
from emploi.pathway.appointments.queries.following.relaunches import due_alone
from emploi.pathway.appointments.queries.invitations import Planned, Preview, preview
from emploi.pathway.appointments.queries.links import code_address, public_url
from emploi.pathway.appointments.queries.recipients import Recipient, failed
from emploi.pathway.appointments.queries.slots import first_interview_kind
from emploi.pathway.appointments.queries.targets import of_targets
from emploi.pathway.appointments.rules import codes
from emploi.pathway.appointments.rules.invitations import LETTER
from emploi.pathway.appointments.rules.names import said
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.clocks.enums import DeadlineKind

# Letters and digits only: telephones cut links at other signs. Sixteen of them are 95 bits.
TOKEN_SIGNS = string.ascii_letters + string.digits
TOKEN_LENGTH = 16
# One transaction each: small enough to show progress and lose little, large enough to be quick.
CHUNK = 100


@action
def invite_entries(
    *,
    entry_ids: Collection[int] = (),
    person_ids: Collection[int] = (),
    channels: Collection[str] | None = None,
    kind: Kind | None = None,
    is_relaunch: bool = False,
    confidential_letters: bool = False,
    with_agent_id: int | None = None,
    by: Actor,
    at: datetime,
) -> InvitationBatch:
    """Invite these entries, and these people who wait for the payer, at once (TR-02): all of them or nobody.

    Those closed, stopped, booked, met, unreachable or invited less than a day ago are left out, each with its reason
    in the batch. The same batch twice invites nobody: DomainError. A constant number of queries.
    `with_agent_id`: the only one whose slots the link offers.
    """
    batch = ask_batch(
        entry_ids=entry_ids,
        person_ids=person_ids,
        channels=channels,
        kind=kind,
        is_relaunch=is_relaunch,
        confidential_letters=confidential_letters,
        with_agent_id=with_agent_id,
        by=by,
        at=at,
    )
    invite_next(batch_id=batch.pk, size=batch.total, by=by, at=at)
    batch.refresh_from_db()
    if not batch.count:
        raise DomainError("Personne n’a été invité : quelqu’un vient d’inviter ces personnes.")
    return batch


@action
def ask_batch(
    *,
    entry_ids: Collection[int] = (),
    person_ids: Collection[int] = (),
    channels: Collection[str] | None = None,
    kind: Kind | None = None,
    is_relaunch: bool = False,
    confidential_letters: bool = False,
    with_agent_id: int | None = None,
    by: Actor,
    at: datetime,
) -> InvitationBatch:
    """Write down whom to invite and how; `invite_next` does it chunk by chunk. DomainError when nobody may be."""
    kind = kind or first_interview_kind()
    if not _still_invites(kind):
        raise DomainError(f"On n’invite pas au rendez-vous « {kind.name} ».")
    plan = preview(
        entry_ids, person_ids=person_ids, at=at, kind=kind, channels=channels, confidential_letters=confidential_letters
    )
    if not plan.invited:
        raise DomainError(nobody(plan))
    targets = [[line.recipient.target.entry_id, line.recipient.person.pk] for line in plan.lines]
    return InvitationBatch.objects.create(
        kind=kind,
        is_relaunch=is_relaunch,
        created_at=at,
        created_by_id=agent_id_of(by),
        with_agent_id=with_agent_id,
        channels_asked=sorted(channels or []),
        confidential_letters=confidential_letters,
        targets=targets,
        total=len(targets),
        free_slots_before_due=plan.free_slots,
    )


@action
def leave_to_worker(*, batch_id: int, by: Actor, at: datetime) -> None:
    """Let the worker invite the people of a batch: its page shows how far it is."""
    jobs.defer("appointments.invite_batch", batch_id=batch_id)


@action
def invite_next(*, batch_id: int, size: int = CHUNK, by: Actor, at: datetime) -> bool:
    """Invite the next people of a batch and count them as done, in one transaction; return whether some are left.

    A process killed in the middle loses its chunk whole, so that running the batch again goes on from there.
    """
    batch = InvitationBatch.objects.select_for_update(of=("self",)).select_related("kind").get(pk=batch_id)
    chosen = batch.targets[batch.done : batch.done + size]
    if not chosen:
        return False
    entry_ids = [entry_id for entry_id, _ in chosen if entry_id is not None]
    person_ids = [person_id for entry_id, person_id in chosen if entry_id is None]
    # Two agents may press the button together: the second waits here, then finds everybody just invited.
    # People before entries, as a merge of two records does: neither waits for the other for ever.
    everybody = Person.objects.filter(pk__in=[person_id for _, person_id in chosen]).order_by("pk")
    list(everybody.select_for_update(of=("self",), no_key=True).values_list("pk"))
    list(Entry.objects.select_for_update(of=("self",)).filter(pk__in=entry_ids).order_by("pk").values_list("pk"))
    plan = preview(
        entry_ids,
        person_ids=person_ids,
        at=at,
        kind=batch.kind,
        channels=batch.channels_asked,
        confidential_letters=batch.confidential_letters,
    )
    if batch.is_automatic:
        plan = _still_due(plan, batch.kind, at=at)
    if not _still_invites(batch.kind):
        plan = replace(plan, lines=[replace(line, channels=(), skipped=SkipReason.KIND_STOPPED) for line in plan.lines])
    _invite(plan, batch, by=by, at=at)
    batch.done += len(chosen)
    batch.worked_at = at
    batch.count += len(plan.invited)
    batch.skipped = [*batch.skipped, *(_skipped(line) for line in plan.skipped)]
    batch.save(update_fields=["done", "worked_at", "count", "skipped"])
    return batch.is_running


def _still_invites(kind: Kind) -> bool:
    """True unless an administrator stopped the kind, or its invitations, since."""
    return kind.is_active and kind.can_be_invited


def _still_due(plan: Preview, kind: Kind, *, at: datetime) -> Preview:
    """Leave out those somebody wrote to, booked or suspended since: the people of the chunk are locked now."""
    due = {one.entry_id for one in due_alone(kind, at, [line.recipient.target.entry_id or 0 for line in plan.lines])}
    lines = [
        line
        if line.skipped or line.recipient.target.entry_id in due
        else replace(line, channels=(), skipped=SkipReason.NO_LONGER_DUE)
        for line in plan.lines
    ]
    return replace(plan, lines=lines)


def run_batch(batch_id: int, *, now: Callable[[], datetime]) -> int:
    """Carry a batch to its end as the agent who asked for it; return how many people were invited."""
    batch = InvitationBatch.objects.select_related("created_by").get(pk=batch_id)
    by = batch.created_by.as_actor() if batch.created_by else Actor.system("Invitations")
    while invite_next(batch_id=batch_id, by=by, at=now()):
        continue
    batch.refresh_from_db()
    return batch.count


def _invite(plan: Preview, batch: InvitationBatch, *, by: Actor, at: datetime) -> None:
    """Write the invitations of a plan, their messages, what the journal says and the follow-up."""
    if not plan.invited:
        return
    kind = batch.kind
    earlier = _already_invited(plan.invited, kind)
    invitations = _write(plan, batch, earlier, by=by, at=at)
    _send(plan.invited, invitations, kind, silent=_silent(plan.invited, kind, invitations), by=by, at=at)
    _publish(invitations, by=by, at=at)
    if kind.is_first_interview:
        # Before the entry no delay runs, so nothing is followed up.
        written = {invitation.entry_id: invitation.person_id for invitation in invitations if invitation.entry_id}
        # A relaunch settles what was due; it never starts the count again, even for who had booked by telephone.
        again = {pk for pk, who in written.items() if batch.is_relaunch or who in earlier}
        follow_up.start(written.keys() - again, on=at.date(), by=by, at=at)
        follow_up.done(again, DeadlineKind.RELAUNCH, by=by, at=at)


def nobody(plan: Preview) -> str:
    """Why a batch invites nobody, in one sentence."""
    reasons = sorted({SkipReason(line.skipped).label.lower() for line in plan.skipped if line.skipped})
    if not reasons:
        return "Choisissez au moins une personne à inviter."
    return f"Personne n’a été invité : {', '.join(reasons)}."


def _already_invited(lines: Sequence[Planned], kind: Kind) -> set[int]:
    """The persons already invited for the same entry, or before any; what was withdrawn or never arrived is nothing."""
    mine = of_targets([line.recipient.target for line in lines])
    arrived = Invitation.objects.filter(mine, kind=kind, revoked_at=None).exclude(pk__in=failed(mine, kind))
    return set(arrived.values_list("person_id", flat=True))


def _silent(lines: Sequence[Planned], kind: Kind, written: Sequence[Invitation]) -> set[int]:
    """Those who chose nothing since they were last invited: only they are told they have not chosen yet."""
    mine = of_targets([line.recipient.target for line in lines])
    here = {"kind": kind, "person_id": OuterRef("person_id")}
    given = Appointment.objects.filter(Q(entry_id=OuterRef("entry_id")) | Q(entry=None), **here)
    since = given.filter(booked_at__gte=OuterRef("sent_at"))
    asked = Invitation.objects.filter(mine, ~Exists(since), kind=kind, act=Act.INVITATION, revoked_at=None)
    asked = asked.exclude(pk__in=[*failed(mine, kind), *(one.pk for one in written)])
    return set(asked.values_list("person_id", flat=True))


def _write(plan: Preview, batch: InvitationBatch, earlier: set[int], *, by: Actor, at: datetime) -> list[Invitation]:
    """Insert the invitations and mark the earlier ones as replaced; their announced validity still holds."""
    drawn = draw_codes(len(plan.invited))
    invitations = Invitation.objects.bulk_create(
        [
            Invitation(
                entry=line.recipient.target.entry,
                person=line.recipient.person,
                kind=batch.kind,
                is_relaunch=batch.is_relaunch or line.recipient.person.pk in earlier,
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
    mine = {(invitation.entry_id, invitation.person_id): invitation.pk for invitation in invitations}
    older: QuerySet[Invitation] = Invitation.objects.filter(
        Q(entry_id__in=[entry_id for entry_id, _ in mine if entry_id])
        | Q(entry=None, person_id__in=[person_id for entry_id, person_id in mine if entry_id is None]),
        kind_id=invitations[0].kind_id,
        superseded_at=None,
    ).exclude(pk__in=mine.values())
    replaced = list(older)
    for invitation in replaced:
        invitation.superseded_at = at
        invitation.superseded_by_id = mine[invitation.entry_id, invitation.person_id]
    Invitation.objects.bulk_update(replaced, ["superseded_at", "superseded_by"], batch_size=1000)


def draw_token() -> str:
    """Draw what a link carries; nobody guesses it, and the database refuses a twin."""
    return "".join(secrets.choice(TOKEN_SIGNS) for _ in range(TOKEN_LENGTH))


def draw_codes(count: int) -> list[str]:
    """Draw codes nobody has; with 25 letters and 8 places a clash is rare, and drawn again."""
    drawn: set[str] = set()
    while len(drawn) < count:
        fresh = {_code() for _ in range(count - len(drawn))}
        drawn |= fresh - set(Invitation.links.filter(code__in=fresh).values_list("code", flat=True))
    return sorted(drawn, key=lambda _: secrets.randbits(32))


def _code() -> str:
    return "".join(secrets.choice(codes.ALPHABET) for _ in range(codes.LENGTH))


def _send(
    lines: Sequence[Planned],
    invitations: Sequence[Invitation],
    kind: Kind,
    *,
    silent: set[int],
    by: Actor,
    at: datetime,
) -> None:
    rows = [
        message_of(line.recipient, invitation, channel, kind, is_silent=invitation.person_id in silent)
        for line, invitation in zip(lines, invitations, strict=True)
        for channel in line.channels
    ]
    queue_messages(rows=rows, by=by, at=at)


def message_of(recipient: Recipient, invitation: Invitation, channel: str, kind: Kind, *, is_silent: bool) -> Outgoing:
    """The message of one invitation by one channel."""
    name = recipient.person.full_name
    to = recipient.reach.to(channel)
    return Outgoing(
        channel=channel,
        to=f"{name}\n{to}" if channel == LETTER else to,
        template=_template(kind, is_silent=is_silent),
        variant=kind.slug,
        context={
            "first_name": said(recipient.person.first_name),
            "full_name": said(name),
            "title": recipient.person.get_title_display(),
            "kind": kind.name,
            "presentation": kind.presentation,
            "what_to_bring": kind.things_to_bring,
            "absence": kind.absence_after_invitation,
            "expires_on": invitation.expires_on,
            # The payer has not decided: nobody writes that she receives the RSA.
            "is_claimant": invitation.entry_id is None,
            **link_words(invitation),
        },
        dedup_key=f"invitation:{invitation.pk}:{channel}",
        person_id=invitation.person_id,
        entry_id=invitation.entry_id,
        expires_at=clock.start_of(clock.add_days(invitation.expires_on, 1)),
        about="Relance" if invitation.is_relaunch else "Invitation à choisir un rendez-vous",
    )


def _template(kind: Kind, *, is_silent: bool) -> str:
    """The text of an invitation: to choose, « not chosen yet », or to call when she cannot choose by herself."""
    if not kind.bookable_by_person:
        return "appointments/invitation_to_call"
    return "appointments/relaunch" if is_silent else "appointments/invitation"


def link_words(invitation: Invitation) -> dict[str, str]:
    """The link and the code as said in every text, and drawn at the foot of a letter."""
    url = public_url(invitation.token)
    chooses = invitation.kind.bookable_by_person
    return {
        "url": url,
        "code": codes.display(invitation.code),
        "code_address": code_address(),
        "link_url": url,
        "link_title": "Choisissez votre rendez-vous" if chooses else "Demandez à être rappelé",
        "link_address": code_address(),
        "link_code": codes.display(invitation.code),
        "reference": f"INV-{invitation.pk}",
    }


def _skipped(line: Planned) -> dict[str, object]:
    return {
        "entry_id": line.recipient.target.entry_id,
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
