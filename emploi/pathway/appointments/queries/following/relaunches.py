"""Who has not answered an invitation: whom to relaunch, by hand or alone, for every kind of appointment (TR-33)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from emploi.pathway.appointments.enums import Act, AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Invitation, Kind
from emploi.pathway.appointments.queries import terms
from emploi.pathway.appointments.queries.following.suspensions import running_stops
from emploi.pathway.appointments.rules import relaunches as rules
from emploi.pathway.clocks import queries as clocks
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.clocks.models import Deadline

M = TypeVar("M", bound=Model)
SETTLED = [AppointmentStatus.PLANNED, AppointmentStatus.HELD]


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody to relaunch today, and by which channels when it leaves alone."""

    entry_id: int
    channels: tuple[str, ...]


def left_alone(rows: QuerySet[M], today: date) -> QuerySet[M]:
    """Leave out the people suspended, dead or merged into another record; rows have a `person`."""
    stopped = running_stops(today).filter(person_id=OuterRef("person_id"))
    return rows.filter(~Exists(stopped), person__died_on=None, person__merged_into=None)


def unanswered(today: date, kinds: Sequence[Kind] | None = None) -> QuerySet[Invitation]:
    """The last invitation of each running entry to other kinds, when it is due to be relaunched; the oldest first.

    The count begins with the last invitation that was no relaunch; a booking made since answers it, whatever became of
    it: who did not come is looked at by a person.
    """
    wanted = kinds_relaunched(today) if kinds is None else kinds
    here = {"entry_id": OuterRef("entry_id"), "kind_id": OuterRef("kind_id")}
    same = Invitation.objects.filter(act=Act.INVITATION, revoked_at=None, **here)
    first = same.exclude(batch__is_relaunch=True).order_by("-sent_at")
    since_first = same.filter(batch__is_relaunch=True, sent_at__gt=OuterRef("first_at")).order_by()
    booked = Q(status=AppointmentStatus.PLANNED) | Q(booked_at__gte=OuterRef("first_at"))
    answered = Appointment.objects.filter(booked, **here)
    found = Invitation.objects.filter(
        kind__in=wanted, act=Act.INVITATION, superseded_at=None, revoked_at=None,
        entry__closed_on=None, entry__isnull=False,
    )  # fmt: skip
    found = left_alone(found, today).annotate(
        first_at=Coalesce(Subquery(first.values("sent_at")[:1]), F("sent_at")),
        first_on=Coalesce(Subquery(first.values("sent_on")[:1]), F("sent_on")),
    )
    counted = since_first.values("entry_id").annotate(count=Count("pk")).values("count")
    found = found.filter(~Exists(answered)).annotate(sent_again=Coalesce(Subquery(counted), 0))
    found = found.filter(_due(wanted, today)).select_related("person", "entry__commune", "kind", "batch")
    return found.order_by("first_on", "pk")


def _due(kinds: Sequence[Kind], today: date) -> Q:
    """As `rules.relaunches.due` says it, for the database."""
    condition = Q(pk__in=[])
    for kind in kinds:
        for rank, one in enumerate(terms.relaunches(kind, today)):
            condition |= Q(kind=kind, sent_again=rank, first_on__lte=today - timedelta(days=one.days))
    return condition


def due_alone(kind: Kind, at: datetime, entry_ids: Collection[int] | None = None) -> list[Due]:
    """Whom a relaunch may be sent to without anybody asking, among these entries when they are given."""
    if not (kind.relaunches_alone and kind.is_active and kind.can_be_invited):
        return []
    today = at.date()
    relaunches = terms.relaunches(kind, today)
    days = [one.days for one in relaunches]
    counts = _first_interviews(today, entry_ids) if kind.is_first_interview else _others(kind, today, entry_ids)
    return [
        Due(entry_id, relaunches[rank].channels)
        for entry_id, since, done in counts
        if (rank := _rank(days, done, since, today, kind.relaunches_alone_since)) is not None
    ]


def _rank(days: Sequence[int], done: int, since: date, today: date, not_before: date | None) -> int | None:
    return rules.due(days, done=done, since=since, today=today, not_before=not_before)


Counts = Iterable[tuple[int, date, int]]


def _others(kind: Kind, today: date, entry_ids: Collection[int] | None) -> Counts:
    """Entry, beginning of the count, relaunches already sent."""
    rows = unanswered(today, [kind])
    rows = rows if entry_ids is None else rows.filter(entry_id__in=entry_ids)
    for row in rows.values("entry_id", day=F("first_on"), again=F("sent_again")).order_by("pk"):
        yield row["entry_id"], row["day"], row["again"]


def _first_interviews(today: date, entry_ids: Collection[int] | None) -> Counts:
    """The same for who must still be met: the count is that of the delay, which begins again with an absence."""
    booked = Appointment.objects.filter(entry_id=OuterRef("entry_id"), is_first_interview=True, status__in=SETTLED)
    expected = clocks.owed(DeadlineKind.FIRST_INTERVIEW).order_by().values("entry_id")
    last = Deadline.objects.filter(entry_id=OuterRef("entry_id"), kind=DeadlineKind.RELAUNCH).order_by("-sequence")
    sent = Invitation.objects.filter(
        entry_id=OuterRef("entry_id"), is_relaunch=True, act=Act.INVITATION, revoked_at=None,
        sent_on__gte=OuterRef("started_on"), kind__is_first_interview=True,
    ).order_by()  # fmt: skip
    counted = sent.values("entry_id").annotate(count=Count("pk")).values("count")
    rows: QuerySet[Deadline] = Deadline.objects.filter(
        kind=DeadlineKind.RELAUNCH, entry_id__in=expected, entry__closed_on=None, pk=Subquery(last.values("pk")[:1])
    )
    rows = rows if entry_ids is None else rows.filter(entry_id__in=entry_ids)
    rows = left_alone(rows.filter(Q(is_actionable=True) | Q(met_on__isnull=False)), today).filter(~Exists(booked))
    rows = rows.annotate(sent_again=Coalesce(Subquery(counted), 0)).order_by("pk")
    for entry_id, since, met_on, count in rows.values_list("entry_id", "started_on", "met_on", "sent_again"):
        # What waits is the first of this count, whatever was written the day it began.
        yield entry_id, since, 0 if met_on is None else max(count, 1)


def kinds_relaunched(today: date) -> list[Kind]:
    """The kinds in use, beside the first interview, whose invitations are relaunched."""
    kinds = Kind.objects.filter(is_active=True, can_be_invited=True, is_first_interview=False).order_by(
        "position", "pk"
    )
    return [kind for kind in kinds if terms.relaunches(kind, today)]
