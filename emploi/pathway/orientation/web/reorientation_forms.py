"""Forms of a request of another orientation."""

from __future__ import annotations

from typing import Any

from django import forms

from emploi.foundation import clock
from emploi.foundation.ui.free_text import FreeTextField
from emploi.foundation.ui.lists import FilterForm
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.enums import AskedVia, Initiator, ReorientationCause, ReorientationState, Route
from emploi.pathway.orientation.models import Modality
from emploi.pathway.orientation.web.rule_forms import day_field


class AskForm(forms.Form):
    """Who asks, since when, and why."""

    initiator = forms.ChoiceField(
        label="Qui demande",
        choices=Initiator.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites qui demande."},
    )
    via = forms.ChoiceField(
        label="Comment la demande est arrivée",
        choices=[choice for choice in AskedVia.choices if choice[0] != AskedVia.ONLINE],
        widget=forms.RadioSelect,
        initial=AskedVia.AGENT,
        required=False,
    )
    asked_on = day_field("Demandée le")
    cause = forms.ChoiceField(
        label="Raison", choices=[("", "Choisir, si une raison convient"), *ReorientationCause.choices], required=False
    )
    reason = FreeTextField(label="Pourquoi, avec les mots de qui demande", rows=3, max_length=1000, required=False)
    wished = forms.ModelChoiceField(
        label="Voie souhaitée", queryset=Modality.objects.none(), required=False, empty_label="Aucune en particulier"
    )

    def __init__(self, *args: Any, sees_health: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_ones = queries.active_modalities()
        self.fields["wished"].queryset = open_ones if sees_health else open_ones.filter(is_sensitive=False)

    def clean_via(self) -> str:
        """A request without any other word was told to an agent."""
        return self.cleaned_data.get("via") or AskedVia.AGENT


class ExamineForm(forms.Form):
    """The route, and the opinion when there is one."""

    route = forms.ChoiceField(
        label="Comment",
        choices=Route.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites comment la demande est examinée."},
    )
    opinion = FreeTextField(
        label="Avis de l’équipe pluridisciplinaire, s’il est connu", rows=2, max_length=1000, required=False
    )
    opinion_on = day_field("Avis du", required=False)


class EndForm(forms.Form):
    """Why a request is refused or dropped."""

    reason = FreeTextField(
        label="Pourquoi", rows=2, max_length=1000, error_messages={"required": "Indiquez la raison."}
    )


class RefuseForm(EndForm):
    """Why a request is refused, and what the letter says of it when the reason speaks of health."""

    letter_reason = FreeTextField(
        label="Raison imprimée dans la lettre, si elle doit être dite autrement",
        help_text="Laissez vide pour imprimer la raison ci-dessus. Pas de santé : d’autres peuvent ouvrir la lettre.",
        rows=2,
        max_length=1000,
        may_say_health=True,  # refused by the action: no box keeps it
        required=False,
    )


class ReorientationFilters(FilterForm):
    """State, initiator, lateness."""

    state = forms.ChoiceField(
        label="État",
        choices=[
            ("", "Toutes"),
            ("open", "Sans réponse"),
            ("late", "En retard"),
            ("untold", "Refus à notifier"),
            *ReorientationState.choices,
        ],
    )
    initiator = forms.ChoiceField(label="Demandée par", choices=[("", "Tous"), *Initiator.choices])
    route = forms.ChoiceField(label="Examinée", choices=[("", "Toutes"), *Route.choices, ("none", "Pas encore")])
    since = forms.DateField(label="Depuis le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def apply(self, queryset: Any) -> Any:
        """Narrow the requests to what is asked."""
        state = self.value("state")
        if state in ("open", "late"):
            waiting = queries.waiting_reorientations().order_by()
            waiting = waiting.filter(due_on__lt=clock.today()) if state == "late" else waiting
            queryset = queryset.filter(pk__in=waiting.values("pk"))
        elif state == "untold":
            queryset = queryset.filter(state=ReorientationState.REFUSED, told_on=None)
        elif state:
            queryset = queryset.filter(state=state)
        route = self.value("route")
        simple = {"initiator": self.value("initiator"), "asked_on__gte": self.value("since")}
        queryset = queryset.filter(**{name: value for name, value in simple.items() if value})
        return queryset.filter(route="" if route == "none" else route) if route else queryset
