"""Forms of the regular meetings."""

from __future__ import annotations

from typing import Any

from django import forms

from emploi.foundation.ui.free_text import FreeTextField
from emploi.pathway.appointments import queries as appointments
from emploi.pathway.appointments.enums import Modality
from emploi.pathway.support.actions import RhythmPlan
from emploi.pathway.support.models import LONGEST_WEEKS

WEEKS = {
    "required": "Indiquez toutes les combien de semaines.",
    "min_value": "Une semaine au moins.",
    "max_value": f"{LONGEST_WEEKS} semaines au plus.",
    "invalid": "Écrivez un nombre de semaines, par exemple 4.",
}


class RhythmForm(forms.Form):
    """What is agreed with the person: which meeting, how, how often, with whom, why."""

    kind = forms.TypedChoiceField(
        label="Type de rendez-vous", coerce=int, error_messages={"required": "Choisissez le type de rendez-vous."}
    )
    modality = forms.ChoiceField(
        label="Comment",
        choices=Modality.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites comment vous vous rencontrerez."},
    )
    every_weeks = forms.IntegerField(
        label="Toutes les (semaines)", min_value=1, max_value=LONGEST_WEEKS, initial=4, error_messages=WEEKS
    )
    since = forms.DateField(
        label="Premier entretien à partir du",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Indiquez ce jour.", "invalid": "Écrivez le jour comme 24/11/2026."},
    )
    agent = forms.TypedChoiceField(label="Avec", coerce=int, error_messages={"required": "Choisissez avec qui."})
    reason = FreeTextField(
        label="Pourquoi",
        max_length=300,
        rows=2,
        error_messages={"required": "Écrivez pourquoi ces entretiens sont convenus."},
    )

    def __init__(self, *args: Any, agents: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = appointments.kinds().filter(is_first_interview=False)
        # A field is looked up by its name: only its declaration says that it is a list of choices.
        self.fields["kind"].choices = [(kind.pk, kind.name) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["agent"].choices = agents  # type: ignore[attr-defined]

    def plan(self) -> RhythmPlan:
        """Return what was typed."""
        data = self.cleaned_data
        return RhythmPlan(
            kind_id=data["kind"],
            with_id=data["agent"],
            modality=data["modality"],
            every_weeks=data["every_weeks"],
            since=data["since"],
            reason=data["reason"],
        )
