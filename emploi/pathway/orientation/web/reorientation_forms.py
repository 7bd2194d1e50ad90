"""Forms of a request of another orientation."""

from __future__ import annotations

from typing import Any

from django import forms

from emploi.foundation.ui.free_text import FreeTextField
from emploi.foundation.ui.lists import FilterForm
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.enums import Initiator, ReorientationState, Route
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
    asked_on = day_field("Demandée le")
    reason = FreeTextField(
        label="Pourquoi",
        rows=3,
        max_length=1000,
        error_messages={"required": "Écrivez pourquoi une autre orientation est demandée."},
    )
    wished = forms.ModelChoiceField(
        label="Voie souhaitée", queryset=Modality.objects.none(), required=False, empty_label="Aucune en particulier"
    )

    def __init__(self, *args: Any, sees_health: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_ones = queries.active_modalities()
        self.fields["wished"].queryset = open_ones if sees_health else open_ones.filter(is_sensitive=False)


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


class ReorientationFilters(FilterForm):
    """State, initiator, lateness."""

    state = forms.ChoiceField(
        label="État", choices=[("", "Toutes"), ("open", "Sans réponse"), *ReorientationState.choices]
    )
    initiator = forms.ChoiceField(label="Demandée par", choices=[("", "Tous"), *Initiator.choices])

    def apply(self, queryset: Any) -> Any:
        """Narrow the requests to what is asked."""
        state, initiator = self.value("state"), self.value("initiator")
        if state == "open":
            queryset = queryset.filter(pk__in=queries.waiting_reorientations().order_by().values("pk"))
        elif state:
            queryset = queryset.filter(state=state)
        return queryset.filter(initiator=initiator) if initiator else queryset
