"""Who missed a convocation and must be oriented by default before the six weeks end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.htmx import card_response
from emploi.foundation.ui.lists import Sort, listing
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.clocks import queries as clocks
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission

IN_BLOCK = 5
SORTS = (
    Sort("due", "À orienter avant le", ("due_on", "id")),
    Sort("person", "Personne", ("person__sort_name", "id")),
)


def _due(agent: Agent) -> QuerySet[Deadline]:
    return queries.to_orient_by_default().filter(person__in=visible_to(agent).order_by())


@requires(Permission.DECIDE_ORIENTATION)
@require_safe
def by_default(request: AgentRequest) -> HttpResponse:
    """List them all, the nearest limit first."""
    page = listing(request, _due(request.user), sorts=SORTS, default_sort="due")
    context = {"listing": page, "rows": _shown(page.rows)}
    return render(request, "orientation/page_by_default.html", context)


@requires(Permission.DECIDE_ORIENTATION)
@require_safe
def by_default_block(request: AgentRequest) -> HttpResponse:
    """ "Ma journée": the nearest limits."""
    due = _due(request.user)
    first = list(due[:IN_BLOCK])
    late = due.filter(due_on__lt=clock.today()).order_by().count()
    count = due.order_by().count() if len(first) == IN_BLOCK else len(first)
    context = {"rows": _shown(first), "count": count, "late": late}
    return card_response(request, "orientation/_block_by_default.html", context, title="À orienter par défaut")


def _shown(rows: Iterable[Deadline]) -> list[dict[str, Any]]:
    """Return each line with its countdown and where the law of its period sends the person."""
    today = clock.today()
    soon = clocks.due_soon_days(today)
    rows = list(rows)
    targets = queries.default_targets([row.entry for row in rows])
    return [
        {
            "deadline": row,
            "countdown": clocks.countdown(row, today, soon),
            "is_late": row.due_on < today,
            "target": targets[row.entry_id],
        }
        for row in rows
    ]
