"""The frame of the interview: the person, the five stations, what is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.ui.french import date_fr, moment_fr
from emploi.pathway.beneficiaries.permissions import can_see_person
from emploi.pathway.orientation import permissions, queries
from emploi.pathway.orientation.enums import StepKind, StepState
from emploi.pathway.orientation.models import Interview, Step
from emploi.pathway.orientation.rules import steps as order
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.words import reason_of

PAGES = {
    StepKind.RIGHTS_AND_DUTIES: "orientation:rights",
    StepKind.DIAGNOSIS: "orientation:diagnosis",
    StepKind.ORIENTATION: "orientation:orientation",
    StepKind.ENGAGEMENT: "orientation:engagement",
    StepKind.NEXT_APPOINTMENT: "orientation:next_appointment",
}


@dataclass(frozen=True, slots=True)
class Station:
    """One of the five steps as the line of stations shows it."""

    step: str
    label: str
    state: str
    href: str
    note: str = ""


def found(request: AgentRequest, interview_id: int) -> Interview:
    """Return an interview the agent may open, or 404."""
    visible = permissions.visible_interviews(request.user)
    return get_object_or_404(visible.select_related("person", "entry", "officer", "entry__household"), pk=interview_id)


def trace(request: AgentRequest, person_id: int, page: str) -> None:
    """Keep who looked at whose orientation."""
    agent = request.user
    record_consultation(agent_id=agent.pk, agent_label=agent.full_name, person_id=person_id, page=page, at=clock.now())


def page_of(interview: Interview, step: str) -> str:
    """Return the address of a step's page."""
    return reverse(PAGES[StepKind(step)], kwargs={"interview_id": interview.pk})


def current_page(interview: Interview) -> str:
    """Return the address of what must be done now; the last station once everything is done."""
    step = order.current(queries.step_states(interview.pk))
    return page_of(interview, step or StepKind.NEXT_APPOINTMENT)


def context(request: AgentRequest, interview: Interview, step: str) -> dict[str, Any]:
    """Return what every page of the interview shows, and leave the trace of its opening."""
    if request.method in ("GET", "HEAD") and request.headers.get("HX-Request") != "true":
        trace(request, interview.person_id, "Entretien")
    rows = queries.steps_of(interview)
    states = {row.step: row.state for row in rows}
    current = next(row for row in rows if row.step == step)
    sees_health = permissions.sees_health(request.user)
    return {
        "interview": interview,
        "person": interview.person,
        "step": current,
        "stations": [_station(interview, row, row.step == step, states) for row in rows],
        "blocking": _blocking(interview, states, step),
        "saved_at": queries.saved_at(interview),
        "sees_health": sees_health,
        "left_reason": _left_reason(interview, current, sees_health=sees_health),
        "spouse": spouse_shown(request, interview),
        "before": queries.interview_before(interview),
        "waiting": queries.open_reorientation(interview.entry_id),
        "is_over": order.all_settled(states),
        # The link is shown on the first step only: after it, something is recorded.
        "may_undo": step == StepKind.RIGHTS_AND_DUTIES and not queries.is_something_recorded(interview),
    }


def spouse_shown(request: AgentRequest, interview: Interview) -> queries.Spouse | None:
    """Return the door to the spouse's own interview, for who may see the spouse too; nothing of it but a name."""
    spouse = queries.spouse_of(interview.entry)
    if spouse is None or not can_see_person(request.user, spouse.person.pk):
        return None
    return spouse


def _left_reason(interview: Interview, row: Step, *, sees_health: bool) -> str:
    if row.state != StepState.LEFT_OPEN:
        return ""
    return reason_of(row, queries.current_decision(interview.entry_id), sees_health=sees_health)


def _station(interview: Interview, row: Step, is_current: bool, states: dict[str, str]) -> Station:
    reachable = row.state != StepState.OPEN or not order.blocking(states, row.step)
    state = "current" if is_current and row.state == StepState.OPEN else str(row.state)
    return Station(
        step=row.step,
        label=row.get_step_display(),
        state="current" if is_current else state,
        href=page_of(interview, row.step) if reachable and not is_current else "",
        note=_note(row),
    )


def _note(row: Step) -> str:
    if row.state == StepState.LEFT_OPEN:
        return f"laissé ouvert, suivi par {row.owner.full_name if row.owner else ''}"
    return f"fait {_when(row.done_at)}" if row.state == StepState.DONE else ""


def _when(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return "aujourd’hui" if moment.astimezone(clock.ZONE).date() == clock.today() else date_fr(moment)


def _blocking(interview: Interview, states: dict[str, str], step: str) -> dict[str, str]:
    """Return the earlier step that must be settled before this one, with its address; empty when none."""
    earlier = order.blocking(states, step)
    if not earlier:
        return {}
    return {"label": StepKind(earlier).label, "href": page_of(interview, earlier)}


def started_words(interview: Interview) -> str:
    """Say when and with whom the interview began."""
    return f"{moment_fr(interview.started_at)}, avec {interview.officer.full_name}"
