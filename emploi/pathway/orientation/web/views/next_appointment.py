"""Last step: the next appointment, placed with the person or left for her to choose, and the papers to hand over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.texts.guard import shown_to
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.enums import StepKind, StepState
from emploi.pathway.orientation.models import Decision, Interview, Step
from emploi.pathway.orientation.web import shell
from emploi.pathway.orientation.web.forms import NotifyForm, OutsideForm
from emploi.pathway.orientation.web.heard_forms import MeetingFilter, WayForm
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.territory.agents.roles import Permission


@requires(Permission.HOLD_INTERVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def next_appointment(request: AgentRequest, interview_id: int) -> HttpResponse:
    """Place the appointment with the referent before leaving, then hand the papers over."""
    interview = shell.found(request, interview_id)
    form = OutsideForm(request.POST if "where" in request.POST else None)
    way = WayForm(request.POST if "modality" in request.POST else None)
    error = ""
    if request.method == "POST":
        try:
            if _settled(request, interview, form, way):
                return redirect(shell.page_of(interview, StepKind.NEXT_APPOINTMENT))
        except DomainError as refused:
            error = _refused(refused, form, way)
    context = shell.context(request, interview, StepKind.NEXT_APPOINTMENT)
    decision = queries.current_decision(interview.entry_id)
    if decision is not None and not form.is_bound:
        form.initial["where"] = decision.responsible_organization.name
    words = queries.appointment_words(context["step"].details, clock.today())
    context |= {
        "decision": decision,
        "contract": queries.engagement_of(decision.pk) if decision else None,
        **_offered(request, decision, context["step"]),
        "form": form,
        "way": way,
        "coming": queries.appointment_to_come(interview.entry_id, clock.now()),
        "error": error,
        "chosen_slot": request.POST.get("slot", ""),
        "words": shown_to(words, sees_health=context["sees_health"]),
        "notify": NotifyForm(),
    }
    return render(request, "orientation/page_next.html", context)


def _settled(request: AgentRequest, interview: Interview, form: OutsideForm, way: WayForm) -> bool:
    """Do what was asked: a slot, a link to choose later, or the appointment another body gave."""
    by, at = request.user.as_actor(), clock.now()
    slot, link = request.POST.get("slot", ""), request.POST.get("link", "")
    if link.isdecimal() and request.user.can(Permission.INVITE):
        actions.send_link_to_choose(interview_id=interview.pk, kind_id=int(link), by=by, at=at)
        messages.success(request, "Le lien est parti. Cette étape se terminera seule quand la personne aura choisi.")
        return True
    if slot.isdecimal():
        how = way.cleaned_data if way.is_bound and way.is_valid() else {}
        actions.book_next_appointment(interview_id=interview.pk, slot_id=int(slot), **how, by=by, at=at)
        return True
    if not form.is_bound:
        raise DomainError("Choisissez un créneau.")
    if form.is_valid():
        actions.record_outside_appointment(interview_id=interview.pk, **form.cleaned_data, by=by, at=at)
        return True
    return False


def _refused(refused: DomainError, form: OutsideForm, way: WayForm) -> str:
    """Say a refusal beside its field, else above everything."""
    for one in (form, way):
        if one.is_bound and refused.field in one.fields:
            one.add_error(refused.field, refused.message)
            return ""
    return refused.message


def _offered(request: AgentRequest, decision: Decision | None, step: Step) -> dict[str, Any]:
    """Return the kinds and the free slots of the responsible body, when its agenda is kept here."""
    if decision is None or step.state == StepState.DONE or not decision.responsible_organization.agenda_is_ours:
        return {"meetings": None, "kinds": []}
    kinds = queries.kinds_after_interview()
    asked = MeetingFilter(kinds, request.GET)
    kind = asked.kind
    if kind is None:
        return {"meetings": None, "kinds": []}
    may_choose = kind.bookable_by_person and kind.can_be_invited and request.user.can(Permission.INVITE)
    return {
        "kinds": kinds,
        "meetings": queries.meetings(decision, kind, at=clock.now(), since=asked.since, place_id=asked.place_id),
        "since": asked.since,
        "place_id": asked.place_id,
        "may_send_link": may_choose and "invitation" not in step.details,
    }
