"""The form of one line of the register: short enough for a phone at the end of a meeting."""

from __future__ import annotations

from typing import Any

from django import forms

from emploi.foundation.ui.free_text import FreeTextField
from emploi.pathway.outreach.enums import ContactForm, Outcome, Topic
from emploi.pathway.outreach.facts import TypedInformation
from emploi.pathway.outreach.models import Information
from emploi.territory.geography.queries import commune_choices
from emploi.territory.organizations.queries import choices as organization_choices

_MOST = 500


class InformationForm(forms.Form):
    """When, where, with whom, how many, of what, and what came of it."""

    held_on = forms.DateField(
        label="Date",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Indiquez la date.", "invalid": "Cette date n’existe pas. Exemple : 12/04/2026."},
    )
    kind = forms.ChoiceField(
        label="Forme",
        choices=ContactForm.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez comment l’information a été donnée."},
    )
    commune = forms.ChoiceField(
        label="Commune",
        help_text="Là où vivent les personnes, ou là où se tient la réunion.",
        error_messages={
            "required": "Choisissez la commune.",
            "invalid_choice": "Choisissez une commune de la liste.",
        },
    )
    partner = forms.ChoiceField(label="Avec quel partenaire", required=False)
    place = FreeTextField(label="Lieu", max_length=120, required=False, help_text="Mairie, centre social, marché…")
    people = forms.IntegerField(
        label="Nombre de personnes",
        min_value=1,
        max_value=_MOST,
        initial=1,
        error_messages={
            "required": "Indiquez combien de personnes ont été informées.",
            "invalid": "Écrivez un nombre, par exemple 12.",
            "min_value": "Indiquez au moins une personne.",
            "max_value": "Ce nombre est trop grand : 500 personnes au plus.",
        },
    )
    topics = forms.MultipleChoiceField(
        label="Sujets",
        choices=Topic.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un sujet."},
    )
    outcome = forms.ChoiceField(
        label="Suite",
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce qui a suivi."},
    )
    claims_filed = forms.IntegerField(
        label="Demandes de RSA déposées",
        min_value=0,
        max_value=_MOST,
        required=False,
        help_text="Pour une réunion : combien de personnes ont déposé leur demande.",
        error_messages={"invalid": "Écrivez un nombre, par exemple 2.", "min_value": "Écrivez zéro ou plus."},
    )
    note = FreeTextField(
        label="Remarque",
        max_length=500,
        required=False,
        rows=3,
        help_text="Sans nom, sans numéro, sans rien sur la santé : ce registre ne nomme personne.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        communes = [("", "Choisissez"), *commune_choices()]
        partners = [("", "Aucun : le Département seul"), *organization_choices()]
        self.fields["commune"].choices = communes  # type: ignore[attr-defined]
        self.fields["partner"].choices = partners  # type: ignore[attr-defined]

    def typed(self) -> TypedInformation:
        """Return the line as typed."""
        data = self.cleaned_data
        return TypedInformation(
            held_on=data["held_on"],
            kind=data["kind"],
            commune_code=data["commune"],
            partner_id=int(data["partner"]) if data["partner"] else None,
            place=data["place"],
            people=data["people"],
            topics=tuple(data["topics"]),
            outcome=data["outcome"],
            claims_filed=data["claims_filed"] or 0,
            note=data["note"],
        )


def values_of(line: Information) -> dict[str, Any]:
    """Return what the form shows of a line to correct."""
    names = ("held_on", "kind", "place", "people", "topics", "outcome", "claims_filed", "note")
    return {
        **{name: getattr(line, name) for name in names},
        "commune": line.commune_id,
        "partner": str(line.partner_id or ""),
    }
