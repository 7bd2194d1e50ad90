"""Cards of the person's page and block of "Ma journée"."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.texts.guard import shown_to
from emploi.foundation.ui.htmx import card_response, wants_fragment
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.orientation import permissions, queries
from emploi.pathway.orientation.enums import PaperState, StepState
from emploi.pathway.orientation.web import shell
from emploi.pathway.orientation.web.proposed import reasons_shown
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.summary import brakes_shown, sections_shown
from emploi.pathway.orientation.web.trades import trades_shown
from emploi.pathway.orientation.web.words import reason_of, referents_shown
from emploi.territory.agents.roles import Permission

# In « Ma journée »; the page of the block shows them all.
TO_FINISH_SHOWN = 30


@requires(Permission.SEE_ORIENTATIONS)
@require_safe
def orientation_card(request: AgentRequest, person_id: int) -> HttpResponse:
    """The orientation in force, its history, the next thing to do."""
    person = get_object_or_404(visible_to(request.user), pk=person_id)
    _trace(request, person, "Orientation")
    entry = Entry.objects.filter(person=person, closed_on=None).first()
    history = list(queries.history_of(person.pk))
    current = next((row for row in history if row.is_current and entry and row.entry_id == entry.pk), None)
    requests = list(queries.reorientations_of(person.pk))
    met = entry is not None and queries.was_met(entry.pk)
    context = {
        "person": person,
        "entry": entry,
        "turn_of": requests[0] if requests else None,
        "turn": queries.turn_of(requests[0], clock.today()) if requests else None,
        "decision": current,
        "modality_name": permissions.modality_name(current.modality, request.user) if current else "",
        "reasons": reasons_shown(current.reasons, sees_health=permissions.sees_health(request.user)) if current else [],
        "former": [(row, permissions.modality_name(row.modality, request.user)) for row in history if row != current],
        "mistaken": [
            (row, shown_to(row.cancelled_reason, sees_health=permissions.sees_health(request.user)))
            for row in queries.mistaken_interviews(person.pk)
        ],
        "interview": queries.open_interview(entry.pk) if entry else None,
        "interviews": list(queries.interviews_of(person.pk)),
        "follow_up_kinds": queries.follow_up_kinds() if entry and _books(request) and (current or met) else [],
        "statements": queries.statements_of(person.pk),
        "recommended": queries.recommendation_for(entry) if entry else None,
        "contract": queries.engagement_of(current.pk) if current else None,
        "today": clock.today(),
        "contracts_before": queries.former_contracts_of(person.pk),
        "appeal": queries.appeal_of(current) if current else None,
        "reorientations": requests,
        "waiting": queries.open_reorientation(entry.pk) if entry else None,
        "can_ask": request.user.can(Permission.ASK_REORIENTATION),
        "can_hold": request.user.can(Permission.HOLD_INTERVIEW),
        "can_decide": request.user.can(Permission.DECIDE_ORIENTATION),
        **referents_shown(current, person.pk, request.user),
    }
    return _card(request, "orientation/_card_orientation.html", context, "Orientation", person)


@requires(Permission.SEE_ORIENTATIONS)
@require_safe
def diagnosis_card(request: AgentRequest, person_id: int) -> HttpResponse:
    """What the person said, with its source, and what stands in the way."""
    person = get_object_or_404(visible_to(request.user), pk=person_id)
    _trace(request, person, "Diagnostic et freins")
    sees_health = permissions.sees_health(request.user)
    known = queries.known_answers(person.pk)
    brakes, hidden = brakes_shown(list(queries.active_brakes(person.pk)), sees_health=sees_health)
    sections = [sections_shown(item, known, sees_health=sees_health) for item in queries.questionnaire().sections]
    context = {
        "person": person,
        "may_update": permissions.may_update_diagnosis(request.user),
        "last": queries.interviews_of(person.pk).first(),
        "brakes": brakes,
        "hidden": hidden,
        "sections": [section for section in sections if section.answers],
        "trades": trades_shown(person.pk, sees_health=sees_health),
        "papers_to_bring": [
            line
            for line in queries.papers_said(person.pk, sees_health=sees_health)
            if line.said is not None and line.said.state == PaperState.LATER
        ],
    }
    return _card(request, "orientation/_card_diagnosis.html", context, "Diagnostic et freins", person)


@requires(Permission.HOLD_INTERVIEW)
@require_safe
def to_finish(request: AgentRequest) -> HttpResponse:
    """Interviews begun and not finished, steps left open to the agent."""
    found = queries.interviews_to_finish(request.user).filter(person__in=visible_to(request.user).order_by())
    sees_health = permissions.sees_health(request.user)
    count = found.order_by().count()
    shown = list(found[:TO_FINISH_SHOWN] if wants_fragment(request) else found)
    decided = queries.current_decisions([interview.entry_id for interview in shown])
    rows = []
    for interview in shown:
        steps = sorted(interview.steps.all(), key=lambda row: row.pk)
        left = [row for row in steps if row.state != StepState.DONE]
        said = next((row for row in left if row.reason), None)
        rows.append(
            {
                "interview": interview,
                "left": left,
                "after": len(left) - 1,
                "reason": reason_of(said, decided.get(interview.entry_id), sees_health=sees_health) if said else "",
            }
        )
    context = {"rows": rows, "count": count, "hidden": count - len(rows)}
    return card_response(request, "orientation/_to_finish.html", context, title="Entretiens à terminer", back="")


def _books(request: AgentRequest) -> bool:
    """Tell whether the agent may take an appointment for the person."""
    return request.user.can(Permission.BOOK_FOR_CALLER) or request.user.can(Permission.PLAN_MEETINGS)


def _trace(request: AgentRequest, person: Person, page: str) -> None:
    """Keep who opened a card by its own address; inside the person's page, that page is noted."""
    if not wants_fragment(request):
        shell.trace(request, person.pk, page)


def _card(request: AgentRequest, fragment: str, context: dict[str, Any], title: str, person: Person) -> HttpResponse:
    return card_response(
        request, fragment, context, title=f"{title} : {person.full_name}", back=f"/personnes/{person.pk}/"
    )
