"""What an agent states about a person: a death, an exit, a return; each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.actor import Actor
from emploi.foundation.ui.forms import attempt
from emploi.pathway.beneficiaries import actions
from emploi.pathway.beneficiaries.models import Person
from emploi.portal.desk.queries.header import closed_entry, running_entry
from emploi.portal.desk.queries.people import visible
from emploi.portal.desk.web.forms import DeathForm, ExitForm, ReturnForm, SituationForm
from emploi.portal.desk.web.requests import AgentRequest
from emploi.territory.agents.roles import Permission

METHODS = ["GET", "HEAD", "POST"]
Act = Callable[[SituationForm, Actor, datetime], Any]


@requires(Permission.CREATE_PERSON)
@require_http_methods(METHODS)
def death(request: AgentRequest, person_id: int) -> HttpResponse:
    """Note a death: the entry closes, coming appointments are freed, nothing is sent any more."""
    person = _person(request, person_id)
    if person.died_on:
        raise Http404

    def act(form: SituationForm, by: Actor, at: datetime) -> Any:
        on, reason = form.cleaned_data["died_on"], form.cleaned_data["reason"]
        return actions.record_death(person_id=person.pk, on=on, reason=reason, by=by, at=at)

    said = "Le décès est noté. Plus aucun message ne partira."
    return _page(request, person, DeathForm(request.POST or None), act, said=said)


@requires(Permission.CREATE_PERSON)
@require_http_methods(METHODS)
def leave(request: AgentRequest, person_id: int) -> HttpResponse:
    """Take a person out of the pathway by hand."""
    person = _person(request, person_id)
    entry = running_entry(person.pk)
    if entry is None:
        raise Http404

    def act(form: SituationForm, by: Actor, at: datetime) -> Any:
        data = form.cleaned_data
        return actions.close_entries(
            entry_ids=[entry.pk], reason=data["why"], on=data["closed_on"], note=data["reason"], by=by, at=at
        )

    form = ExitForm(request.POST or None, opened_on=entry.opened_on, initial={"closed_on": clock.today()})
    return _page(request, person, form, act, said=f"{person.full_name} est sortie du dispositif.")


@requires(Permission.CREATE_PERSON)
@require_http_methods(METHODS)
def come_back(request: AgentRequest, person_id: int) -> HttpResponse:
    """Let the last entry of a person run again: it was closed by mistake, or the right came back."""
    person = _person(request, person_id)
    entry = closed_entry(person.pk)
    if entry is None or entry.closed_on is None or person.died_on or running_entry(person.pk):
        raise Http404

    def act(form: SituationForm, by: Actor, at: datetime) -> Any:
        on, reason = form.cleaned_data["reopened_on"], form.cleaned_data["reason"]
        return actions.reopen_entry(entry_id=entry.pk, on=on, reason=reason, by=by, at=at)

    form = ReturnForm(request.POST or None, closed_on=entry.closed_on, initial={"reopened_on": entry.closed_on})
    return _page(request, person, form, act, said=f"L’entrée de {person.full_name} court de nouveau.")


def _person(request: AgentRequest, person_id: int) -> Person:
    return get_object_or_404(visible(request.user), pk=person_id)


def _page(request: AgentRequest, person: Person, form: SituationForm, act: Act, *, said: str) -> HttpResponse:
    """Show the form, or do what it says and come back to the file; a refusal keeps what was typed."""
    if form.is_valid() and attempt(form, lambda: act(form, request.user.as_actor(), clock.now())):
        messages.success(request, said)
        return redirect("desk:person", person_id=person.pk)
    context = {"form": form, "person": person}
    return render(request, "desk/page_situation.html", context, status=422 if form.errors else 200)
