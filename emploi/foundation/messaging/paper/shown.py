"""The print runs that hold the letters of a batch, as its own page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from emploi.foundation.documents.access import may_open
from emploi.foundation.messaging import permissions, queries
from emploi.foundation.messaging.models import Message, PrintRun
from emploi.foundation.messaging.web.forms import PostedForm


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A finished print run: whether its PDF opens for the reader, and the form that notes the day it was posted."""

    run: PrintRun
    may_open: bool
    posted: PostedForm | None


def runs_shown(agent: Any, letters: QuerySet[Message], *, origin: str) -> list[ShownRun]:
    """Return the finished runs of a batch, or that hold letters of it, the first one first."""
    held = letters.order_by().exclude(print_run=None).values("print_run")
    runs = queries.print_runs().filter(Q(pk__in=held) | Q(origin=origin)).exclude(document=None).order_by("pk")
    mine = set(permissions.visible_runs(agent).filter(pk__in=runs).values_list("pk", flat=True))
    may_note = agent.can(permissions.PRINT_LETTERS)
    return [
        ShownRun(
            run=run,
            may_open=run.document is not None and may_open(agent, run.document),
            posted=PostedForm(run=run) if may_note and run.pk in mine else None,
        )
        for run in runs
    ]
