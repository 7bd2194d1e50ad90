"""The diagnosis: one section at a time, saved at each change, known answers shown with their source."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.htmx import wants_fragment
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.enums import StepKind, StepState
from emploi.pathway.orientation.models import Brake, Interview
from emploi.pathway.orientation.rules.questionnaire import Section
from emploi.pathway.orientation.web import shell
from emploi.pathway.orientation.web.forms import BrakeForm, SectionForm
from emploi.pathway.orientation.web.heard_forms import SameForm
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.summary import brakes_shown
from emploi.pathway.orientation.web.tabs import section_page, tabs_of
from emploi.pathway.orientation.web.trades import trades_context
from emploi.territory.agents.roles import Permission

BRAKES = "brakes"
WISHES = "wishes"


@requires(Permission.HOLD_INTERVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: AgentRequest, interview_id: int, section: str = "") -> HttpResponse:
    """Ask the questions of one section; HTMX saves at each change, the button saves everything."""
    interview = shell.found(request, interview_id)
    found = queries.questionnaire().section(section) if section else queries.questionnaire().sections[0]
    if found is None:
        raise Http404("Rubrique inconnue")
    sees_health = permissions.sees_health(request.user)
    known = queries.known_answers(interview.person_id, interview=interview)
    if request.method != "POST":
        form = SectionForm(found, known, sees_health=sees_health)
        return render(request, "orientation/page_diagnosis.html", _context(request, interview, found, form))
    form = SectionForm(found, known, request.POST, sees_health=sees_health)
    saved = _save(request, interview, form)
    if saved is not None and "same" in request.POST:
        return _take_from_spouse(request, interview, found)
    if wants_fragment(request):
        return render(request, "orientation/_saved.html", _saved_context(interview, form, saved))
    if saved is None or saved.conflicts:
        context = _context(request, interview, found, form) | {"conflicts": _conflicts(saved)}
        return render(request, "orientation/page_diagnosis.html", context)
    return redirect(_after(interview, found))


def _save(request: AgentRequest, interview: Interview, form: SectionForm) -> actions.Saved | None:
    """Save what the form holds; None when something typed is refused (the form says what)."""
    if not form.is_valid():
        return None
    try:
        return actions.save_answers(
            interview_id=interview.pk,
            answers=form.answers(),
            seen=form.cleaned_data.get("seen"),
            confirmed=form.confirmed(),
            by=request.user.as_actor(),
            at=clock.now(),
        )
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None


def _take_from_spouse(request: AgentRequest, interview: Interview, section: Section) -> HttpResponse:
    """Take up what the spouse said of the household, once the rest of the section is saved."""
    form = SameForm(request.POST)
    try:
        actions.take_from_spouse(
            interview_id=interview.pk,
            question=form.cleaned_data["same"] if form.is_valid() else "",
            by=request.user.as_actor(),
            at=clock.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(section_page(interview, section.slug))


def _context(request: AgentRequest, interview: Interview, section: Section, form: SectionForm) -> dict[str, Any]:
    context = shell.context(request, interview, StepKind.DIAGNOSIS)
    by_spouse = queries.said_by_spouse(interview, [question.slug for question in form.questions])
    context |= {
        "form": form,
        "section": section,
        "rows": [
            (form[question.slug], form.known.get(question.slug), by_spouse.get(question.slug))
            for question in form.questions
        ],
        "tabs": tabs_of(interview, section.slug),
        "is_last": section.slug == queries.questionnaire().sections[-1].slug,
    }
    if section.slug == BRAKES:
        context |= _brakes(interview, context["sees_health"])
    if section.slug == WISHES:
        context |= {"shows_trades": True, **trades_context(request, interview)}
    return context


def _after(interview: Interview, section: Section) -> str:
    """Return the next section; the last one leads back to itself, where the step is ended."""
    slugs = [item.slug for item in queries.questionnaire().sections]
    following = slugs[min(slugs.index(section.slug) + 1, len(slugs) - 1)]
    return section_page(interview, following)


def _saved_context(interview: Interview, form: SectionForm, saved: actions.Saved | None) -> dict[str, Any]:
    known = queries.known_answers(interview.person_id, interview=interview)
    written = saved.written if saved else ()
    wrong = [
        f"{form[name].label if name in form.fields else ''} {' '.join(str(error) for error in errors)}"
        for name, errors in form.errors.items()
    ]
    return {
        "wrong": " ".join(wrong).strip(),
        "saved": saved,
        "saved_at": queries.saved_at(interview),
        "conflicts": _conflicts(saved),
        "written": [known[slug] for slug in written],
    }


def _conflicts(saved: actions.Saved | None) -> list[dict[str, Any]]:
    if saved is None:
        return []
    questions = queries.questionnaire()
    shown = []
    for conflict in saved.conflicts:
        question = questions.question(conflict.question)
        if question is not None:
            shown.append({"label": question.label, "theirs": conflict.theirs, "mine": question.text_of(conflict.mine)})
    return shown


def _brakes(interview: Interview, sees_health: bool, wrong: BrakeForm | None = None) -> dict[str, Any]:
    """Return the eight difficulties, each with what was said of it and the form to say more."""
    active = list(queries.active_brakes(interview.person_id))
    brakes, hidden = brakes_shown(active, sees_health=sees_health)
    rows = []
    for kind in queries.nomenclature().kinds:
        if kind.sensitive and not sees_health:
            continue
        form = wrong if wrong is not None and wrong.brake.slug == kind.slug else BrakeForm(kind)
        rows.append({"kind": kind, "brakes": [item for item in brakes if item.kind == kind.slug], "form": form})
    seen = max((brake.pk for brake in active), default=0)
    return {"brake_rows": rows, "brakes_hidden": hidden, "brakes_seen": seen}


@requires(Permission.HOLD_INTERVIEW)
@require_POST
def add(request: AgentRequest, interview_id: int) -> HttpResponse:
    """Name a difficulty."""
    interview = shell.found(request, interview_id)
    kind = queries.nomenclature().kind(request.POST.get("kind", ""))
    if kind is None or (kind.sensitive and not permissions.sees_health(request.user)):
        raise Http404("Difficulté inconnue")
    form = BrakeForm(kind, request.POST)
    seen = request.POST.get("seen", "")
    if form.is_valid():
        try:
            actions.add_brake(
                interview_id=interview.pk,
                **form.cleaned_data,
                seen=int(seen) if seen.isdecimal() else None,
                by=request.user.as_actor(),
                at=clock.now(),
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return _brakes_answer(request, interview, None)
    return _brakes_answer(request, interview, form)


@requires(Permission.HOLD_INTERVIEW)
@require_POST
def end(request: AgentRequest, interview_id: int, brake_id: int) -> HttpResponse:
    """Say that a difficulty is over."""
    interview = shell.found(request, interview_id)
    brake = get_object_or_404(Brake, pk=brake_id, person_id=interview.person_id)
    if queries.nomenclature().is_sensitive(brake.kind) and not permissions.sees_health(request.user):
        raise Http404("Difficulté inconnue")
    actions.end_brake(brake_id=brake.pk, by=request.user.as_actor(), at=clock.now())
    return _brakes_answer(request, interview, None)


def _brakes_answer(request: AgentRequest, interview: Interview, wrong: BrakeForm | None) -> HttpResponse:
    if wrong is None and not wants_fragment(request):
        return redirect(f"{_brakes_page(interview)}#freins")
    sees_health = permissions.sees_health(request.user)
    brakes = _brakes(interview, sees_health, wrong)
    if wants_fragment(request):
        context = {"interview": interview, "saved_at": clock.now(), "sees_health": sees_health, **brakes}
        return render(request, "orientation/_brakes.html", context)
    section = queries.questionnaire().section(BRAKES)
    if section is None:
        raise Http404("Rubrique inconnue")
    known = queries.known_answers(interview.person_id, interview=interview)
    form = SectionForm(section, known, sees_health=sees_health)
    return render(request, "orientation/page_diagnosis.html", _context(request, interview, section, form) | brakes)


def _brakes_page(interview: Interview) -> str:
    return reverse("orientation:section", kwargs={"interview_id": interview.pk, "section": BRAKES})


@requires(Permission.HOLD_INTERVIEW)
@require_POST
def complete(request: AgentRequest, interview_id: int) -> HttpResponse:
    """End the diagnosis and ask the rules what they propose."""
    interview = shell.found(request, interview_id)
    by, at = request.user.as_actor(), clock.now()
    try:
        if queries.step_states(interview.pk)[StepKind.DIAGNOSIS] != StepState.DONE:
            actions.complete_step(interview_id=interview.pk, step=StepKind.DIAGNOSIS, by=by, at=at)
        actions.compute_proposal(entry_id=interview.entry_id, interview_id=interview.pk, by=by, at=at)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(shell.page_of(interview, StepKind.DIAGNOSIS))
    return redirect(shell.page_of(interview, StepKind.ORIENTATION))
