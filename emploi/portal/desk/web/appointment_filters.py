"""What the list of appointments can be narrowed by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from emploi.foundation import clock
from emploi.foundation.ui.lists import FilterForm
from emploi.pathway.appointments.enums import WRITTEN_ACTS, AppointmentStatus, Modality
from emploi.pathway.appointments.models import Appointment, Kind, Slot
from emploi.portal.desk.queries.persons import named
from emploi.territory.agents.models import Agent
from emploi.territory.geography.models import Place

UNMARKED = "unmarked"
WHEN = [("", "À venir"), ("jour", "Aujourd’hui"), ("passes", "Passés"), ("tous", "Toutes les dates")]
STATUSES = [("", "Tous"), *AppointmentStatus.choices, (UNMARKED, "Présence à noter")]
FIRST = [("", "Tous"), ("oui", "Premier rendez-vous"), ("non", "Autres rendez-vous")]
ACTS = [("", "Tous"), *[(act.value, act.label) for act in WRITTEN_ACTS], ("aucun", "Pris sans invitation")]
DAY = forms.DateInput(attrs={"type": "date"})


class AppointmentFilter(FilterForm):
    """Filters of the list of appointments; two dates, when given, count more than the period."""

    nom = forms.CharField(label="Nom", max_length=60)
    quand = forms.ChoiceField(label="Quand", choices=WHEN)
    du = forms.DateField(label="Du", widget=DAY)
    au = forms.DateField(label="Au", widget=DAY)
    etat = forms.ChoiceField(label="État", choices=STATUSES)
    type = forms.ChoiceField(label="Type de rendez-vous")
    premier = forms.ChoiceField(label="Premier ou non", choices=FIRST)
    lieu = forms.ChoiceField(label="Lieu")
    agent = forms.ChoiceField(label="Avec")
    modalite = forms.ChoiceField(label="Modalité", choices=[("", "Toutes"), *Modality.choices])
    acte = forms.ChoiceField(label="Invitation ou convocation", choices=ACTS)

    def prepare(self) -> None:
        """Fill the kinds, the places and the agents who have ever received."""
        kinds = [(str(kind.pk), kind.name) for kind in Kind.objects.order_by("position", "name")]
        places = [(str(pk), name) for pk, name in Place.objects.order_by("name").values_list("pk", "name")]
        # One probe an agent: a join would read every slot of every year.
        received = Exists(Slot.objects.filter(agent=OuterRef("pk")))
        agents = Agent.objects.filter(received).order_by("last_name", "first_name", "pk")
        self.fields["type"].choices = [("", "Tous"), *kinds]
        self.fields["lieu"].choices = [("", "Tous"), *places]
        self.fields["agent"].choices = [
            ("", "Tous"),
            *((str(one.pk), f"{one.last_name} {one.first_name}") for one in agents),
        ]

    def apply(self, queryset: QuerySet[Appointment]) -> QuerySet[Appointment]:
        """Narrow by everything."""
        return queryset.filter(self._by_date(), self._by_status(), self._by_origin(), *self._by_columns())

    def _by_date(self) -> Q:
        since, until = self.value("du"), self.value("au")
        if since or until:
            condition = Q(starts_at__gte=clock.start_of(since)) if since else Q()
            return condition & Q(starts_at__lt=clock.start_of(clock.add_days(until, 1))) if until else condition
        today = clock.today()
        morning, midnight = clock.start_of(today), clock.start_of(clock.add_days(today, 1))
        return {
            "jour": Q(starts_at__gte=morning, starts_at__lt=midnight),
            "passes": Q(starts_at__lt=clock.now()),
            "tous": Q(),
        }.get(self.value("quand") or "", self._coming(morning))

    def _coming(self, morning: Any) -> Q:
        """Today's are still to come until the evening; what waits to be marked is past by nature."""
        return Q() if self.value("etat") == UNMARKED else Q(starts_at__gte=morning)

    def _by_status(self) -> Q:
        status = self.value("etat")
        if status == UNMARKED:
            return Q(status=AppointmentStatus.PLANNED, ends_at__lte=clock.now())
        return Q(status=status) if status else Q()

    def _by_origin(self) -> Q:
        act = self.value("acte")
        if not act:
            return Q()
        return Q(invitation=None) if act == "aucun" else Q(invitation__act=act)

    def _by_columns(self) -> list[Q]:
        conditions = [named(self.value("nom") or "", "person__")]
        for name, column in (("type", "kind_id"), ("lieu", "place_id"), ("agent", "agent_id")):
            if value := self.value(name):
                conditions.append(Q(**{column: int(value)}))
        if modality := self.value("modalite"):
            conditions.append(Q(modality=modality))
        if first := self.value("premier"):
            conditions.append(Q(is_first_interview=first == "oui"))
        return conditions
