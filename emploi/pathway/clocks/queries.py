"""Reading the delays: what runs, what is due, what is late, in SQL and in Python alike."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from emploi.foundation.clock import add_days
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.clocks.enums import DeadlineKind, State
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.clocks.rules import Dates, days_elapsed
from emploi.pathway.clocks.rules import state_of as _state_of
from emploi.territory.rulebook import queries as rulebook


@dataclass(frozen=True, slots=True)
class Countdown:
    """A deadline ready to be shown: « J n/total », its state, the day it is due."""

    deadline: Deadline
    state: State
    elapsed: int
    total: int

    @property
    def remaining(self) -> int:
        """Days left, negative when late."""
        return self.total - self.elapsed


def due_soon_days(today: date) -> int:
    """How many days before its due date a deadline is urgent."""
    return int(rulebook.value("due_soon_days", today))


def state_of(deadline: Deadline, today: date) -> State:
    """Return how a deadline stands on a day."""
    return State(_state_of(_dates(deadline), today=today, due_soon_days=due_soon_days(today)))


def with_state(deadlines: QuerySet[Deadline], today: date) -> QuerySet[Deadline]:
    """Add `state` to deadlines, computed by the database exactly as `state_of` does."""
    soon = add_days(today, due_soon_days(today))
    return deadlines.annotate(
        state=Case(
            When(met_on__gt=F("due_on"), then=Value(State.MET_LATE)),
            When(met_on__isnull=False, then=Value(State.MET)),
            When(voided_on__isnull=False, then=Value(State.VOID)),
            When(due_on__lt=today, then=Value(State.OVERDUE)),
            When(due_on__lte=soon, then=Value(State.DUE_SOON)),
            default=Value(State.RUNNING),
            output_field=CharField(),
        )
    )


def waiting() -> QuerySet[Deadline]:
    """Deadlines of running entries that are still owed and on which one may act, the most urgent first."""
    owed = Deadline.objects.actionable().filter(entry__closed_on__isnull=True)
    return owed.select_related("person", "entry").order_by("due_on", "id")


def owed(kind: str) -> QuerySet[Deadline]:
    """Deadlines of a promise still owed; the six weeks stand for it when a return left the person without one.

    Whoever comes back after the exit made the promise void must still be met and oriented (definitions.md, Return).
    """
    # A value looked up entry by entry: as a condition, the database would read every deadline ever met.
    own = Deadline.objects.filter(entry_id=OuterRef("entry_id"), kind=kind, voided_on__isnull=True).order_by()
    stands_for_it = Q(own__isnull=True, kind=DeadlineKind.ORIENTATION_SIX_WEEKS)
    return waiting().alias(own=Subquery(own.values("pk")[:1])).filter(Q(kind=kind) | stands_for_it)


def running(today: date) -> QuerySet[Deadline]:
    """Deadlines still owed and still in time on a day (the due date included)."""
    return waiting().filter(due_on__gte=today)


def due_soon(today: date) -> QuerySet[Deadline]:
    """Deadlines still in time but urgent."""
    return running(today).filter(due_on__lte=add_days(today, due_soon_days(today)))


def overdue(today: date) -> QuerySet[Deadline]:
    """Deadlines still owed after their due date."""
    return waiting().filter(due_on__lt=today)


def work_list(
    today: date, *, people: QuerySet[Person], kinds: Collection[str] = tuple(DeadlineKind)
) -> QuerySet[Deadline]:
    """What is due or late for these people, of these kinds, the most urgent first: never « exactly n days ago »."""
    limit = add_days(today, due_soon_days(today))
    return waiting().filter(kind__in=kinds, due_on__lte=limit, person__in=people)


def alerts(today: date, *, people: QuerySet[Person]) -> dict[str, dict[str, int]]:
    """Count, by kind, what is late and what is urgent among these people; one statement."""
    limit = add_days(today, due_soon_days(today))
    late = ExpressionWrapper(Q(due_on__lt=today), output_field=BooleanField())
    rows = (
        Deadline.objects.actionable()
        .filter(entry__closed_on__isnull=True, due_on__lte=limit, person__in=people)
        .order_by()
        .values("kind")
        .annotate(is_late=late, count=Count("id"))
        .values_list("kind", "is_late", "count")
    )
    counts: dict[str, dict[str, int]] = {}
    for kind, is_late, count in rows:
        counts.setdefault(kind, {"overdue": 0, "due_soon": 0})["overdue" if is_late else "due_soon"] = count
    return counts


def of_entries(entry_ids: Collection[int]) -> QuerySet[Deadline]:
    """Every deadline of entries, restarted ones included, in order."""
    return Deadline.objects.filter(entry_id__in=entry_ids).order_by("entry_id", "kind", "sequence")


def countdowns(person_id: int, today: date) -> list[Countdown]:
    """The deadlines of a person's last entry, one a kind (the latest), in the order of their due dates."""
    newest = (
        Deadline.objects.filter(person_id=person_id)
        .order_by("kind", "-entry__opened_on", "-entry_id", "-sequence")
        .distinct("kind")
        .select_related("entry")
    )
    found = sorted(newest, key=lambda deadline: (deadline.due_on, deadline.id))
    last_entry = max((deadline.entry_id for deadline in found), default=None)
    soon = due_soon_days(today) if found else 0
    return [countdown(deadline, today, soon) for deadline in found if deadline.entry_id == last_entry]


def countdown(deadline: Deadline, today: date, soon: int) -> Countdown:
    """Return one deadline ready to be shown."""
    state = State(_state_of(_dates(deadline), today=today, due_soon_days=soon))
    until = deadline.met_on or deadline.voided_on or today
    return Countdown(
        deadline,
        state,
        elapsed=days_elapsed(deadline.started_on, until),
        total=days_elapsed(deadline.started_on, deadline.due_on),
    )


def _dates(deadline: Deadline) -> Dates:
    return Dates(deadline.due_on, deadline.met_on, deadline.voided_on)
