"""The telephone reception: the list of calls, a call being noted, the calls owed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.texts.guard import shown_to
from emploi.foundation.ui.exports import Column, export_response
from emploi.foundation.ui.forms import ReasonForm, attempt
from emploi.foundation.ui.htmx import card_response, wants_fragment
from emploi.foundation.ui.lists import Sort, listing
from emploi.pathway.beneficiaries import queries as beneficiaries
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.reception import actions, queries
from emploi.pathway.reception.models import Call
from emploi.pathway.reception.web.filters import CallFilter
from emploi.pathway.reception.web.forms import CallBackForm, CallForm, OwnerForm
from emploi.pathway.reception.workflow import CALL
from emploi.territory.agents.roles import Permission

SORTS = (
    Sort("date", "Reçu le", ("received_at",)),
    Sort("due", "À rappeler avant le", ("due_on", "received_at")),
)
COLUMNS = (
    Column("Reçu le", "received_at"),
    Column("Sujet", lambda call: call.get_subject_display()),
    Column("État", lambda call: call.get_state_display()),
    Column("À rappeler avant le", "due_on"),
    Column("Terminé le", "closed_at"),
    Column("Reçu par", lambda call: call.received_by.full_name),
)
IN_BLOCK = 5


@requires(Permission.RECEIVE_CALLS)
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Every call, those to return first, with the figures of the month."""
    readable = queries.readable(request.user)
    shown = listing(request, readable, filters=CallFilter(request.GET), sorts=SORTS, default_sort="-date")
    context = {
        "listing": shown,
        "waiting": queries.waiting_for(request.user)[:50],
        "month": queries.month_of(readable, clock.today()),
        "today": clock.today(),
        "tones": CALL.tones,
        "may_export": request.user.can(Permission.EXPORT),
    }
    return render(request, "reception/page_calls.html", context)


