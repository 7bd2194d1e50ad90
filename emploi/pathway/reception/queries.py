"""Everything that reads calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from emploi.foundation.ui.french import date_num_fr
from emploi.pathway.reception.enums import CallState
from emploi.pathway.reception.models import Call
from emploi.pathway.reception.permissions import visible_to


@dataclass(frozen=True, slots=True)
class Month:
    """The reception since the first of the month: calls, answered at once, called back in time, still to call."""

    calls: int
    answered: int
    in_time: int
    owed: int

    @property
    def in_time_share(self) -> float | None:
        """Return the share of calls back made by their day, in percent; None when none was owed."""
        return 100 * self.in_time / self.owed if self.owed else None


def readable(agent: Any) -> QuerySet[Call]:
    """The calls of an agent's list, with what a line shows."""
    return visible_to(agent).select_related("person", "received_by", "owner")


def waiting_for(agent: Any) -> QuerySet[Call]:
    """Those this agent may ring back: hers and those of nobody in particular, the most urgent first."""
    mine = Q(owner=agent.pk) | Q(owner__isnull=True)
    return readable(agent).waiting().filter(mine).order_by("due_on", "pk")  # type: ignore[attr-defined, no-any-return]


def month_of(calls: QuerySet[Call], today: date) -> Month:
    """The figures of the month under way; a call back is in time when it was made by its day."""
    since = today.replace(day=1)
    due = Q(due_on__lt=today) | Q(state=CallState.CALLED_BACK)
    found = calls.filter(received_at__date__gte=since).aggregate(
        calls=Count("pk"),
        answered=Count("pk", filter=Q(state=CallState.ANSWERED)),
        owed=Count("pk", filter=Q(due_on__isnull=False) & due),
        in_time=Count("pk", filter=Q(state=CallState.CALLED_BACK, closed_at__date__lte=F("due_on"))),
    )
    return Month(**found)


def calls_of(person_id: int) -> QuerySet[Call]:
    """The calls of a person, the latest first."""
    return Call.objects.filter(person=person_id).select_related("owner", "received_by").order_by("-received_at", "-pk")


def calls_in_words(person_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the calls of these people as lines, the latest first."""
    lines: dict[int, list[str]] = defaultdict(list)
    for call in Call.objects.filter(person__in=person_ids).order_by("-received_at", "-pk"):
        lines[call.person_id or 0].append(f"{call.get_subject_display()}, {date_num_fr(call.received_at.date())}")
    return lines
