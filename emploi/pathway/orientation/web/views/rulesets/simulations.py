"""What a candidate would have changed: cross-table, list behind each cell, effect on the bodies."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.audit.actions import record_export
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.lists import listing
from emploi.pathway.beneficiaries import permissions as beneficiaries
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.models import SimulatedEntry, Simulation
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.rule_forms import PeriodForm
from emploi.pathway.orientation.web.views.rulesets.versions import version_context
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission


@requires(Permission.SIMULATE_RULES)
@require_POST
def ask(request: AgentRequest, version_id: int) -> HttpResponse:
    """Ask for a comparison; it goes on in the background."""
    row = get_object_or_404(queries.ruleset_versions(), pk=version_id)
    form = PeriodForm(request.POST)
    if form.is_valid():
        try:
            by, at = request.user.as_actor(), clock.now()
            simulation = actions.ask_simulation(version_id=row.pk, **form.cleaned_data, by=by, at=at)
            actions.leave_simulation_to_worker(simulation_id=simulation.pk, by=by, at=at)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return redirect("orientation:simulation", simulation_id=simulation.pk)
    return render(request, "orientation/page_ruleset.html", version_context(request, row, period=form))


@requires(Permission.SIMULATE_RULES)
@require_safe
def simulation(request: AgentRequest, simulation_id: int) -> HttpResponse:
    """Show how far the comparison is, then the cross-table and the bodies."""
    row = get_object_or_404(Simulation.objects.select_related("candidate", "asked_by"), pk=simulation_id)
    context: dict[str, Any] = {"simulation": row}
    if not row.is_running:
        free = queries.free_places(clock.today())
        context |= {
            "table": queries.cross_table(row),
            "bodies": [(effect, free.get(effect.organization.pk)) for effect in queries.body_effects(row)],
            "has_places": bool(free),
            "is_old": row.candidate_revision != row.candidate.revision,
        }
    return render(request, "orientation/page_simulation.html", context)


@requires(Permission.SIMULATE_RULES)
@require_safe
def cell(request: AgentRequest, simulation_id: int) -> HttpResponse:
    """Show who is behind a cell and which rules spoke; names only for who may open files and see health."""
    row = get_object_or_404(Simulation.objects.select_related("candidate"), pk=simulation_id)
    before, after = request.GET.get("avant", ""), request.GET.get("apres", "")
    names, titles = queries.pathway_names(row), queries.rule_titles(row)
    rows = queries.cell_rows(row, before if before in names else "", after if after in names else "")
    sees_people = request.user.can(Permission.SEE_PERSONS) and permissions.sees_health(request.user)
    context = {
        "simulation": row,
        "before": names.get(before, "toutes"),
        "after": names.get(after, "toutes"),
        "count": rows.count(),
        "before_rules": [(titles.get(slug, slug), count) for slug, count in queries.rules_behind(rows, "before_rules")],
        "after_rules": [(titles.get(slug, slug), count) for slug, count in queries.rules_behind(rows, "after_rules")],
        "sees_people": sees_people,
    }
    if sees_people:
        mine = rows.filter(entry__person__in=beneficiaries.visible_to(request.user).order_by())
        page = listing(request, mine)
        _trace(request.user, page.rows)
        context |= {"listing": page, "rows": [(item, _why(item, titles)) for item in page.rows], "names": names}
    return render(request, "orientation/page_simulation_cell.html", context)


def _why(item: SimulatedEntry, titles: dict[str, str]) -> dict[str, list[str]]:
    return {
        "before": [titles.get(slug, slug) for slug in item.before_rules],
        "after": [titles.get(slug, slug) for slug in item.after_rules],
    }


def _trace(agent: Agent, rows: list[SimulatedEntry]) -> None:
    """Note who was read: the reasons say health, so the list is a part of each file. One write for the page."""
    people = [item.entry.person_id for item in rows]
    page = "Simulation de règles d’orientation"
    record_export(agent_id=agent.pk, agent_label=agent.full_name, person_ids=people, page=page, at=clock.now())
