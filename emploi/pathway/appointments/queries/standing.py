"""The follow-up status of entries in SQL, exactly as `rules.standing` says it, for lists of a hundred thousand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import Case, CharField, Count, Exists, Model, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import In, LessThanOrEqual

from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Invitation, Kind
from emploi.pathway.appointments.rules.standing import ACTION_REQUIRED, CONVENABLE, OUTCOMES, Standing
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks import queries as clocks
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.clocks.models import Deadline

M = TypeVar("M", bound=Model)
S = Standing
TO_DO, TO_CONVENE = "a_faire", "convocables"
LISTS: dict[str, tuple[Standing, ...]] = {TO_DO: ACTION_REQUIRED, TO_CONVENE: CONVENABLE}
"""The two lists one asks for by name."""
NEVER = datetime(1900, 1, 1, tzinfo=UTC)
PLANNED = AppointmentStatus.PLANNED
DATED = frozenset({S.BOOKED, S.TO_MARK})


def status_of(kind: Kind, at: datetime, entry: str = "pk") -> Case:
    """Return the expression of the status for a kind; `entry` is where the row keeps the number of its entry."""
    mine = Appointment.objects.filter(entry_id=OuterRef(entry), kind=kind).order_by()
    planned = mine.filter(status=PLANNED)
    steps = [
        When(_ended(entry), _is(S.CLOSED)),
        When(Exists(planned.filter(ends_at__lte=at)), _is(S.TO_MARK)),
        When(Exists(planned), _is(S.BOOKED)),
    ]
    if kind.is_first_interview:
        steps += [
            When(Exists(mine.filter(status=AppointmentStatus.HELD)), _is(S.CAME)),
            When(~Exists(_awaited().filter(entry_id=OuterRef(entry))), _is(S.CLOSED)),
        ]
    return Case(*steps, *_unbooked(mine, kind, at, entry), default=_is(S.EXPIRED), output_field=CharField())


def _unbooked(mine: QuerySet[Appointment], kind: Kind, at: datetime, entry: str) -> list[When]:
    """Who has no date: the last thing that happened says it."""
    sent = Invitation.objects.filter(entry_id=OuterRef(entry), kind=kind, revoked_at=None).order_by()
    written = Subquery(sent.order_by("-sent_at").values("sent_at")[:1])
    # An appointment given up is over before its hour; a moved one goes on as the next.
    settled = mine.filter(next=None).annotate(settled_at=Coalesce("cancelled_at", "starts_at"))
    last = settled.order_by("-settled_at", "-pk")
    is_last_word = LessThanOrEqual(Coalesce(written, Value(NEVER)), Subquery(last.values("settled_at")[:1]))
    outcome = Case(*[When(status=name, then=_is(found)) for name, found in OUTCOMES.items()], output_field=CharField())
    return [
        When(is_last_word, then=Subquery(last.annotate(outcome=outcome).values("outcome")[:1])),
        When(~Exists(sent), _is(S.NOT_INVITED)),
        When(Exists(sent.filter(expires_on__gte=at.date())), _is(S.PENDING)),
    ]


def standing_in(rows: QuerySet[M], name: str, kind: Kind, at: datetime, entry: str = "pk") -> QuerySet[M]:
    """Narrow rows to those whose follow-up is at a status, or in a list; the few that may be are read first."""
    wanted = LISTS.get(name) or (Standing(name),)
    if wanted == (S.CAME,) and kind.is_first_interview:
        return rows.filter(_came(kind, entry))
    return rows.filter(_may_be(wanted, kind, entry), In(status_of(kind, at, entry), wanted))


def standing_counts(rows: QuerySet[M], kind: Kind, at: datetime, entry: str = "pk") -> dict[str, int]:
    """Count rows by status, and in the two lists; neither those who came nor the closed, whom nobody must look at."""
    silent = {S.CAME, S.CLOSED} if kind.is_first_interview else {S.CAME, S.CLOSED, S.NOT_INVITED}
    pressing = [status for status in Standing if status not in silent]
    few = rows.filter(_may_be(pressing, kind, entry)).order_by().annotate(standing=status_of(kind, at, entry))
    found = Counter(dict(few.values_list("standing").annotate(count=Count("pk"))))
    lists = {name: sum(found[status] for status in wanted) for name, wanted in LISTS.items()}
    return {**{status.value: found[status.value] for status in pressing}, **lists}


def standings(entry_ids: Collection[int], kind: Kind, at: datetime) -> dict[int, str]:
    """Return the status of each entry, in one query."""
    rows = Entry.objects.filter(pk__in=entry_ids).order_by()
    return dict(rows.values_list("pk", status_of(kind, at)))


def _came(kind: Kind, entry: str) -> Q:
    """Most people, in as few words as the database needs: one first interview is enough, whatever else is written."""
    mine = Appointment.objects.filter(entry_id=OuterRef(entry), kind=kind).order_by()
    held, planned = mine.filter(status=AppointmentStatus.HELD), mine.filter(status=PLANNED)
    return ~_ended(entry) & Q(Exists(held)) & ~Q(Exists(planned))


def _ended(entry: str) -> Q:
    path = "" if entry == "pk" else f"{entry.removesuffix('_id')}__"
    return Q(**{f"{path}closed_on__isnull": False}) | Q(**{f"{path}person__died_on__isnull": False})


def _may_be(wanted: Collection[Standing], kind: Kind, entry: str) -> Q:
    """A condition every row at one of these statuses meets, read from what is rare: dates to come, people awaited."""
    left = set(wanted)
    if not kind.is_first_interview:
        return _of_another_kind(left, kind, entry)
    given = Appointment.objects.filter(kind=kind, entry__isnull=False).order_by()
    if S.CLOSED in left:
        held = given.filter(status=AppointmentStatus.HELD, entry_id=OuterRef(entry))
        return _ended(entry) | ~Q(Exists(held))
    parts: list[QuerySet[Any, Any]] = []
    if left & DATED:
        parts.append(given.filter(status=PLANNED).values("entry_id"))
    if S.CAME in left:
        parts.append(given.filter(status=AppointmentStatus.HELD).values("entry_id"))
    if left - DATED - {S.CAME}:
        parts.append(_awaited().values("entry_id"))
    return _among(entry, parts)


def _of_another_kind(left: set[Standing], kind: Kind, entry: str) -> Q:
    if left & {S.CLOSED, S.NOT_INVITED}:
        return Q()
    given = Appointment.objects.filter(kind=kind, entry__isnull=False).order_by()
    written = Invitation.objects.filter(kind=kind, entry__isnull=False).order_by()
    return _among(entry, [given.values("entry_id"), written.values("entry_id")])


def _among(entry: str, parts: list[QuerySet[Any, Any]]) -> Q:
    """One list of entries from several: joined with « or », the database would look at every row."""
    first, *others = parts
    return Q(**{f"{entry}__in": first.union(*others, all=True) if others else first})


def _awaited() -> QuerySet[Deadline]:
    return clocks.owed(DeadlineKind.FIRST_INTERVIEW).order_by()


def _is(status: Standing) -> Value:
    return Value(status.value)
