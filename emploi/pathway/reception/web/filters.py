"""Filters of the calls."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from emploi.foundation.ui.lists import FilterForm
from emploi.pathway.reception.enums import CallState, Subject

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CallFilter(FilterForm):
    """By state, subject and dates."""

    state = forms.ChoiceField(label="État", choices=[("", "Tous"), *CallState.choices])
    subject = forms.ChoiceField(label="Sujet", choices=[("", "Tous"), *Subject.choices])
    since = forms.DateField(label="Depuis le", widget=_DAY)
    until = forms.DateField(label="Jusqu’au", widget=_DAY)

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the calls."""
        asked = {
            "state": self.value("state"),
            "subject": self.value("subject"),
            "received_at__date__gte": self.value("since"),
            "received_at__date__lte": self.value("until"),
        }
        return queryset.filter(**{name: value for name, value in asked.items() if value})
