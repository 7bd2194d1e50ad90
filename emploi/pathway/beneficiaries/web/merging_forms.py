"""The forms that put two records together and part them."""

from __future__ import annotations

from typing import Any

from django import forms

from emploi.foundation.ui.forms import ReasonForm
from emploi.pathway.beneficiaries.queries.merging import Comparison

KEPT, ABSORBED = "kept", "absorbed"


class MergeForm(ReasonForm):
    """Which value is kept where the two records differ, why they are one person, and a confirmation when in doubt."""

    confirmed = forms.BooleanField(
        label="J’ai lu ces avertissements et je confirme : c’est la même personne", required=False
    )

    def __init__(self, *args: Any, comparison: Comparison, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "Pourquoi c’est la même personne"
        self.fields["reason"].help_text = "Par exemple : pièce d’identité vue, même numéro de sécurité sociale."
        self.fields["reason"].max_length = 400
        self.comparison = comparison
        for line in comparison.fields:
            if line.differs:
                self.fields[line.name] = forms.ChoiceField(
                    label=line.label,
                    choices=[
                        (KEPT, f"{line.kept or 'rien'} (fiche gardée)"),
                        (ABSORBED, f"{line.absorbed or 'rien'} (fiche absorbée)"),
                    ],
                    initial=ABSORBED if line.takes_absorbed else KEPT,
                    widget=forms.RadioSelect,
                    error_messages={"required": f"Choisissez la valeur à garder : {line.label.lower()}."},
                )

    @property
    def choices(self) -> list[forms.BoundField]:
        """The fields where the two records differ."""
        return [self[line.name] for line in self.comparison.fields if line.differs]

    def adopted(self) -> list[str]:
        """Return the choices taken from the absorbed record."""
        data = self.cleaned_data
        return [line.name for line in self.comparison.fields if line.differs and data.get(line.name) == ABSORBED]


class UndoForm(ReasonForm):
    """Why two records are parted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "Pourquoi vous séparez ces fiches"
