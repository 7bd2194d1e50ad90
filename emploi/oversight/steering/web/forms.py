"""The form of a typed figure: a value, its months, where it comes from."""

from __future__ import annotations

from django import forms

from emploi.foundation.ui.free_text import FreeTextField
from emploi.oversight.steering.catalogue import Listed
from emploi.oversight.steering.web.filters import MONTH_INPUT

MONTH_ERRORS = {"required": "Indiquez un mois.", "invalid": "Écrivez le mois ainsi : 2026-10."}


class TypedFigureForm(forms.Form):
    """What somebody types; the action checks what a form cannot know."""

    value = forms.DecimalField(
        label="Valeur",
        max_digits=14,
        decimal_places=2,
        localize=True,
        error_messages={
            "required": "Indiquez la valeur.",
            "invalid": "Écrivez un nombre, par exemple 12 ou 12,5.",
            "max_digits": "Ce nombre est trop grand.",
            "max_whole_digits": "Ce nombre est trop grand.",
            "max_decimal_places": "Deux chiffres après la virgule au plus.",
        },
    )
    since = forms.DateField(label="Du mois", input_formats=["%Y-%m"], widget=MONTH_INPUT, error_messages=MONTH_ERRORS)
    until = forms.DateField(
        label="Au mois",
        help_text="Le même mois pour un chiffre mensuel, décembre pour une année.",
        input_formats=["%Y-%m"],
        widget=MONTH_INPUT,
        error_messages=MONTH_ERRORS,
    )
    comment = FreeTextField(
        label="D’où vient ce chiffre",
        help_text="Le document, la réunion ou la personne qui le donne.",
        max_length=500,
        required=False,
        rows=2,
        error_messages={"max_length": "500 caractères au plus."},
    )

    def __init__(self, listed: Listed, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they are
        self.fields["value"].label = "Valeur : 1 réalisé, 0 non réalisé" if listed.is_milestone else "Valeur"
        if not listed.is_milestone:
            self.fields["value"].help_text = f"En {listed.unit}." if listed.is_share else f"Nombre : {listed.unit}."
