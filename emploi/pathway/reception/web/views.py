"""The reception: the list of calls and replies, a call being noted, what is owed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.exports import Column, export_response
from emploi.foundation.ui.forms import ReasonForm, attempt
from emploi.foundation.ui.htmx import card_response, wants_fragment
from emploi.foundation.ui.lists import Sort, listing
from emploi.pathway.beneficiaries import queries as beneficiaries
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.reception import actions, queries
from emploi.pathway.reception.permissions import visible_to as visible_calls
from emploi.pathway.reception.web.filters import CallFilter
from emploi.pathway.reception.web.forms import CallBackForm, CallForm, OwnerForm
from emploi.pathway.reception.web.shown import call_or_404, call_page, lines_of, trace
from emploi.territory.agents.roles import Permission

SORTS = (
    Sort("waiting", "En attente", ("waits_since", "-received_at")),
    Sort("date", "Reçu le", ("received_at",)),
    Sort("due", "À faire avant le", ("due_on", "received_at")),
)
COLUMNS = (
    Column("Reçu le", "received_at"),
    Column("Moyen", lambda call: call.get_means_display()),
    Column("Sujet", lambda call: call.get_subject_display()),
    Column("État", lambda call: call.get_state_display()),
    Column("À faire avant le", "due_on"),
    Column("Terminé le", "closed_at"),
    Column("Reçu par", lambda call: call.received_by.full_name if call.received_by else ""),
)
IN_BLOCK = 5


@requires(Permission.RECEIVE_CALLS)
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Every call and reply, what waits first, the oldest first, with the figures of the month."""
    readable = queries.readable(request.user)
    shown = listing(request, readable, filters=CallFilter(request.GET), sorts=SORTS, default_sort="waiting")
    context = {
        "listing": shown,
        "lines": lines_of(list(shown.rows), request.user, clock.today()),
        "waiting": queries.waiting_for(request.user).count(),
        "month": queries.month_of(visible_calls(request.user), clock.today()),
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
    return call_page(request, call_or_404(request, call_id))


@requires(Permission.RECEIVE_CALLS)
@require_POST
def call_back(request: HttpRequest, call_id: int) -> HttpResponse:
    """Note that somebody rang her."""
    found, form = call_or_404(request, call_id), CallBackForm(request.POST)
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
    return call_page(request, found, back=form)


@requires(Permission.RECEIVE_CALLS)
@require_POST
def hand_over(request: HttpRequest, call_id: int) -> HttpResponse:
    """Say who is to call back."""
    found = call_or_404(request, call_id)
    form = OwnerForm(request.POST, today=clock.today(), person_id=found.person_id)
    if form.is_valid():
        by = request.user.as_actor()
        done = attempt(form, lambda: actions.hand_over(call_id=found.pk, **form.chosen(), by=by, at=clock.now()))
        if done:
            messages.success(request, "C’est noté.")
            # Handed to a service of others, it may have left the lists of this agent.
            still = queries.readable(request.user).filter(pk=found.pk).exists()
            return redirect("reception:call", call_id=found.pk) if still else redirect("reception:calls")
    return call_page(request, found, owner=form)


@requires(Permission.RECEIVE_CALLS)
@require_POST
def give_up(request: HttpRequest, call_id: int) -> HttpResponse:
    """Say that nobody will call back, and why."""
    found, form = call_or_404(request, call_id), ReasonForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(
            form,
            lambda: actions.give_up(call_id=found.pk, reason=reason, by=request.user.as_actor(), at=clock.now()),
        )
        if done:
            messages.success(request, "C’est noté, avec votre raison.")
            return redirect("reception:calls")
    return call_page(request, found, reason=form)


@requires(Permission.RECEIVE_CALLS)
@require_safe
def card(request: HttpRequest, person_id: int) -> HttpResponse:
    """The calls of a person."""
    person = get_object_or_404(visible_to(request.user), pk=person_id)
    if not wants_fragment(request):
        trace(request, person.pk)
    found = queries.calls_of(person.pk)
    context = {
        "person": person,
        "calls": found[:IN_BLOCK],
        "count": found.count(),
        "stops": queries.stops_of(person.pk),
    }
    title = f"Appels et réponses : {person.full_name}"
    return card_response(request, "reception/_card.html", context, title=title, back=f"/personnes/{person.pk}/")


@requires(Permission.RECEIVE_CALLS)
@require_safe
def block(request: HttpRequest) -> HttpResponse:
    """« Ma journée »: whom this agent owes a call."""
    waiting = queries.waiting_for(request.user)
    shown = lines_of(list(waiting[:IN_BLOCK]), request.user, clock.today())
    context = {"lines": shown, "count": waiting.count()}
    return card_response(request, "reception/_block.html", context, title="Personnes à rappeler, réponses à lire")


def _person(request: HttpRequest) -> Person | None:
    asked = request.POST.get("choose", "") or request.POST.get("person", "") or request.GET.get("personne", "")
    if not asked:
        return None
    return get_object_or_404(visible_to(request.user), pk=int(asked) if asked.isdecimal() else 0)
