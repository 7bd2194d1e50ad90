"""The interview: what to do now, first step, leaving a step open, the summary read back."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.enums import StepKind, StepState
from emploi.pathway.orientation.web import shell
from emploi.pathway.orientation.web.forms import LeaveForm, RightsForm
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.summary import summary_of
from emploi.pathway.orientation.web.words import pathway_shown
from emploi.territory.agents.roles import Permission


@requires(Permission.HOLD_INTERVIEW)
@require_safe
def current(request: AgentRequest, interview_id: int) -> HttpResponse:
    """Lead to what must be done now."""
    return redirect(shell.current_page(shell.found(request, interview_id)))


@requires(Permission.HOLD_INTERVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def rights(request: AgentRequest, interview_id: int) -> HttpResponse:
    """Present rights and duties, and keep the proof."""
    interview = shell.found(request, interview_id)
    words = queries.rights_words(clock.today())
    form = RightsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.present_rights(
                interview_id=interview.pk, **form.cleaned_data, by=request.user.as_actor(), at=clock.now()
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return redirect("orientation:diagnosis", interview_id=interview.pk)
    context = shell.context(request, interview, StepKind.RIGHTS_AND_DUTIES)
    details = context["step"].details
    before = queries.rights_presented_before(interview)
    context |= {
        "form": form,
        "how": dict(RightsForm.HOW).get(details.get("how", ""), ""),
        "presented_on": date.fromisoformat(day) if (day := details.get("presented_on")) else None,
        "presented_before": before,
        # What was shown stays what is read here, whatever the text of today.
        "words": queries.rights_shown(details) or words,
        "is_unversioned": context["step"].state == StepState.DONE and not details.get("text"),
        "has_changed": before is not None and before.details.get("text", "") not in ("", words.digest),
    }
    return render(request, "orientation/page_rights.html", context)


@requires(Permission.HOLD_INTERVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: AgentRequest, interview_id: int, step: str) -> HttpResponse:
    """Leave a step open with a reason and an owner."""
    if step not in StepKind.values:
        raise Http404("Étape inconnue")
    interview = shell.found(request, interview_id)
    form = LeaveForm(interview.person_id, request.POST or None, initial={"owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        try:
            actions.leave_step_open(
                interview_id=interview.pk,
                step=step,
                reason=form.cleaned_data["reason"],
                owner_id=form.cleaned_data["owner"].pk,
                keeps_health_words=form.cleaned_data["keeps_health_words"],
                by=request.user.as_actor(),
                at=clock.now(),
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, f"« {StepKind(step).label} » reste ouvert. On ne l’oublie pas.")
            return redirect(shell.current_page(interview))
    context = shell.context(request, interview, step) | {"form": form}
    return render(request, "orientation/page_leave.html", context)


@requires(Permission.HOLD_INTERVIEW)
@require_POST
def keep(request: AgentRequest, interview_id: int, step: str) -> HttpResponse:
    """Keep what a former interview settled, the person saying it still holds."""
    interview = shell.found(request, interview_id)
    try:
        actions.keep_known(interview_id=interview.pk, step=step, by=request.user.as_actor(), at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(shell.current_page(interview))


@requires(Permission.SEE_ORIENTATIONS, Permission.HOLD_INTERVIEW)
@require_safe
def summary(request: AgentRequest, interview_id: int) -> HttpResponse:
    """Read back together and print, during the interview or long after: what was said, decided, what comes next."""
    readable = permissions.readable_interviews(request.user).select_related("person", "entry", "officer")
    interview = get_object_or_404(readable, pk=interview_id)
    shell.trace(request, interview.person_id, "Résumé de l’entretien")
    shown = summary_of(interview, sees_health=permissions.sees_health(request.user))
    context = {
        "interview": interview,
        "person": interview.person,
        "summary": shown,
        "can_hold": request.user.can(Permission.HOLD_INTERVIEW) and interview.closed_at is None,
        "appeal": queries.appeal_of(shown.decision) if shown.decision and shown.decision.is_current else None,
        **pathway_shown(shown.decision, request.user),
    }
    return render(request, "orientation/page_summary.html", context)
