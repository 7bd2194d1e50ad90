"""Forms of the places and of the territories."""

from typing import Any

from django import forms

from emploi.foundation.ui.forms import PhoneField, ReasonForm
from emploi.territory.geography import queries
from emploi.territory.geography.models import Grid, Place


class PlaceForm(forms.Form):
    """A place where people are received, as said to them."""

    name = forms.CharField(
        label="Nom du lieu",
        max_length=120,
        help_text="Comme sur la façade : la personne doit le reconnaître.",
        error_messages={"required": "Donnez un nom à ce lieu."},
    )
    address = forms.CharField(
        label="Adresse",
        max_length=200,
        help_text="Numéro et rue, bâtiment, étage.",
        error_messages={"required": "Indiquez l'adresse."},
    )
    commune_id = forms.ChoiceField(
        label="Commune",
        error_messages={"required": "Choisissez la commune.", "invalid_choice": "Choisissez une commune de la liste."},
    )
    phone = PhoneField(label="Téléphone", required=False, help_text="Le numéro à appeler en cas d'empêchement.")
    accessible = forms.BooleanField(label="Accessible en fauteuil roulant", required=False)
    directions = forms.CharField(
        label="Comment venir",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Arrêt de bus, parking, entrée : en phrases courtes, reprises dans les messages.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Choisir une commune"), *queries.commune_choices()]
        self.fields["commune_id"].choices = choices

    @staticmethod
    def values_of(place: Place) -> dict[str, Any]:
        """What the form shows of an existing place."""
        return {name: getattr(place, name) for name in PlaceForm.base_fields}


class MoveCommuneForm(ReasonForm):
    """Another territory of the same grid for a commune, and why."""

    territory = forms.ChoiceField(
        label="Nouveau territoire",
        error_messages={
            "required": "Choisissez un territoire.",
            "invalid_choice": "Choisissez un territoire de la liste.",
        },
    )
    field_order = ("territory", "reason")

    def __init__(self, *args: Any, grid: Grid, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Choisir un territoire"), *queries.territory_choices(grid)]
        self.fields["territory"].choices = choices


class TerritoryForm(forms.Form):
    """The name of a territory."""

    name = forms.CharField(
        label="Nom du territoire",
        max_length=120,
        error_messages={"required": "Donnez un nom au territoire."},
    )
