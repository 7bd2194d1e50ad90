"""Regular meetings: agreed on a person's page, due in « Ma journée »."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.errors import DomainError
from emploi.foundation.texts.guard import shown_to
from emploi.foundation.ui.forms import ReasonForm, attempt
from emploi.foundation.ui.htmx import card_response, wants_fragment
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.beneficiaries.permissions import visible_to as visible_people
from emploi.pathway.orientation import queries as orientation
from emploi.pathway.support import actions, queries
from emploi.pathway.support.models import Rhythm
from emploi.pathway.support.permissions import visible_to
from emploi.pathway.support.web.forms import RhythmForm
from emploi.territory.agents.roles import Permission

IN_BLOCK = 8


@requires(Permission.PLAN_MEETINGS)
@require_safe
def card(request: HttpRequest, person_id: int) -> HttpResponse:
    """The regular meetings of a person."""
    person = get_object_or_404(visible_people(request.user), pk=person_id)
    if not wants_fragment(request):
        _trace(request, person.pk)
    sees_health = request.user.can(Permission.SEE_HEALTH)
    rhythms = list(queries.rhythms_of(person.pk, clock.today()))
    context = {
        "person": person,
        "running": [
            (
                row,
                queries.every_words(row.every_weeks),
                shown_to(row.reason, sees_health=sees_health),
                row.awaits(request.user.pk),
            )
            for row in rhythms
            if row.ended_on is None
        ],
        "ended": [
            (row, queries.every_words(row.every_weeks), shown_to(row.end_note, sees_health=sees_health))
            for row in rhythms
            if row.ended_on is not None
        ],
        "may_set": Entry.objects.open().filter(person=person).exists(),
        "today": clock.today(),
    }
    title = f"Entretiens réguliers : {person.full_name}"
    return card_response(request, "support/_card.html", context, title=title, back=_page(person.pk))


@requires(Permission.PLAN_MEETINGS)
@require_safe
def block(request: HttpRequest) -> HttpResponse:
    """« Ma journée »: the regular meetings to plan, and those of another referent to take on."""
    due, waiting = queries.due_for(request.user, clock.today()), queries.to_confirm_by(request.user)
    shown = due if not wants_fragment(request) else due[:IN_BLOCK]
    context = {
        "due": [(row, queries.every_words(row.every_weeks)) for row in shown],
        "count": due.count(),
        "waiting": waiting[:IN_BLOCK],
        "today": clock.today(),
    }
    return card_response(request, "support/_block.html", context, title="Entretiens réguliers à prévoir")


@requires(Permission.PLAN_MEETINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def set_rhythm(request: HttpRequest, person_id: int) -> HttpResponse:
    """Agree regular meetings with a person."""
    person = get_object_or_404(visible_people(request.user), pk=person_id)
    entry = get_object_or_404(Entry.objects.open(), person=person)
    agents = _possible(request, entry)
    form = RhythmForm(
        request.POST if request.method == "POST" else None,
        agents=agents,
        initial={"modality": "phone", "since": clock.today(), "agent": agents[0][0]},
    )
    if form.is_valid():
        by, at = request.user.as_actor(), clock.now()
        done = attempt(
            form,
            partial(
                actions.set_rhythm, entry_id=entry.pk, plan=form.plan(), agent_id=request.user.pk, by=by, at=at
            ),
        )  # fmt: skip
        if done:
            messages.success(request, f"Entretiens réguliers convenus, {queries.every_words(done.every_weeks)}.")
            return redirect(_page(person.pk))
    if request.method != "POST":
        _trace(request, person.pk)
    context = {"person": person, "form": form, "former": queries.running_rhythm(entry.pk)}
    return render(request, "support/page_set.html", context, status=422 if form.errors else 200)


@requires(Permission.PLAN_MEETINGS)
@require_POST
def confirm(request: HttpRequest, rhythm_id: int) -> HttpResponse:
    """Take on the regular meetings agreed with the former referent."""
    rhythm = _rhythm(request, rhythm_id)
    by, at = request.user.as_actor(), clock.now()
    try:
        actions.confirm_rhythm(rhythm_id=rhythm.pk, agent_id=request.user.pk, by=by, at=at)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Vous reprenez ces entretiens réguliers.")
    return redirect(_page(rhythm.person_id))


@requires(Permission.PLAN_MEETINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, rhythm_id: int) -> HttpResponse:
    """Stop regular meetings, with a reason."""
    rhythm = _rhythm(request, rhythm_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        note, by, at = form.cleaned_data["reason"], request.user.as_actor(), clock.now()
        attempt(form, partial(actions.end_rhythm, rhythm_id=rhythm.pk, note=note, by=by, at=at))
        if form.is_valid():
            messages.success(request, "Entretiens réguliers arrêtés.")
            return redirect(_page(rhythm.person_id))
    context = {
        "person": rhythm.person,
        "rhythm": rhythm,
        "form": form,
        "every": queries.every_words(rhythm.every_weeks),
    }
    return render(request, "support/page_end.html", context, status=422 if form.errors else 200)


def _possible(request: HttpRequest, entry: Entry) -> list[tuple[int, str]]:
    """With whom: the referent of the orientation in force first, else whoever is signed in."""
    decision = orientation.current_decision(entry.pk)
    known: dict[int, str] = {}
    if decision is not None and decision.referent is not None:
        known[decision.referent.pk] = f"{decision.referent.full_name} (référent)"
    known.setdefault(request.user.pk, request.user.full_name)
    return list(known.items())


def _rhythm(request: HttpRequest, rhythm_id: int) -> Rhythm:
    return get_object_or_404(visible_to(request.user).select_related("person", "kind"), pk=rhythm_id)


def _page(person_id: int) -> str:
    return reverse("desk:person", args=[person_id])


def _trace(request: HttpRequest, person_id: int) -> None:
    who: dict[str, Any] = {"agent_id": request.user.pk, "agent_label": str(request.user)}
    record_consultation(**who, person_id=person_id, page="Entretiens réguliers", at=clock.now())
