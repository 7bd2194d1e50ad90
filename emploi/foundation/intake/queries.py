"""Reading runs, their refused lines and how far they are."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from emploi.foundation.intake import locks, workflow
from emploi.foundation.intake.enums import RowStatus
from emploi.foundation.intake.models import Row, Run


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a run is: lines done, lines a second, seconds left when they can be told."""

    done: int
    total: int
    rate: int
    seconds_left: int | None


def runs() -> QuerySet[Run]:
    """Every run, the newest first, with the number of lines still refused."""
    refused = Count("rows", filter=Q(rows__status=RowStatus.REFUSED))
    return Run.objects.annotate(refused=refused).order_by("-created_at", "-pk")


def refused_rows(run: Run) -> QuerySet[Row]:
    """The lines of a run that did not go through, in the order of the file."""
    return run.rows.defer("raw").order_by("number")


def changes_by_kind(run: Run) -> dict[str, int]:
    """How many of each effect a preview announces."""
    return dict(run.changes.order_by().values_list("kind").annotate(Count("pk")))


def pace_of(run: Run) -> Pace:
    """The pace of a run."""
    if not run.elapsed_ms or not run.done:
        return Pace(run.done, run.total, 0, None)
    rate = run.done * 1000 / run.elapsed_ms
    return Pace(run.done, run.total, round(rate), round((run.total - run.done) / rate))


def is_stalled(run: Run) -> bool:
    """Whether a run says it is running while no process works on its kind of file any more."""
    return run.status == workflow.RUNNING and not locks.is_held(run.kind)
