"""Reading what is kept of spreadsheets."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from emploi.exchanges.spreadsheets.engine.packing import unpack
from emploi.exchanges.spreadsheets.enums import RowOutcomeKind, SheetContent
from emploi.exchanges.spreadsheets.models import Mapping, StagedRow
from emploi.foundation.intake.models import Run
from emploi.pathway.beneficiaries.permissions import sees_everybody
from emploi.territory.agents.models import Agent

# What stands in place of a value of somebody's file, for who may not open it.
OURS = "valeur de la fiche"
KEPT, LEFT, SUSPECTS, NOT_UNDONE = "kept", "left", "suspects", "not_undone"
_FILTERS = {
    RowOutcomeKind.CREATED.value: Q(outcome=RowOutcomeKind.CREATED),
    RowOutcomeKind.UPDATED.value: Q(outcome=RowOutcomeKind.UPDATED),
    RowOutcomeKind.UNCHANGED.value: Q(outcome=RowOutcomeKind.UNCHANGED),
    KEPT: Q(has_kept=True),
    LEFT: Q(has_warnings=True),
    SUSPECTS: Q(has_suspects=True),
    NOT_UNDONE: ~Q(not_undone=""),
}


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """One field a line changes, in words."""

    name: str
    before: str
    after: str
    kept: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One line as the preview and the report show it."""

    row: StagedRow
    name: str
    differences: list[ShownDifference] = field(default_factory=list)
    suspects: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def staged(run: Run, effect: str) -> QuerySet[StagedRow]:
    """The lines of a run with an effect, in the order of the file."""
    return StagedRow.objects.filter(_FILTERS[effect], run=run).order_by("number")


def counts(run: Run) -> dict[str, int]:
    """How many lines have each effect, in one statement."""
    asked = {name: Count("pk", filter=where) for name, where in _FILTERS.items()}
    return StagedRow.objects.filter(run=run).aggregate(**asked)


def shown(row: StagedRow, agent: Agent) -> ShownRow:
    """A line in words, unsealed; what the files of people hold only for who may open them."""
    effect: dict[str, Any] = unpack(row.shown) or {}
    if not sees_everybody(agent):
        changed = [
            (name, OURS if before else "", after, kept) for name, before, after, kept in effect.get("differences", [])
        ]
        effect |= {"differences": changed, "suspects": []}
    return ShownRow(
        row=row,
        name=effect.get("name", ""),
        differences=[ShownDifference(*difference) for difference in effect.get("differences", [])],
        suspects=effect.get("suspects", []),
        warnings=effect.get("warnings", []),
    )


def current_mappings(content: str = SheetContent.PEOPLE) -> list[Mapping]:
    """The last version of each saved mapping of a sort of list."""
    kept = Mapping.objects.filter(content=content)
    last = kept.values("organization", "name").annotate(last=Max("version"))
    versions: dict[tuple[int | None, str], int] = {(row["organization"], row["name"]): row["last"] for row in last}
    return [m for m in kept.order_by("name") if versions[(m.organization_id, m.name)] == m.version]


def mappings_for(agent: Agent, content: str = SheetContent.PEOPLE) -> QuerySet[Mapping]:
    """The last version of each mapping of the agent's organisations."""
    mine = {membership.organization_id for membership in agent.active_memberships}
    wanted = [m.pk for m in current_mappings(content) if m.organization_id is None or m.organization_id in mine]
    return Mapping.objects.filter(pk__in=wanted).order_by("name")
