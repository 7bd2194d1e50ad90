"""Requests of another orientation: lists, history, counters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from emploi.pathway.orientation.enums import Initiator, ReorientationState
from emploi.pathway.orientation.models import Reorientation
from emploi.pathway.orientation.models.reorientation import OPEN
from emploi.territory.rulebook import queries as rulebook
from emploi.territory.rulebook.enums import Status


@dataclass(frozen=True, slots=True)
class AskedBy:
    """What became of the requests of one initiator."""

    initiator: str
    asked: int
    waiting: int
    late: int
    decided: int
    refused: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class Silence:
    """What the silence of the Département means for the request of a person, and whether a lawyer said so."""

    on: date
    is_past: bool
    is_to_confirm: bool


def reorientations() -> QuerySet[Reorientation]:
    """Return the requests with everything a list shows."""
    return Reorientation.objects.select_related(
        "person", "entry__commune", "wished", "recorded_by", "settled_by", "decision__modality"
    )


def open_reorientation(entry_id: int) -> Reorientation | None:
    """Return the request of an entry that waits for its answer."""
    return reorientations().filter(entry_id=entry_id, state__in=OPEN).first()


def reorientations_of(person_id: int) -> QuerySet[Reorientation]:
    """Return every request of a person, the latest first."""
    return reorientations().filter(person_id=person_id).order_by("-asked_on", "-pk")


def waiting_reorientations() -> QuerySet[Reorientation]:
    """Return the requests without an answer, the nearest limit first."""
    return reorientations().filter(state__in=OPEN, entry__closed_on=None).order_by("due_on", "pk")


def silence_of(row: Reorientation, today: date) -> Silence | None:
    """Return when silence refuses an open request (CRPA L231-4); it only answers the person herself."""
    if not row.is_open or row.initiator != Initiator.PERSON:
        return None
    rule = rulebook.parameter("silence_months", row.asked_on)
    return Silence(row.silence_on, row.silence_on < today, rule.status == Status.TO_CONFIRM)


def asked_by(rows: QuerySet[Reorientation], today: date) -> list[AskedBy]:
    """Count the requests of each initiator by what became of them, in one query."""
    state = ReorientationState
    counted = {
        row["initiator"]: row
        for row in rows.order_by()
        .values("initiator")
        .annotate(
            asked=Count("pk"),
            waiting=Count("pk", filter=Q(state__in=OPEN)),
            late=Count("pk", filter=Q(state__in=OPEN, due_on__lt=today)),
            decided=Count("pk", filter=Q(state=state.DECIDED)),
            refused=Count("pk", filter=Q(state=state.REFUSED)),
            withdrawn=Count("pk", filter=Q(state=state.WITHDRAWN)),
        )
    }
    nothing = dict.fromkeys(("asked", "waiting", "late", "decided", "refused", "withdrawn"), 0)
    found: dict[str, dict[str, Any]] = {value: {**nothing, **counted.get(value, {})} for value in Initiator.values}
    return [AskedBy(label, **{name: found[value][name] for name in nothing}) for value, label in Initiator.choices]
