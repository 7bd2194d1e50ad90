"""Filters of the calls and replies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from emploi.foundation.ui.lists import FilterForm
from emploi.pathway.reception.enums import WAITING, CallState, Means, Subject

OPEN = "open"
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CallFilter(FilterForm):
    """By state, means, subject, dates, and those nobody recognised."""

    state = forms.ChoiceField(label="État", choices=[("", "Tous"), (OPEN, "En attente"), *CallState.choices])
    means = forms.ChoiceField(label="Moyen", choices=[("", "Tous"), *Means.choices])
    unknown = forms.BooleanField(label="Inconnus seulement")
    subject = forms.ChoiceField(label="Sujet", choices=[("", "Tous"), *Subject.choices])
    since = forms.DateField(label="Depuis le", widget=_DAY)
    until = forms.DateField(label="Jusqu’au", widget=_DAY)

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the calls."""
        state = self.value("state")
        asked = {
            "state__in": WAITING if state == OPEN else [state] if state else None,
            "means": self.value("means"),
            "person__isnull": self.value("unknown"),
            "subject": self.value("subject"),
            "received_at__date__gte": self.value("since"),
            "received_at__date__lte": self.value("until"),
        }
        return queryset.filter(**{name: value for name, value in asked.items() if value})
