"""Filters of the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from emploi.foundation.ui.lists import FilterForm
from emploi.pathway.outreach.enums import ContactForm, Outcome
from emploi.territory.geography.queries import commune_choices
from emploi.territory.organizations.queries import choices as organization_choices

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RegisterFilter(FilterForm):
    """By dates, form, commune, partner and outcome."""

    since = forms.DateField(label="Depuis le", widget=_DAY)
    until = forms.DateField(label="Jusqu’au", widget=_DAY)
    kind = forms.ChoiceField(label="Forme", choices=[("", "Toutes"), *ContactForm.choices])
    commune = forms.ChoiceField(label="Commune")
    partner = forms.ChoiceField(label="Partenaire")
    outcome = forms.ChoiceField(label="Suite", choices=[("", "Toutes"), *Outcome.choices])

    def prepare(self) -> None:
        """Read the communes and the partners once."""
        self.fields["commune"].choices = [("", "Toutes"), *commune_choices()]  # type: ignore[attr-defined]
        self.fields["partner"].choices = [("", "Tous"), *organization_choices()]  # type: ignore[attr-defined]

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the register."""
        asked = {
            "held_on__gte": self.value("since"),
            "held_on__lte": self.value("until"),
            "kind": self.value("kind"),
            "commune": self.value("commune"),
            "partner": self.value("partner"),
            "outcome": self.value("outcome"),
        }
        return queryset.filter(**{name: value for name, value in asked.items() if value})
