"""What is to check, for the people an agent may see."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from emploi.pathway.beneficiaries.models import ReviewItem
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.territory.agents.models import Agent


def open_reviews(agent: Agent) -> QuerySet[ReviewItem]:
    """Points still to check about the people this agent may see, the oldest first."""
    waiting = ReviewItem.objects.filter(settled_at__isnull=True, person__in=visible_to(agent))
    return waiting.select_related("person", "other", "household").order_by("created_at", "id")


def review_counts(agent: Agent) -> list[tuple[str, int]]:
    """How many points wait, by kind, the most numerous first."""
    rows = open_reviews(agent).order_by().values_list("kind").annotate(count=Count("id"))
    return sorted(rows, key=lambda row: -row[1])
