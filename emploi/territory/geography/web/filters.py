"""What the lists of places and communes can be narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from emploi.foundation.ui.lists import FilterForm
from emploi.territory.geography import queries
from emploi.territory.geography.enums import PlaceKind
from emploi.territory.geography.rules import search_name

OPEN, CLOSED = "ouverts", "fermes"
STATES = [("", "Tous"), (OPEN, "Ouverts"), (CLOSED, "Fermés")]


class PlaceFilter(FilterForm):
    """Places by name or commune, territory and state."""

    q = forms.CharField(label="Nom ou commune")
    territory = forms.ChoiceField(label="Territoire")
    kind = forms.ChoiceField(label="Nature", choices=[("", "Toutes"), *PlaceKind.choices])
    state = forms.ChoiceField(label="État", choices=STATES)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["territory"].choices = [("", "Tous"), *queries.territory_choices()]
        self.full_clean()

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrows the places."""
        if q := self.value("q"):
            queryset = queryset.filter(Q(name__icontains=q) | Q(commune__name_sort__contains=search_name(q)))
        if territory := self.value("territory"):
            queryset = queryset.filter(commune__territory_links__territory_id=territory)
        if kind := self.value("kind"):
            queryset = queryset.filter(kind=kind)
        if state := self.value("state"):
            queryset = queryset.filter(is_active=state == OPEN)
        return queryset


class CommuneFilter(FilterForm):
    """Communes by name, postal code or INSEE code."""

    q = forms.CharField(label="Nom, code postal ou code INSEE")

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrows the communes."""
        if q := self.value("q"):
            wanted = search_name(q)
            by_code = Q(code=wanted) | Q(postal_codes__contains=[wanted])
            queryset = queryset.filter(by_code | Q(name_sort__contains=wanted))
        return queryset
