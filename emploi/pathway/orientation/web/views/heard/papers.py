"""Papers shown at the interview, still to bring, or not concerned; copies kept when it helps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.htmx import wants_fragment
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.enums import StepKind
from emploi.pathway.orientation.models import BroughtPaper, Interview
from emploi.pathway.orientation.web import shell
from emploi.pathway.orientation.web.heard_forms import CopyForm, PapersForm
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.tabs import PAPERS, tabs_of
from emploi.territory.agents.roles import Permission


@requires(Permission.HOLD_INTERVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: AgentRequest, interview_id: int) -> HttpResponse:
    """Note each paper; HTMX saves at each change, the button saves everything."""
    interview = shell.found(request, interview_id)
    if request.method != "POST":
        form = _form(request, interview)
        return render(request, "orientation/page_papers.html", _context(request, interview, form))
    form = _form(request, interview, request.POST)
    noted = _save(request, interview, form)
    if wants_fragment(request):
        return render(request, "orientation/_papers_saved.html", _saved(interview, form, noted))
    if noted is None or noted.conflicts:
        context = _context(request, interview, form) | {"conflicts": _conflicts(noted)}
        return render(request, "orientation/page_papers.html", context)
    messages.success(request, "Les papiers sont enregistrés.")
    return redirect("orientation:papers", interview_id=interview.pk)


@requires(Permission.HOLD_INTERVIEW)
@require_POST
def copy(request: AgentRequest, interview_id: int) -> HttpResponse:
    """Keep the copy of a paper the person shows."""
    interview = shell.found(request, interview_id)
    form = CopyForm(_form(request, interview).lines, request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            actions.keep_copy(
                interview_id=interview.pk,
                paper=form.cleaned_data["paper"],
                upload=upload,
                name=upload.name,
                sees_health=permissions.sees_health(request.user),
                by=request.user.as_actor(),
                at=clock.now(),
            )
        except DomainError as error:
            form.add_error("file", error.message)
        else:
            messages.success(request, "La copie est gardée, et le papier noté comme vu.")
            return redirect("orientation:papers", interview_id=interview.pk)
    context = _context(request, interview, _form(request, interview)) | {"copy_form": form}
    return render(request, "orientation/page_papers.html", context)


def _form(request: AgentRequest, interview: Interview, data: Any = None) -> PapersForm:
    lines = queries.papers_said(
        interview.person_id, interview=interview, sees_health=permissions.sees_health(request.user)
    )
    initial = {"seen": queries.papers_seen_up_to(interview.person_id)}
    return PapersForm(lines, data, usual_day=queries.usual_day_to_bring(clock.today()), initial=initial)


def _save(request: AgentRequest, interview: Interview, form: PapersForm) -> actions.NotedPapers | None:
    if not form.is_valid():
        return None
    try:
        return actions.note_papers(
            interview_id=interview.pk,
            notes=form.notes(),
            seen=form.cleaned_data.get("seen"),
            sees_health=permissions.sees_health(request.user),
            by=request.user.as_actor(),
            at=clock.now(),
        )
    except DomainError as error:
        form.add_error(form.field_of(error.field), error.message)
        return None


def _context(request: AgentRequest, interview: Interview, form: PapersForm) -> dict[str, Any]:
    return shell.context(request, interview, StepKind.DIAGNOSIS) | {
        "form": form,
        "tabs": tabs_of(interview, PAPERS),
        "copy_form": CopyForm(form.lines),
    }


def _saved(interview: Interview, form: PapersForm, noted: actions.NotedPapers | None) -> dict[str, Any]:
    wrong = [f"{form[name].label if name in form.fields else ''} : {errors[0]}" for name, errors in form.errors.items()]
    return {
        "wrong": " ".join(wrong),
        "saved_at": clock.now() if noted and noted.written else queries.saved_at(interview),
        "seen": queries.papers_seen_up_to(interview.person_id),
        "conflicts": _conflicts(noted),
    }


def _conflicts(noted: actions.NotedPapers | None) -> list[BroughtPaper]:
    return list(noted.conflicts) if noted else []
