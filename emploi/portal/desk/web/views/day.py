"""« Ma journée »: what is due, in the order of its date, each with the one action that settles it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui import cards
from emploi.foundation.ui.french import due_fr
from emploi.foundation.ui.htmx import card_response, wants_fragment
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.clocks.models import Deadline
from emploi.portal.desk.queries import day
from emploi.portal.desk.web.requests import AgentRequest
from emploi.portal.desk.web.shown import shown_step
from emploi.territory.agents.models import Agent
from emploi.territory.agents.queries import own_territories
from emploi.territory.agents.roles import Permission
from emploi.territory.geography import queries as geography

IN_BLOCK, IN_PAGE = 5, 200
# The hour comes first, then what is due: beside it on a wide screen, below it on a phone; the rest comes last.
NOW = ("appointments_today", "appointments_unmarked")
DUE = ("creneaux-manquants", "a-recevoir", "a-orienter", "a-orienter-par-defaut", "appointments_follow_up", "courriers")
NOBODY_TO_MEET = ("Tout le monde a un rendez-vous", "Les personnes à recevoir bientôt paraîtront ici.")
NOBODY_TO_ORIENT = ("Aucune orientation n’attend", "Les orientations à décider bientôt paraîtront ici.")


@requires(Permission.SEE_MY_DAY)
@require_safe
def my_day(request: AgentRequest) -> HttpResponse:
    """Show the blocks of the day the agent's job calls for."""
    blocks = cards.day_blocks_for(request.user)
    mine = set(own_territories(request.user))
    context = {
        "today": clock.today(),
        "groups": _groups(blocks),
        "territories": [t.name for t in geography.territories() if t.pk in mine] if mine else [],
    }
    return render(request, "desk/page_day.html", context)


@requires(Permission.SEE_ENTRANTS)
@require_safe
def to_meet(request: AgentRequest) -> HttpResponse:
    """Show the people to meet before their first interview falls due."""
    rows = day.to_meet(request.user, clock.today())
    return _block(
        request, rows, title="À recevoir avant l’échéance", more=reverse("desk:entrants"), empty=NOBODY_TO_MEET
    )


@requires(Permission.SEE_CAPACITY)
@require_safe
def missing_slots(request: AgentRequest) -> HttpResponse:
    """Alert the service by itself: territories where entrants have no slot left before their fifteen days."""
    lines = day.missing_slots(request.user, clock.now())
    context = {"lines": lines, "count": sum(line.missing for line in lines)}
    return card_response(request, "desk/_missing_slots.html", context, title="Créneaux à ouvrir")


@requires(Permission.SEE_ORIENTATIONS)
@require_safe
def to_orient(request: AgentRequest) -> HttpResponse:
    """Show the people to orient before the promise falls due."""
    rows = day.to_orient(request.user, clock.today())
    more = reverse("desk:day_to_orient")
    return _block(request, rows, title="À orienter avant l’échéance", more=more, empty=NOBODY_TO_ORIENT)


def _groups(blocks: list[cards.DayBlock]) -> list[tuple[str, list[cards.DayBlock]]]:
    """Put the blocks in the order in which they are read, the groups without any left out."""
    names = {**dict.fromkeys(NOW, "now"), **dict.fromkeys(DUE, "due")}
    groups = [(group, [b for b in blocks if names.get(b.slug, "rest") == group]) for group in ("now", "due", "rest")]
    return [(name, found) for name, found in groups if found]


def _block(
    request: AgentRequest, rows: QuerySet[Deadline], *, title: str, more: str, empty: tuple[str, str]
) -> HttpResponse:
    limit = IN_BLOCK if wants_fragment(request) else IN_PAGE
    context = {"title": title, "more": more, "empty": empty, **_shown(rows, request.user, limit=limit)}
    return card_response(request, "desk/_due.html", context, title=title)


def _shown(rows: QuerySet[Deadline], agent: Agent, *, limit: int) -> dict[str, Any]:
    at = clock.now()
    due = day.due_list(rows, at=at, limit=limit)
    lines = [
        {
            "due": line,
            "step": shown_step(line.deadline.person_id, line.step, line.facts, at.date(), agent),
            "france_travail": _france_travail(line, at.date()),
        }
        for line in due.lines
    ]
    return {"lines": lines, "count": due.count, "late": due.late}


def _france_travail(line: day.DueLine, today: date) -> str:
    """Say, for an orientation, when the decision leaves the Département (D262-65-2)."""
    last = line.facts.due_on(DeadlineKind.ORIENTATION_SIX_WEEKS)
    if last is None or line.deadline.kind != DeadlineKind.ORIENTATION_MONTH:
        return ""
    if last < today:
        return f"Depuis le {due_fr(last, today)}, c’est France Travail qui décide."
    return f"Après le {due_fr(last, today)}, c’est France Travail qui décide."
