"""On what a decision taken without the interview of the day rests."""

from __future__ import annotations

from typing import Any

from django import forms

from emploi.foundation.ui.free_text import FreeTextField
from emploi.pathway.orientation.enums import Basis


class BasisForm(forms.Form):
    """On what the decision rests when it does not come from today's interview."""

    basis = forms.ChoiceField(label="Fondement", choices=Basis.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label="Pourquoi", max_length=500, widget=forms.Textarea(attrs={"rows": 2}), required=False)
    letter_reason = FreeTextField(
        label="Raison imprimée dans la lettre, si elle doit être dite autrement",
        help_text="Laissez vide pour imprimer la raison ci-dessus. Pas de santé : d’autres peuvent ouvrir la lettre.",
        rows=2,
        max_length=500,
        may_say_health=True,  # refused by the action: no box keeps it
        required=False,
    )
    exchange_on = forms.DateField(
        label="Date de l’échange avec la personne",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    exchange_how = FreeTextField(label="Comment (téléphone, courrier, visite)", max_length=200, required=False)

    def __init__(self, bases: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["basis"].choices = [choice for choice in Basis.choices if choice[0] in bases]

    def details(self) -> dict[str, str]:
        """Return what is kept of the conditions, as plain text."""
        data = self.cleaned_data
        day = data.get("exchange_on")
        return {
            "reason": data.get("reason", ""),
            "letter_reason": data.get("letter_reason", ""),
            "exchange_on": day.isoformat() if day else "",
            "exchange_how": data.get("exchange_how", ""),
        }
