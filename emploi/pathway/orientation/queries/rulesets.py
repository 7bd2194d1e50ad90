"""Versions of the rules, and what a simulation says: cross-table, list behind a cell, effect on the bodies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from emploi.foundation import clock
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation.models import RulesetVersion, SimulatedEntry, Simulation
from emploi.pathway.orientation.queries.reference import parsed
from emploi.pathway.orientation.rules.proposing import FALLBACK_RULE
from emploi.territory.organizations.models import Organization

QUARTER = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """How many entrants go from one pathway to another."""

    after: str
    count: int
    is_same: bool


@dataclass(frozen=True, slots=True)
class CrossRow:
    """The entrants one pathway of the rules in force receives, spread over those of the candidate."""

    slug: str
    name: str
    cells: list[Cell]
    total: int


@dataclass(frozen=True, slots=True)
class CrossTable:
    """Pathway in force × pathway simulated, for the entrants of whom something is known."""

    columns: list[tuple[str, str]]
    rows: list[CrossRow]
    totals: list[int]
    total: int
    moved: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class BodyEffect:
    """How many entrants a body would be proposed, before and after."""

    organization: Organization
    before: int
    after: int

    @property
    def change(self) -> int:
        """Return the difference."""
        return self.after - self.before


def last_quarter(today: date) -> tuple[date, date]:
    """Return the first and last day of the last whole quarter."""
    first_month = ((today.month - 1) // QUARTER) * QUARTER + 1
    until = date(today.year, first_month, 1) - timedelta(days=1)
    return clock.add_months(date(until.year, until.month, 1), 1 - QUARTER), until


def entrants(since: date, until: date) -> list[int]:
    """Return the entries opened in a period, the stock of the first load left aside."""
    rows = Entry.objects.filter(opened_on__range=(since, until), is_stock=False)
    return list(rows.order_by("opened_on", "pk").values_list("pk", flat=True))


def ruleset_versions() -> QuerySet[RulesetVersion]:
    """Return every version prepared here, the latest first."""
    return RulesetVersion.objects.select_related("created_by", "switched_on_by").order_by("-pk")


def simulations() -> QuerySet[Simulation]:
    """Return the comparisons asked, the latest first."""
    return Simulation.objects.select_related("candidate", "asked_by").defer("reference_data", "entry_ids")


def stopped_simulations(silent_since: object) -> list[int]:
    """Return the simulations nobody has worked on for a while."""
    waiting = Q(worked_at__lt=silent_since) | Q(worked_at=None, asked_at__lt=silent_since)
    rows = Simulation.objects.filter(waiting, error="").only("pk", "done", "total")
    return [row.pk for row in rows if row.is_running]


def pathway_names(simulation: Simulation) -> dict[str, str]:
    """Return the names of the pathways of both sets of rules, in the order of the candidate."""
    names = {spec.slug: spec.name for spec in parsed(simulation.candidate_data).modalities}
    for spec in parsed(simulation.reference_data).modalities:
        names.setdefault(spec.slug, spec.name)
    return names


def rule_titles(simulation: Simulation) -> dict[str, str]:
    """Return what each rule of either set says, by its name."""
    titles: dict[str, str] = {}
    for data in (simulation.reference_data, simulation.candidate_data):
        rules = parsed(data)
        titles |= {rule.slug: rule.title for rule in rules.rules} | {FALLBACK_RULE: rules.fallback_title}
    return titles


def cross_table(simulation: Simulation) -> CrossTable:
    """Count the entrants of each cell, in one query."""
    names = pathway_names(simulation)
    counted = {
        (row["before"], row["after"]): row["count"]
        for row in simulation.rows.filter(is_answered=True).values("before", "after").annotate(count=Count("pk"))
    }
    rows = []
    for slug, name in names.items():
        cells = [Cell(after, counted.get((slug, after), 0), slug == after) for after in names]
        total = sum(cell.count for cell in cells)
        rows.append(CrossRow(slug, name, cells, total))
    return CrossTable(
        columns=list(names.items()),
        rows=rows,
        totals=[sum(row.cells[index].count for row in rows) for index in range(len(names))],
        total=sum(counted.values()),
        moved=sum(count for (before, after), count in counted.items() if before != after),
        unanswered=simulation.rows.filter(is_answered=False).count(),
    )


def cell_rows(simulation: Simulation, before: str, after: str) -> QuerySet[SimulatedEntry]:
    """Return the entrants behind a cell; an empty side means any pathway."""
    asked = {name: value for name, value in (("before", before), ("after", after)) if value}
    return (
        simulation.rows.filter(is_answered=True, **asked)
        .select_related("entry__person", "entry__commune")
        .order_by("entry__person__sort_name", "pk")
    )


def rules_behind(rows: QuerySet[SimulatedEntry], column: str) -> list[tuple[str, int]]:
    """Count how often each rule spoke among these entrants, the most frequent first."""
    counts: dict[str, int] = {}
    for slugs in rows.order_by().values_list(column, flat=True):
        for slug in slugs:
            counts[slug] = counts.get(slug, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def body_effects(simulation: Simulation) -> list[BodyEffect]:
    """Return what each body would be proposed before and after, those that change most first."""
    known = simulation.rows.filter(is_answered=True)
    before = dict(known.values_list("before_body").annotate(count=Count("pk")))
    after = dict(known.values_list("after_body").annotate(count=Count("pk")))
    bodies = Organization.objects.filter(pk__in={pk for pk in (*before, *after) if pk})
    effects = [BodyEffect(body, before.get(body.pk, 0), after.get(body.pk, 0)) for body in bodies]
    return sorted(effects, key=lambda effect: (-abs(effect.change), effect.organization.name))
