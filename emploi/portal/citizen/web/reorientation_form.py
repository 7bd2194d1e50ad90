"""The form of a person who asks for another orientation: one choice, a few words if she wants."""

from __future__ import annotations

from typing import Any

from django import forms

from emploi.foundation.ui.free_text import FreeTextField
from emploi.pathway.orientation.enums import ReorientationCause


class ReorientationForm(forms.Form):
    """Why, in a list, then in her own words."""

    cause = forms.ChoiceField(
        label="Pourquoi voulez-vous changer ?",
        choices=ReorientationCause.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une raison dans la liste.", "invalid_choice": "Choisissez une raison."},
    )
    reason = FreeTextField(
        label="Vous voulez nous en dire plus ?",
        rows=4,
        max_length=1000,
        required=False,
        help_text="N’écrivez rien sur votre santé : vous nous en parlerez si vous voulez.",
    )

    def clean(self) -> dict[str, Any]:
        """Another reason is said in words."""
        data = super().clean() or {}
        if data.get("cause") == ReorientationCause.OTHER and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Écrivez votre raison en quelques mots.")
        return data
