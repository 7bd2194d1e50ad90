"""Reading invitations: what was sent to whom, what would leave if we invited now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from emploi.foundation import clock
from emploi.foundation.messaging.enums import Status
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments.enums import Act, SkipReason
from emploi.pathway.appointments.models import (
    Appointment,
    CallAttempt,
    Invitation,
    InvitationBatch,
    Kind,
)
from emploi.pathway.appointments.queries import terms
from emploi.pathway.appointments.queries.recipients import Recipient, recipients
from emploi.pathway.appointments.queries.slots import first_interview_kind, free_by_territory
from emploi.pathway.appointments.queries.targets import targets_of
from emploi.pathway.appointments.rules.capacity import Wait, unplaced
from emploi.pathway.appointments.rules.invitations import CHANNELS, LETTER, channels_for, skip_reason
from emploi.pathway.beneficiaries.models import Person
from emploi.territory.geography.queries import territories_of
from emploi.territory.rulebook import queries as rulebook

# A chunk takes a few seconds; beyond this silence, nobody is at work on a batch.
STOPPED_AFTER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of the preview: the recipient, and either her channels or the reason why not."""

    recipient: Recipient
    channels: tuple[str, ...]
    skipped: SkipReason | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen if these people were invited now; `unplaced` holds ids of persons."""

    lines: list[Planned]
    free_slots: int
    before: date | None
    expires_on: date
    unplaced: frozenset[int] = frozenset()

    @property
    def invited(self) -> list[Planned]:
        """Those who would be written to."""
        return [line for line in self.lines if line.skipped is None]

    @property
    def skipped(self) -> list[Planned]:
        """Those who would not, with the reason."""
        return [line for line in self.lines if line.skipped is not None]

    @property
    def by_channel(self) -> dict[str, int]:
        """Number of messages by channel."""
        return dict(Counter(channel for line in self.invited for channel in line.channels))

    @property
    def confidential(self) -> list[Planned]:
        """Those whose address must stay hidden and to whom only a letter could be written, or would be."""
        return [
            line
            for line in self.lines
            if line.recipient.is_confidential and (line.skipped == SkipReason.CONFIDENTIAL or LETTER in line.channels)
        ]

    @property
    def missing_slots(self) -> int:
        """How many people no slot can receive before their own date; 0 when there are enough."""
        return len(self.unplaced)

    @property
    def placeable(self) -> int:
        """How many people can really be received before their own date."""
        return len(self.invited) - len(self.unplaced)


def preview(
    entry_ids: Collection[int],
    *,
    person_ids: Collection[int] = (),
    at: datetime,
    kind: Kind | None = None,
    channels: Collection[str] | None = None,
    confidential_letters: bool = False,
) -> Preview:
    """Count the free slots first, then say who would be invited, how, and who would not; constant queries."""
    kind = kind or first_interview_kind()
    asked = frozenset(channels) if channels else None
    cooldown = int(rulebook.value("invitation_cooldown_hours", at.date()))
    lines = []
    for recipient in recipients(targets_of(entry_ids, person_ids), kind=kind, today=at.date()):
        who = recipient.candidate
        reason = skip_reason(
            who, at=at, cooldown_hours=cooldown, asked=asked, confidential_letters=confidential_letters
        )
        chosen = () if reason else channels_for(who, asked, confidential_letters=confidential_letters)
        lines.append(Planned(recipient, chosen, SkipReason(reason.value) if reason else None))
    return _completed(lines, kind, at)


def _completed(lines: list[Planned], kind: Kind, at: datetime) -> Preview:
    """The lines with the slots left for those who would be written to."""
    due = [line.recipient.due_on for line in lines if line.skipped is None and line.recipient.due_on]
    before = max(due, default=None)
    expires_on = terms.expires_on(kind, at.date())
    invited = [line.recipient for line in lines if line.skipped is None]
    # A meeting without a date of its own may be later than the end of the link: it is chosen before, held after.
    last = expires_on if kind.is_first_interview else clock.add_days(at.date(), kind.booking_horizon_days)
    waits = _waits(invited, last)
    free = free_in_time(waits, kind_id=kind.pk, at=at)
    return Preview(
        lines=lines,
        free_slots=sum(sum(days.values()) for days in free.values()),
        before=before,
        expires_on=expires_on,
        unplaced=frozenset(unplaced(waits, free)),
    )


def free_in_time(waits: Collection[Wait], *, kind_id: int, at: datetime) -> dict[int | None, dict[date, int]]:
    """The free slots of the territories of these people, each up to the last date of its own."""
    last: dict[int | None, date] = {}
    for wait in waits:
        last[wait.territory] = max(wait.due_on, last.get(wait.territory, wait.due_on))
    until = clock.start_of(clock.add_days(max(last.values()), 1)) if last else at
    found = free_by_territory(kind_id=kind_id, since=at, until=until) if until > at else {}
    return {
        territory: {day: free for day, free in days.items() if day <= last[territory]}
        for territory, days in found.items()
        if territory in last
    }


def _waits(invited: Collection[Recipient], last: date) -> list[Wait]:
    """Each person to receive, by her own date, else by the last one."""
    known = territories_of({one.target.commune_id for one in invited if one.target.commune_id})
    return [
        Wait(
            key=one.person.pk,
            territory=known[one.target.commune_id].pk if one.target.commune_id in known else None,
            due_on=one.due_on or last,
        )
        for one in invited
    ]


def last_invitations(entry_ids: Iterable[int], kind: Kind | None = None) -> dict[int, Invitation]:
    """The last invitation of each entry, to a kind when one is given, in one query."""
    rows = Invitation.objects.filter(entry_id__in=list(entry_ids), **({"kind": kind} if kind else {}))
    latest = rows.order_by("entry_id", "-sent_at").distinct("entry_id")
    return {invitation.entry_id: invitation for invitation in latest if invitation.entry_id}


def last_before_entry(person_ids: Iterable[int]) -> dict[int, Invitation]:
    """The last invitation of each person who has no entry yet, in one query."""
    rows = Invitation.objects.filter(entry=None, person_id__in=list(person_ids), revoked_at=None)
    return {row.person_id: row for row in rows.order_by("person_id", "-sent_at").distinct("person_id")}


def invitations_of(person_id: int) -> QuerySet[Invitation]:
    """Every invitation, convocation and link given to a person, the last first."""
    found = Invitation.links.filter(person_id=person_id).select_related("kind", "created_by", "batch")
    return found.order_by("-sent_at", "-id")


def batches() -> QuerySet[InvitationBatch]:
    """The batches with how many links were opened and how many people booked, the last first."""
    booked = Q(invitations__appointments__isnull=False)
    return (
        InvitationBatch.objects.select_related("created_by", "kind", "letters")
        .annotate(
            opened=Count("invitations", filter=Q(invitations__first_opened_at__isnull=False), distinct=True),
            booked=Count("invitations", filter=booked, distinct=True),
        )
        .order_by("-created_at", "-id")
    )


def stopped_batches(at: datetime) -> list[int]:
    """The batches with people left whom no process has treated for a while: theirs is gone."""
    running = InvitationBatch.objects.filter(done__lt=F("total")).annotate(last=Coalesce("worked_at", "created_at"))
    return list(running.filter(last__lt=at - STOPPED_AFTER).order_by("pk").values_list("pk", flat=True))


def batch_invitations(batch: InvitationBatch) -> QuerySet[Invitation]:
    """The people of a batch with whether they booked since."""
    return (
        batch.invitations.select_related("person", "entry")
        .annotate(booked=Count("appointments", distinct=True))
        .order_by("person__sort_name", "id")
    )


def messages_of(invitation_ids: Iterable[int]) -> dict[int, list[Message]]:
    """The messages of invitations by invitation, in one query."""
    keys = {f"invitation:{pk}:{channel}": pk for pk in invitation_ids for channel in CHANNELS}
    found: dict[int, list[Message]] = {}
    for message in Message.objects.filter(dedup_key__in=list(keys)).order_by("channel"):
        found.setdefault(keys[message.dedup_key], []).append(message)
    return found


def registered_letters(invitation_ids: Iterable[int]) -> dict[int, int]:
    """The registered letter of each invitation that has one, by invitation."""
    keys = {f"invitation:{pk}:{LETTER}": pk for pk in invitation_ids}
    found = Message.objects.filter(dedup_key__in=list(keys), is_registered=True)
    return {keys[key]: pk for key, pk in found.values_list("dedup_key", "pk")}


def first_words_unheard(appointment: Appointment) -> dict[str, Message]:
    """What first told an appointment and was withdrawn before it left, by channel where nothing else of it left."""
    mine = Q(dedup_key__startswith=f"appointment:{appointment.pk}:")
    if appointment.previous_id is None and appointment.invitation and appointment.invitation.act == Act.CONVOCATION:
        mine |= Q(dedup_key__startswith=f"invitation:{appointment.invitation_id}:")
    about = Message.objects.filter(mine, person_id=appointment.person_id).exclude(template__contains="reminder")
    # The newest first, so that the oldest words of a channel are those kept.
    rows = list(about.order_by("-pk"))
    heard = {row.channel for row in rows if row.status not in (Status.CANCELLED, Status.FAILED)}
    return {row.channel: row for row in rows if row.channel not in heard}


def leaving_since(person_id: int, *, templates: Collection[str], channel: str, since: datetime) -> list[datetime]:
    """Return when the messages of these names to a person left, or will leave, since a moment; no withdrawn one."""
    found = Message.objects.filter(person_id=person_id, template__in=templates, channel=channel, send_after__gt=since)
    return list(found.exclude(status=Status.CANCELLED).order_by("send_after").values_list("send_after", flat=True))


def letters_of(batch: InvitationBatch) -> QuerySet[Message]:
    """The letters of a batch, printed or waiting, in the order of their names."""
    sent = batch.invitations.filter(channels__contains=[LETTER]).values_list("pk", flat=True)
    keys = [f"invitation:{pk}:{LETTER}" for pk in sent]
    return Message.objects.filter(dedup_key__in=keys).order_by("recipient", "pk")


def skipped_of(batch: InvitationBatch, people: QuerySet[Person]) -> list[tuple[Person, SkipReason]]:
    """The people a batch left out, with the reason; only those the reader may see."""
    reasons = {line["person_id"]: SkipReason(line["reason"]) for line in batch.skipped}
    return [(person, reasons[person.pk]) for person in people.filter(pk__in=reasons).order_by("sort_name", "pk")]


def calls_of(entry_id: int) -> QuerySet[CallAttempt]:
    """The calls made for an entry, the last first."""
    return CallAttempt.objects.filter(entry_id=entry_id).select_related("called_by").order_by("-called_at")
