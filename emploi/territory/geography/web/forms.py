"""Forms of the places and of the territories."""

import re
from typing import Any

from django import forms

from emploi.foundation.ui.forms import PhoneField, ReasonForm
from emploi.territory.geography import queries, weeks
from emploi.territory.geography.enums import PlaceKind
from emploi.territory.geography.models import Commune, Grid, Place
from emploi.territory.geography.rules import search_name


class HoursField(forms.CharField):
    """The hours of one day, typed as people write them."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"placeholder": "8h30-12h, 13h30-17h", "autocomplete": "off"}
        super().__init__(max_length=80, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: str) -> weeks.Hours:
        """Read them, or say how to write them."""
        try:
            return weeks.read_hours(super().clean(value))
        except ValueError as error:
            said = "Écrivez les heures dans l'ordre, comme : 8h30-12h, 13h30-17h. Vide : fermé ce jour-là."
            raise forms.ValidationError(said) from error


def how_many(label: str, help_text: str) -> forms.IntegerField:
    """A number of desks or seats, or nothing when nobody knows."""
    said = "Écrivez un nombre entre 0 et 500, ou rien."
    return forms.IntegerField(
        label=label, min_value=0, max_value=500, required=False, help_text=help_text,
        error_messages={"invalid": said, "min_value": said, "max_value": said},
    )  # fmt: skip


class SectorField(forms.CharField):
    """Communes of the Département by their names, one a line or between commas."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def clean(self, value: str) -> list[str]:
        """Return their codes, or say which name nobody knows."""
        names = [name.strip() for name in re.split(r"[\n,;]", super().clean(value)) if name.strip()]
        known = {commune.name_sort: commune.pk for commune in queries.department_communes()} if names else {}
        unknown = [name for name in names if search_name(name) not in known]
        if unknown:
            raise forms.ValidationError(f"Commune inconnue dans le Département : {', '.join(unknown)}.")
        return sorted({known[search_name(name)] for name in names})


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
    kind = forms.ChoiceField(
        label="Ce que c'est", choices=PlaceKind.choices, initial=PlaceKind.ANTENNA, required=False,
        help_text="Un type de rendez-vous peut se donner dans toutes les mairies, par exemple.",
    )  # fmt: skip
    capacity = how_many(
        "Bureaux pour recevoir",
        help_text="Combien d'agents peuvent recevoir en même temps. Vide : pas de limite.",
    )
    room_seats = how_many(
        "Places de la salle de réunion",
        help_text="Pour les réunions collectives. 0 : pas de salle. Vide : pas de limite.",
    )
    sector = SectorField(
        label="Secteur", required=False,
        help_text="Communes dont les personnes sont envoyées ici en premier, une par ligne. Vide : le plus proche.",
    )  # fmt: skip
    is_reserved = forms.BooleanField(
        label="Réservé aux personnes de son secteur", required=False,
        help_text="Les autres ne peuvent pas le choisir avec leur lien. Un agent peut toujours y donner rendez-vous.",
    )  # fmt: skip
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
        for number, day in enumerate(weeks.DAYS, start=1):
            self.fields[f"hours_{number}"] = HoursField(label=day.capitalize(), required=False)

    @property
    def hours_fields(self) -> list[forms.BoundField]:
        """The hours of each day of the week."""
        return [self[f"hours_{number}"] for number in range(1, len(weeks.DAYS) + 1)]

    def clean_kind(self) -> str:
        """Nothing said: another place."""
        return self.cleaned_data["kind"] or PlaceKind.OTHER

    def clean(self) -> dict[str, Any]:
        """The hours of the week together."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        week = {number: cleaned.get(f"hours_{number}") or () for number in range(1, len(weeks.DAYS) + 1)}
        cleaned["opening_hours"] = weeks.stored(week)
        if cleaned.get("is_reserved") and "sector" in cleaned and not cleaned["sector"]:
            self.add_error("sector", "Écrivez les communes du secteur auquel ce lieu est réservé.")
        return cleaned

    @staticmethod
    def values_of(place: Place) -> dict[str, Any]:
        """What the form shows of an existing place."""
        days = range(1, len(weeks.DAYS) + 1)
        hours = {f"hours_{day}": weeks.typed(weeks.hours_of(place.opening_hours, day)) for day in days}
        names = Commune.objects.filter(pk__in=place.sector).values_list("name", flat=True)
        sector = {"sector": "\n".join(names.order_by("name_sort"))}
        return {name: getattr(place, name) for name in PlaceForm.base_fields} | hours | sector


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
