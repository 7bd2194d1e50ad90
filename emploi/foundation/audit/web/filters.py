"""What the lists of traces can be narrowed by."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from emploi.foundation import clock
from emploi.foundation.ui.lists import FilterForm


class TraceFilter(FilterForm):
    """By day, by author, by person."""

    since = forms.DateField(label="Depuis le", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="Jusqu'au", widget=forms.DateInput(attrs={"type": "date"}))
    person = forms.IntegerField(label="N° de personne", min_value=1)
    author_field = "actor_label"

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrows by the bounds given, last day included."""
        if since := self.value("since"):
            queryset = queryset.filter(at__gte=clock.start_of(since))
        if until := self.value("until"):
            queryset = queryset.filter(at__lt=clock.start_of(until + timedelta(days=1)))
        if person := self.value("person"):
            queryset = queryset.filter(person_id=person)
        return self._by_author(queryset)

    def _by_author(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        author = self.value("author")
        return queryset.filter(**{f"{self.author_field}__icontains": author}) if author else queryset


class JournalFilter(TraceFilter):
    """The journal, by its author."""

    author = forms.CharField(label="Auteur")


class ConsultationFilter(TraceFilter):
    """Consultations, by the agent who opened the file."""

    author = forms.CharField(label="Agent")
    author_field = "agent_label"


class ChangeFilter(FilterForm):
    """Changes of values, by table, row and author."""

    table = forms.CharField(label="Table")
    row = forms.IntegerField(label="N° de ligne", min_value=1)
    author = forms.CharField(label="Auteur")

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrows by exact table and row, by part of the author."""
        if table := self.value("table"):
            queryset = queryset.filter(table_name=table)
        if row := self.value("row"):
            queryset = queryset.filter(row_id=row)
        if author := self.value("author"):
            queryset = queryset.filter(actor__icontains=author)
        return queryset
