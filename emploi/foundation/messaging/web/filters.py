"""Filters of the list of messages, kept in the URL."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from emploi.foundation.clock import ZONE
from emploi.foundation.messaging.enums import Channel, Status
from emploi.foundation.messaging.rules import recipients
from emploi.foundation.ui.lists import FilterForm

DATE = {"type": "date"}


class MessageFilters(FilterForm):
    """Channel, state, days, person, recipient; every combination is an address one can send."""

    channel = forms.ChoiceField(label="Moyen", choices=[("", "Tous"), *Channel.choices])
    status = forms.ChoiceField(label="État", choices=[("", "Tous"), *Status.choices])
    since = forms.DateField(label="Créés depuis le", widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    until = forms.DateField(label="Jusqu’au", widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    q = forms.CharField(label="Numéro, adresse ou objet", max_length=100)
    person = forms.IntegerField(
        label="Personne n°", min_value=1, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the messages."""
        return self.without_status(queryset).filter(**({"status": s} if (s := self.value("status")) else {}))

    def without_status(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow by everything but the state, for the counts by state."""
        if channel := self.value("channel"):
            queryset = queryset.filter(channel=channel)
        if person := self.value("person"):
            queryset = queryset.filter(person_id=person)
        if since := self.value("since"):
            queryset = queryset.filter(created_at__gte=datetime.combine(since, time(0), ZONE))
        if until := self.value("until"):
            queryset = queryset.filter(created_at__lt=datetime.combine(until + timedelta(days=1), time(0), ZONE))
        if text := self.value("q"):
            queryset = queryset.filter(_matching(text.strip()))
        return queryset


def _matching(text: str) -> Q:
    mobile = recipients.mobile(text)
    if not mobile.problem:
        return Q(recipient=mobile.value)
    return Q(recipient__icontains=text) | Q(subject__icontains=text) | Q(about__icontains=text)
