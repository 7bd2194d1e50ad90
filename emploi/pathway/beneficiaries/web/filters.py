"""Filters of the lists of this app."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from emploi.foundation.ui.lists import FilterForm
from emploi.pathway.beneficiaries.enums import ReviewKind


class ReviewFilter(FilterForm):
    """Which points to check are shown."""

    kind = forms.ChoiceField(label="À vérifier", choices=[("", "Tout"), *ReviewKind.choices])

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one kind of points."""
        kind = self.value("kind")
        return queryset.filter(kind=kind) if kind else queryset
