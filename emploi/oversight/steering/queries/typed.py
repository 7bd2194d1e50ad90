"""Figures typed by named people: those in force, and how they came to be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from emploi.oversight.steering.models import TypedFigure


def in_force(indicator: str, *, at: datetime | None = None) -> list[TypedFigure]:
    """Return the figures of an indicator, one a period, the latest period first."""
    newest = _known(at).filter(indicator=indicator).order_by("-until", "-since", "-id").distinct("until", "since")
    return [figure for figure in newest if figure.value is not None]


def latest(*, at: datetime | None = None) -> Mapping[str, TypedFigure]:
    """Return the figure in force of the latest period of each indicator; one statement."""
    newest = _known(at).order_by("indicator", "-until", "-since", "-id").distinct("indicator", "until", "since")
    found: dict[str, TypedFigure] = {}
    for figure in newest:
        if figure.value is not None:
            found.setdefault(figure.indicator, figure)
    return found


def history(indicator: str) -> QuerySet[TypedFigure]:
    """Return everything that was typed for an indicator, the latest first."""
    return TypedFigure.objects.filter(indicator=indicator).order_by("-id")


def _known(at: datetime | None) -> QuerySet[TypedFigure]:
    return TypedFigure.objects.all() if at is None else TypedFigure.objects.filter(typed_at__lte=at)
