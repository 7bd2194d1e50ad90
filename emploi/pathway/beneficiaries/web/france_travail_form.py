"""The form of what an agent knows of France Travail."""

from __future__ import annotations

from typing import Any

from django import forms

from emploi.pathway.beneficiaries.actions import FranceTravailFacts
from emploi.pathway.beneficiaries.enums import RecommendedPath
from emploi.pathway.beneficiaries.models import Entry, Person

FOLLOWED = {"unknown": None, "yes": True, "no": False}
_ANSWERS = [("unknown", "Inconnu"), ("yes", "Oui"), ("no", "Non")]
_DATE_ERRORS = {"invalid": "Cette date n’existe pas. Exemple : 12/04/2026."}


def _date_field(label: str, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text, error_messages=_DATE_ERRORS)


class FranceTravailForm(forms.Form):
    """Number, present follow-up and pathway recommended by France Travail."""

    number = forms.CharField(label="Numéro France Travail", max_length=20, required=False)
    followed = forms.ChoiceField(
        label="Suivi par France Travail",
        choices=_ANSWERS,
        widget=forms.RadioSelect,
        help_text="Demandez-le à la personne : un ancien numéro ne dit pas qu’elle est suivie aujourd’hui.",
        error_messages={"required": "Choisissez oui, non ou inconnu."},
    )
    since = _date_field("Suivie depuis le", "Laissez vide si la date n’est pas connue.")
    path = forms.ChoiceField(
        label="Parcours recommandé par France Travail",
        choices=[("", "Aucun"), *RecommendedPath.choices],
        required=False,
    )
    path_on = _date_field("Recommandé le")

    @staticmethod
    def values_of(person: Person, entry: Entry | None) -> dict[str, Any]:
        """Return what is known already, as the form shows it."""
        if entry is None:
            return {"number": person.france_travail_number, "followed": "unknown"}
        answer = next(key for key, value in FOLLOWED.items() if value is entry.france_travail_followed)
        return {
            "number": person.france_travail_number,
            "followed": answer,
            "since": entry.france_travail_since,
            "path": entry.france_travail_path,
            "path_on": entry.france_travail_path_on,
        }

    def told(self) -> FranceTravailFacts:
        """Return what was typed."""
        data = self.cleaned_data
        return FranceTravailFacts(
            number=data["number"],
            followed=FOLLOWED[data["followed"]],
            since=data["since"],
            path=data["path"],
            path_on=data["path_on"],
        )
