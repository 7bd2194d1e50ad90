"""Naming the référent unique of one person, or another in her place."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.forms import attempt
from emploi.foundation.ui.free_text import FreeTextField
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.models import Decision
from emploi.pathway.orientation.web import shell
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.words import periods_shown
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission


class ReferentField(forms.ModelChoiceField):
    """An agent, by her full name."""

    def label_from_instance(self, obj: Agent) -> str:
        """The name people know."""
        return obj.full_name


class ReferentForm(forms.Form):
    """Who accompanies the person from today, and why another one when somebody is in place."""

    referent = ReferentField(
        Agent.objects.none(),
        label="Référent unique",
        empty_label="Choisir",
        error_messages={"required": "Choisissez un professionnel.", "invalid_choice": "Choisissez un professionnel."},
    )
    reason = FreeTextField(
        label="Pourquoi ce changement",
        max_length=300,
        rows=2,
        error_messages={"required": "Écrivez pourquoi vous changez de référent."},
    )

    def __init__(self, *args: Any, decision: Decision, is_in_place: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = queries.referents_of(decision.responsible_organization_id, clock.today())
        self.fields["referent"].queryset = found.exclude(pk=decision.referent_id) if decision.referent_id else found
        self.fields["referent"].label = f"Professionnel de {decision.responsible_organization.name}"
        if not is_in_place:
            del self.fields["reason"]


@requires(Permission.NAME_REFERENT)
@require_http_methods(["GET", "HEAD", "POST"])
def referent(request: AgentRequest, decision_id: int) -> HttpResponse:
    """Name or change the referent; who was it, from when to when, stays written below."""
    mine = permissions.to_name_by(request.user).values("pk")
    rows = queries.with_departures(queries.decisions(), clock.today()).filter(pk__in=mine)
    decision = get_object_or_404(rows, pk=decision_id)
    is_in_place = decision.referent is not None and not decision.referent_left
    form = ReferentForm(request.POST or None, decision=decision, is_in_place=is_in_place)
    if request.method != "POST":
        shell.trace(request, decision.person_id, "Référent")
    elif form.is_valid() and attempt(form, partial(_name, request, decision, form)):
        messages.success(request, f"{form.cleaned_data['referent'].full_name} est le référent.")
        return redirect("orientation:decision", decision_id=decision.pk)
    sees_health = permissions.sees_health(request.user)
    context = {
        "decision": decision,
        "person": decision.person,
        "form": form,
        "is_in_place": is_in_place,
        "periods": periods_shown(queries.referent_periods(decision.person_id), sees_health=sees_health),
        "coming": list(queries.coming_with(decision, clock.now())) if decision.referent_id else [],
        "may_choose": form.fields["referent"].queryset.exists(),
    }
    return render(request, "orientation/page_referent.html", context, status=422 if form.errors else 200)


def _name(request: AgentRequest, decision: Decision, form: ReferentForm) -> Decision:
    return actions.name_referent(
        decision_id=decision.pk,
        referent_id=form.cleaned_data["referent"].pk,
        reason=form.cleaned_data.get("reason", ""),
        keeps_health_words=True,  # the field asked already
        by=request.user.as_actor(),
        at=clock.now(),
    )
