"""The people of the payer's stock that a file says nothing of."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from emploi.exchanges.spreadsheets.models import StagedRow, StockName
from emploi.foundation.intake.models import Run
from emploi.pathway.beneficiaries import permissions
from emploi.pathway.beneficiaries.models import Entry
from emploi.territory.agents.models import Agent


def how_many_not_in_file(run: Run) -> int:
    """How many entries of the stock still open no line of the file is about, whoever asks."""
    return _not_in_file(run).count()


def not_in_file(run: Run, agent: Agent) -> QuerySet[Entry]:
    """These entries, among the people the agent may see."""
    mine = _not_in_file(run).filter(person__in=permissions.visible_to(agent).order_by())
    return mine.select_related("person", "household", "commune").order_by("person__sort_name", "pk")


def _not_in_file(run: Run) -> QuerySet[Entry]:
    named = StagedRow.objects.filter(run=run, person_id=OuterRef("person_id"))
    return Entry.objects.open().filter(~Exists(named), is_stock=True, person__died_on=None)


def names_of(run: Run) -> QuerySet[StockName]:
    """The names of a file nobody has recognised yet, the most frequent first."""
    return StockName.objects.filter(run_id=run.pk, decided_at=None).order_by("kind", "-lines", "text")
