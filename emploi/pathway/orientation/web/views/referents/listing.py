"""People without a referent in place: nobody was named, or who was has left. One for all of those ticked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.french import pluriel
from emploi.foundation.ui.htmx import card_response
from emploi.foundation.ui.lists import FilterForm, Sort, listing
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.models import Decision
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.views.referents.naming import ReferentField
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission
from emploi.territory.geography import queries as geography

LEFT, NEVER = "parti", "aucun"
SORTS = (
    Sort("decided", "Orientée le", ("decided_on", "id")),
    Sort("person", "Personne", ("person__sort_name", "id")),
    Sort("body", "Organisme", ("responsible_organization__name", "person__sort_name", "id")),
)


class ReferentsFilters(FilterForm):
    """Body, why nobody is in place, territory."""

    organization = forms.ChoiceField(label="Organisme référent")
    why = forms.ChoiceField(
        label="Pourquoi", choices=[("", "Tous"), (NEVER, "Aucun référent nommé"), (LEFT, "Référent parti")]
    )
    territory = forms.ChoiceField(label="Territoire")

    def prepare(self) -> None:
        """Fill the choices."""
        bodies = [(str(pk), name) for pk, name in queries.bodies_in_charge().values_list("pk", "name")]
        self.fields["organization"].choices = [("", "Tous"), *bodies]
        self.fields["territory"].choices = [("", "Tous"), *geography.territory_choices()]

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the people to what is asked."""
        asked = {
            "responsible_organization": self.value("organization"),
            "entry__commune__territory_links__territory": self.value("territory"),
        }
        queryset = queryset.filter(**{name: value for name, value in asked.items() if value})
        why = self.value("why")
        return queryset.filter(referent__isnull=why == NEVER) if why else queryset


class SeveralForm(forms.Form):
    """The one referent of all the people ticked."""

    referent = ReferentField(
        Agent.objects.none(),
        label="Référent à nommer pour les personnes cochées",
        empty_label="Choisir",
        error_messages={"required": "Choisissez un professionnel.", "invalid_choice": "Choisissez un professionnel."},
    )

    def __init__(self, *args: Any, bodies: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["referent"].queryset = queries.referents_of_bodies(bodies, clock.today())


@requires(Permission.NAME_REFERENT)
@require_http_methods(["GET", "HEAD", "POST"])
def referents(request: AgentRequest) -> HttpResponse:
    """List them, tick, name one referent for all; who may not have her is said with the reason."""
    mine = _mine(request.user)
    filters = ReferentsFilters(request.GET)
    page = listing(request, mine, filters=filters, sorts=SORTS, default_sort="decided")
    bodies = filters.apply(mine).order_by().values("responsible_organization")
    form = SeveralForm(request.POST or None, bodies=bodies)
    chosen = {int(pk) for pk in request.POST.getlist("decision") if pk.isdecimal()}
    if request.method == "POST" and form.is_valid():
        ticked = list(mine.filter(pk__in=chosen))
        if not ticked:
            form.add_error(None, "Cochez au moins une personne.")
        else:
            _name_all(request, ticked, form.cleaned_data["referent"])
            return redirect(request.get_full_path())
    context = {"listing": page, "rows": page.rows, "form": form, "chosen": chosen}
    return render(request, "orientation/page_referents.html", context, status=422 if form.errors else 200)


@requires(Permission.NAME_REFERENT)
@require_safe
def block(request: AgentRequest) -> HttpResponse:
    """ "Ma journée": how many people have nobody, and how many of them lost who they had."""
    mine = _mine(request.user).order_by()
    context = {"left": mine.exclude(referent=None).count(), "never": mine.filter(referent=None).count()}
    return card_response(request, "orientation/_block_referents.html", context, title="Référents à nommer")


def _mine(agent: Agent) -> QuerySet[Decision]:
    return queries.referents_to_name(clock.today()).filter(pk__in=permissions.to_name_by(agent).values("pk"))


def _name_all(request: AgentRequest, ticked: list[Decision], referent: Agent) -> None:
    people = {decision.pk: decision.person.full_name for decision in ticked}
    named = actions.name_referents(
        decision_ids=list(people), referent_id=referent.pk, by=request.user.as_actor(), at=clock.now()
    )
    if named.done:
        said = pluriel(named.done, "personne", "personnes")
        messages.success(request, f"{referent.full_name} est maintenant le référent de {said}.")
    for decision_id, sentence in named.refused:
        messages.error(request, f"{people[decision_id]} : {sentence}")