@requires(Permission.EXPORT)
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The calls as filtered on screen, without names nor words: enough to count."""
    if not request.user.can(Permission.RECEIVE_CALLS):
        raise Http404
    rows = CallFilter(request.GET).apply(queries.readable(request.user)).order_by("-received_at", "-pk")
    return export_response("appels-recus", COLUMNS, rows.iterator(), request.GET.get("format", "csv"))


@requires(Permission.RECEIVE_CALLS)
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest) -> HttpResponse:
    """Note a call while the person speaks."""
    person = _person(request)
    today = clock.today()
    is_saved = request.method == "POST" and not {"search", "choose"} & set(request.POST)
    # Looking for the person in the middle of the call loses nothing of what was typed.
    typed = {} if is_saved else {"initial": request.POST.dict()}
    form = CallForm(request.POST if is_saved else None, today=today, person_id=person.pk if person else None, **typed)
    if is_saved and form.is_valid():
        by = request.user.as_actor()
        noted = attempt(
            form, lambda: actions.note_call(typed=form.typed(), agent_id=request.user.pk, by=by, at=clock.now())
        )
        if noted:
            messages.success(request, "L’appel est noté." if noted.closed_at else "L’appel est noté, avec son rappel.")
            return redirect("desk:person", person_id=person.pk) if person else redirect("reception:calls")
    text = request.POST.get("q", "") or request.GET.get("q", "")
    found = beneficiaries.search_persons(text, request.user, limit=8) if text and person is None else []
    context = {"form": form, "person": person, "q": text, "found": found}
    return render(request, "reception/page_note.html", context, status=422 if form.errors else 200)


@requires(Permission.RECEIVE_CALLS)
@require_safe
def call(request: HttpRequest, call_id: int) -> HttpResponse:
    """One call: what was asked, the attempts, what is left to do."""
    return _page(request, _call(request, call_id))


@requires(Permission.RECEIVE_CALLS)
@require_POST
def call_back(request: HttpRequest, call_id: int) -> HttpResponse:
    """Note that somebody rang her."""
    found, form = _call(request, call_id), CallBackForm(request.POST)
    if form.is_valid():
        done = attempt(
            form,
            lambda: actions.call_back(
                call_id=found.pk, **form.cleaned_data, agent_id=request.user.pk, by=request.user.as_actor(),
                at=clock.now(),
            ),
        )  # fmt: skip
        if done:
            messages.success(request, "C’est noté." if done.closed_at else "C’est noté : la personne reste à rappeler.")
            return redirect("reception:call", call_id=found.pk)
    return _page(request, found, back=form)


@requires(Permission.RECEIVE_CALLS)
@require_POST
def hand_over(request: HttpRequest, call_id: int) -> HttpResponse:
    """Say who is to call back."""
    found, form = _call(request, call_id), OwnerForm(request.POST, today=clock.today())
    if form.is_valid():
        owner = form.cleaned_data["owner"]
        done = attempt(
            form,
            lambda: actions.hand_over(
                call_id=found.pk, owner_id=int(owner) if owner else None, by=request.user.as_actor(), at=clock.now()
            ),
        )
        if done:
            messages.success(request, "C’est noté.")
            return redirect("reception:call", call_id=found.pk)
    return _page(request, found, owner=form)


@requires(Permission.RECEIVE_CALLS)
@require_POST
def give_up(request: HttpRequest, call_id: int) -> HttpResponse:
    """Say that nobody will call back, and why."""
    found, form = _call(request, call_id), ReasonForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(
            form,
            lambda: actions.give_up(call_id=found.pk, reason=reason, by=request.user.as_actor(), at=clock.now()),
        )
        if done:
            messages.success(request, "C’est noté, avec votre raison.")
            return redirect("reception:calls")
    return _page(request, found, reason=form)


@requires(Permission.RECEIVE_CALLS)
@require_safe
def card(request: HttpRequest, person_id: int) -> HttpResponse:
    """The calls of a person."""
    person = get_object_or_404(visible_to(request.user), pk=person_id)
    if not wants_fragment(request):
        _trace(request, person.pk)
    found = queries.calls_of(person.pk)
    context = {"person": person, "calls": found[:IN_BLOCK], "count": found.count(), "tones": CALL.tones}
    title = f"Appels reçus : {person.full_name}"
    return card_response(request, "reception/_card.html", context, title=title, back=f"/personnes/{person.pk}/")


@requires(Permission.RECEIVE_CALLS)
@require_safe
def block(request: HttpRequest) -> HttpResponse:
    """« Ma journée »: whom this agent owes a call."""
    waiting = queries.waiting_for(request.user)
    context = {"calls": waiting[:IN_BLOCK], "count": waiting.count(), "today": clock.today()}
    return card_response(request, "reception/_block.html", context, title="Personnes à rappeler")


def _person(request: HttpRequest) -> Person | None:
    asked = request.POST.get("choose", "") or request.POST.get("person", "") or request.GET.get("personne", "")
    if not asked:
        return None
    return get_object_or_404(visible_to(request.user), pk=int(asked) if asked.isdecimal() else 0)


def _call(request: HttpRequest, call_id: int) -> Call:
    return get_object_or_404(queries.readable(request.user), pk=call_id)


def _page(request: HttpRequest, found: Call, **forms: Any) -> HttpResponse:
    if found.person_id and request.method == "GET":
        _trace(request, found.person_id)
    sees_health = request.user.can(Permission.SEE_HEALTH)
    context = {
        "call": found,
        "question": shown_to(found.question, sees_health=sees_health),
        "answer": shown_to(found.answer, sees_health=sees_health),
        "attempts": found.attempts.select_related("by"),
        "tone": CALL.tones[found.state],
        "today": clock.today(),
        "back": forms.get("back") or CallBackForm(),
        "owner": forms.get("owner") or OwnerForm(initial={"owner": str(found.owner_id or "")}, today=clock.today()),
        "reason": forms.get("reason") or ReasonForm(),
    }
    return render(request, "reception/page_call.html", context, status=422 if forms else 200)


def _trace(request: HttpRequest, person_id: int) -> None:
    record_consultation(
        agent_id=request.user.pk, agent_label=str(request.user), person_id=person_id, page="Appels reçus",
        at=clock.now(),
    )  # fmt: skip
