"""Where the exchanges with France Travail stand: its last file of each sort, how old it is, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.foundation.intake import workflow
from emploi.foundation.intake.enums import RowStatus
from emploi.foundation.intake.models import Run


@dataclass(frozen=True, slots=True)
class LastFile:
    """The last file of a sort that was recorded."""

    run: Run
    received_on: date
    age: int


def runs_of(content: str, visible: QuerySet[Run]) -> QuerySet[Run]:
    """Return the files of a sort, the latest first, with how many of their lines are still refused."""
    refused = Count("rows", filter=Q(rows__status=RowStatus.REFUSED))
    return visible.filter(sheet__content=content).annotate(refused_lines=refused)


def last_file(content: str, today: date) -> LastFile | None:
    """Return the last recorded file of a sort and its age in days, whoever asks; None when there was none."""
    recorded = SheetFile.objects.filter(content=content, run__status__in=workflow.APPLIED, undone_at=None)
    sheet = recorded.select_related("run").order_by("-run__received_on", "-pk").first()
    if sheet is None:
        return None
    received = sheet.run.received_on or sheet.run.created_at.date()
    return LastFile(sheet.run, received, (today - received).days)
