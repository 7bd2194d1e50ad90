"""What the lists of the desk can be narrowed by."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from emploi.foundation import clock
from emploi.foundation.ui.lists import FilterForm
from emploi.pathway.appointments import queries as appointments
from emploi.pathway.appointments.models import Kind
from emploi.pathway.appointments.queries import standing as follow_up
from emploi.pathway.appointments.queries.agenda import kinds
from emploi.pathway.beneficiaries.enums import EntryKind
from emploi.pathway.clocks import queries as clocks
from emploi.pathway.orientation.queries import active_modalities
from emploi.portal.desk.queries import claimants, entrants
from emploi.portal.desk.queries.people import suspended
from emploi.portal.desk.queries.persons import (
    at_standing,
    expected_between,
    invited_between,
    named,
    oriented,
    oriented_to,
)
from emploi.portal.desk.web.standing import CHOICES, LISTS, WAITING_CHOICES
from emploi.territory.geography import queries as geography
from emploi.territory.organizations.queries import responsible_bodies

TABS = {
    "waiting": "Sans rendez-vous",
    "to_invite": "À inviter",
    "invited": "Invités sans réponse",
    "booked": "Rendez-vous pris",
    "late": "Délai dépassé",
    **LISTS,
    "everybody": "Tous",
}
BY_TAB = {
    "waiting": Q(is_booked=False),
    "to_invite": Q(is_booked=False, is_invited=False),
    "invited": Q(is_booked=False, is_invited=True),
    "booked": Q(is_booked=True),
    "everybody": Q(),
}
REACHABLE = [
    ("", "Tous"),
    ("digital", "SMS ou e-mail"),
    ("letter", "Courrier seulement"),
    ("none", "Aucun moyen"),
]


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


class ByTerritory(FilterForm):
    """Filters that hold the territories of the main grid, read once."""

    def prepare(self) -> None:
        """Fill the territories."""
        territories = [(str(territory.pk), territory.name) for territory in geography.territories()]
        self.fields["territoire"].choices = [("", "Tous"), *territories]


class EntrantFilter(ByTerritory):
    """Filters of « Nouveaux entrants »; the tab is one of them."""

    without_chip = ("etat",)

    etat = forms.ChoiceField(choices=list(TABS.items()), widget=forms.HiddenInput)
    nom = forms.CharField(label="Nom", max_length=60)
    territoire = forms.ChoiceField(label="Territoire")
    suivi = forms.ChoiceField(label="Suivi", choices=WAITING_CHOICES)
    suspendu = forms.BooleanField(label="Suivi suspendu")
    joignable = forms.ChoiceField(label="Joignable par", choices=REACHABLE)
    echeance = forms.ChoiceField(
        label="Échéance", choices=[("", "Toutes"), ("late", "Dépassée"), ("soon", "Proche"), ("later", "Plus tard")]
    )
    entree = forms.ChoiceField(label="Entrée", choices=[("", "Toutes"), *EntryKind.choices])
    couple = forms.BooleanField(label="En couple")
    france_travail = forms.BooleanField(label="Suivi par France Travail")

    @property
    def tab(self) -> str:
        """Return the tab in force."""
        return self.value("etat") or "waiting"

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow by everything, the tab last."""
        today = clock.today()
        queryset = self.narrow(queryset)
        if self.tab in LISTS:
            return entrants.at_standing(queryset, self.tab, at=clock.now())
        late = Q(is_booked=False, due_on__lt=today)
        return queryset.filter(late if self.tab == "late" else BY_TAB[self.tab])

    def narrow(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow by everything but the tab: the tabs' own counts need it."""
        conditions = [self._by_name(), self._by_due_date(), self._by_entry()]
        if how := self.value("joignable"):
            conditions.append(entrants.reachable(how))
        if territory := self.value("territoire"):
            conditions.append(Q(entry__commune__territory_links__territory_id=int(territory)))
        if self.value("suspendu"):
            conditions.append(suspended(clock.today()))
        if self.value("couple"):
            conditions.append(entrants.in_couple())
        if status := self.value("suivi"):
            queryset = entrants.at_standing(queryset, status, at=clock.now())
        return queryset.filter(*conditions)

    def _by_name(self) -> Q:
        return named(self.value("nom") or "", "person__")

    def _by_due_date(self) -> Q:
        today = clock.today()
        limit = clock.add_days(today, clocks.due_soon_days(today))
        return {
            "late": Q(due_on__lt=today),
            "soon": Q(due_on__gte=today, due_on__lte=limit),
            "later": Q(due_on__gt=limit),
        }.get(self.value("echeance") or "", Q())

    def _by_entry(self) -> Q:
        condition = Q(entry__kind=self.value("entree")) if self.value("entree") else Q()
        return condition & Q(entry__france_travail_followed=True) if self.value("france_travail") else condition


class ClaimantFilter(ByTerritory):
    """Filters of « Demandeurs »."""

    nom = forms.CharField(label="Nom", max_length=60)
    territoire = forms.ChoiceField(label="Territoire")
    joignable = forms.ChoiceField(label="Joignable par", choices=REACHABLE)
    etape = forms.ChoiceField(
        label="Étape",
        choices=[
            ("", "Toutes"),
            ("to_invite", "À inviter"),
            ("invited", "Invités sans réponse"),
            ("booked", "Rendez-vous pris ou tenu"),
        ],
    )

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the claims that wait."""
        conditions = [named(self.value("nom") or "", "person__"), BY_TAB.get(self.value("etape") or "", Q())]
        if territory := self.value("territoire"):
            conditions.append(Q(household__commune__territory_links__territory_id=int(territory)))
        if how := self.value("joignable"):
            conditions.append(claimants.reachable(how))
        return queryset.filter(*conditions)


class PersonFilter(ByTerritory):
    """Filters of the list of persons; the follow-up is that of the first interview unless another kind is asked."""

    without_chip = ("pour",)

    nom = forms.CharField(label="Nom", max_length=60)
    territoire = forms.ChoiceField(label="Territoire")
    suivi = forms.ChoiceField(label="Suivi", choices=CHOICES)
    pour = forms.ChoiceField(label="Pour le rendez-vous")
    orientation = forms.ChoiceField(
        label="Orientation", choices=[("", "Toutes"), ("oui", "Orientées"), ("non", "Pas encore orientées")]
    )
    entree = forms.ChoiceField(label="Entrée", choices=[("", "Toutes"), *EntryKind.choices])
    depuis = _day("Entrées depuis le")
    organisme = forms.ChoiceField(label="Organisme référent")
    referent = forms.CharField(label="Référent (nom)", max_length=60)
    voie = forms.ChoiceField(label="Voie")
    invite_du, invite_au = _day("Invitées du"), _day("Invitées au")
    rdv_du, rdv_au = _day("Rendez-vous du"), _day("Rendez-vous au")
    suspendu = forms.BooleanField(label="Suivi suspendu")

    def prepare(self) -> None:
        """Fill the territories and the kinds of appointment."""
        super().prepare()
        bodies = responsible_bodies().values_list("pk", "name")
        self.fields["organisme"].choices = [("", "Tous"), *((str(pk), name) for pk, name in bodies)]
        # A way that says something of health is never a filter of a list everybody reads.
        ways = active_modalities().filter(is_sensitive=False).values_list("slug", "name")
        self.fields["voie"].choices = [("", "Toutes"), *ways]
        self.kinds = {kind.slug: kind for kind in kinds()}
        self.fields["pour"].choices = [
            ("" if kind.is_first_interview else kind.slug, kind.name) for kind in self.kinds.values()
        ]

    @cached_property
    def kind(self) -> Kind:
        """The kind of appointment whose follow-up is shown."""
        return self.kinds.get(self.value("pour") or "") or appointments.first_interview_kind()

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow by everything, the follow-up last."""
        queryset = self.narrow(queryset)
        status = self.value("suivi")
        return at_standing(queryset, status, self.kind, at=clock.now()) if status else queryset

    def counts(self, queryset: QuerySet[Any], *, at: datetime) -> dict[str, int]:
        """Count the statuses somebody must look at, among the people the other filters keep."""
        return follow_up.standing_counts(self.narrow(queryset), self.kind, at)

    def narrow(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the running entries by everything but the follow-up, whose lists are counted beside."""
        conditions = [named(self.value("nom") or "", "person__")]
        if territory := self.value("territoire"):
            conditions.append(Q(commune__territory_links__territory_id=int(territory)))
        if kind := self.value("entree"):
            conditions.append(Q(kind=kind))
        if since := self.value("depuis"):
            conditions.append(Q(opened_on__gte=since))
        if wanted := self.value("orientation"):
            condition = Q(oriented())
            conditions.append(condition if wanted == "oui" else ~condition)
        if self.value("suspendu"):
            conditions.append(suspended(clock.today()))
        asked = {"body": self.value("organisme"), "referent": self.value("referent"), "way": self.value("voie")}
        conditions += [oriented_to(**asked), *self._by_dates()]
        return queryset.filter(*conditions)

    def _by_dates(self) -> list[Q]:
        """The dates of invitation and of appointment are those of the kind shown."""
        return [
            invited_between(self.kind, self.value("invite_du"), self.value("invite_au")),
            expected_between(self.kind, self.value("rdv_du"), self.value("rdv_au")),
        ]
