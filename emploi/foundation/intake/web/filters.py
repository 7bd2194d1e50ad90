"""Filters of the list of runs."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from emploi.foundation.intake import registry, workflow
from emploi.foundation.ui.lists import FilterForm


class RunFilters(FilterForm):
    """By kind of file and by state."""

    nature = forms.ChoiceField(label="Fichier")
    etat = forms.ChoiceField(label="État", choices=[("", "Tous"), *workflow.RUN.states.items()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.base_fields["nature"].choices = [
            ("", "Tous"),
            *((kind.slug, kind.title) for kind in registry.registered()),
        ]
        super().__init__(*args, **kwargs)

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value("nature"):
            queryset = queryset.filter(kind=self.value("nature"))
        if self.value("etat"):
            queryset = queryset.filter(status=self.value("etat"))
        return queryset
