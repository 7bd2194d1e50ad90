"""Filters of the list of orientations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from emploi.foundation import clock
from emploi.foundation.ui.lists import FilterForm
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.enums import Basis, LegalPath
from emploi.pathway.orientation.models import Decision
from emploi.territory.geography import queries as geography
from emploi.territory.organizations.queries import responsible_bodies

FOLLOW_UP = (
    ("to_notify", "À notifier"),
    ("to_send", "À transmettre à France Travail"),
    ("without_referent", "Sans référent nommé"),
    ("referent_left", "Référent parti"),
)


class OrientationFilters(FilterForm):
    """Pathway, legal path, basis, territory, period, what is left to do."""

    modality = forms.ChoiceField(label="Voie")
    legal_path = forms.ChoiceField(label="Parcours", choices=[("", "Tous"), *LegalPath.choices])
    basis = forms.ChoiceField(label="Fondement", choices=[("", "Tous"), *Basis.choices])
    territory = forms.ChoiceField(label="Territoire")
    body = forms.ChoiceField(label="Organisme référent")
    referent = forms.CharField(label="Référent (nom)", max_length=60)
    todo = forms.ChoiceField(label="À faire", choices=[("", "Tout"), *FOLLOW_UP])
    since = forms.DateField(label="Depuis le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label="Jusqu’au", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    past = forms.BooleanField(label="Montrer aussi les orientations remplacées")

    def __init__(self, data: QueryDict, *args: Any, sees_health: bool, **kwargs: Any) -> None:
        self.sees_health = sees_health
        super().__init__(data, *args, **kwargs)

    def full_clean(self) -> None:
        """Fill the choices that come from the database, then clean."""
        modalities = queries.active_modalities()
        if not self.sees_health:
            modalities = modalities.filter(is_sensitive=False)
        territories = [(str(pk), name) for pk, name in geography.territories().values_list("pk", "name")]
        self.fields["modality"].choices = [("", "Toutes"), *modalities.values_list("slug", "name")]
        self.fields["territory"].choices = [("", "Tous"), *territories]
        bodies = responsible_bodies().values_list("pk", "name")
        self.fields["body"].choices = [("", "Tous"), *((str(pk), name) for pk, name in bodies)]
        super().full_clean()

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the decisions to what is asked."""
        simple = {
            "modality__slug": self.value("modality"),
            "legal_path": self.value("legal_path"),
            "basis": self.value("basis"),
            "entry__commune__territory_links__territory": self.value("territory"),
            "responsible_organization_id": self.value("body"),
            "decided_on__gte": self.value("since"),
            "decided_on__lte": self.value("until"),
        }
        queryset = queryset.filter(**{name: value for name, value in simple.items() if value})
        for word in (self.value("referent") or "").split():
            said = Q(referent__last_name__icontains=word) | Q(referent__first_name__icontains=word)
            queryset = queryset.filter(said)
        if not self.value("past"):
            queryset = queryset.filter(is_current=True)
        return self._left_to_do(queryset)

    def _left_to_do(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        conditions: dict[str, dict[str, Any]] = {
            "to_notify": {"pk__in": Decision.objects.untold().values("pk")},
            "to_send": {"to_transmit": True, "transmitted_on": None, "is_current": True},
            "without_referent": {"referent": None, "is_current": True},
        }
        if self.value("todo") == "referent_left":
            return queryset.filter(queries.referent_has_left(clock.today()), is_current=True, entry__closed_on=None)
        return queryset.filter(**conditions.get(self.value("todo") or "", {}))
