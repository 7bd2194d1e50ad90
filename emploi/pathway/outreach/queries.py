"""Everything that reads the register of information."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from emploi.foundation.ui.french import date_num_fr
from emploi.pathway.outreach.models import Information

_MOST_COMMUNES = 12
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Total:
    """Lines, people and claims of one commune, or of one month."""

    label: str
    key: str
    lines: int
    people: int
    claims: int


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """Lines, people and claims of one month."""

    month: date
    lines: int
    people: int
    claims: int


def register() -> QuerySet[Information]:
    """The lines that count, the latest first, with what the list shows."""
    return Information.objects.counted().select_related("commune", "partner", "recorded_by")


def totals_by_commune(lines: QuerySet[Information]) -> list[Total]:
    """People and claims by commune, the most people first."""
    rows = (
        lines.order_by()
        .values("commune__name", "commune_id")
        .annotate(lines=Count("pk"), told=Sum("people"), claims=Sum("claims_filed"))
        .order_by("-told", "commune__name")
    )
    return [
        Total(row["commune__name"], row["commune_id"], row["lines"], row["told"], row["claims"])
        for row in rows[:_MOST_COMMUNES]
    ]


def totals_by_month(lines: QuerySet[Information]) -> list[MonthTotal]:
    """People and claims by month, the latest first."""
    rows = (
        lines.order_by()
        .annotate(month=TruncMonth("held_on"))
        .values("month")
        .annotate(lines=Count("pk"), told=Sum("people"), claims=Sum("claims_filed"))
        .order_by("-month")
    )
    return [MonthTotal(row["month"], row["lines"], row["told"], row["claims"]) for row in rows[:_MONTHS]]


def sums(lines: QuerySet[Information]) -> tuple[int, int, int]:
    """Lines, people and claims of the whole list."""
    found = lines.order_by().aggregate(lines=Count("pk"), told=Sum("people"), claims=Sum("claims_filed"))
    return found["lines"], found["told"] or 0, found["claims"] or 0


def informations_of(person_id: int) -> list[Information]:
    """The information a person had received before she entered, the latest first."""
    return list(register().filter(person=person_id))


def informations_in_words(person_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return what these people were told before they entered as lines, the latest first."""
    lines: dict[int, list[str]] = defaultdict(list)
    for row in register().filter(person__in=person_ids):
        lines[row.person_id or 0].append(f"{row.get_kind_display()}, {date_num_fr(row.held_on)}, {row.commune.name}")
    return lines
