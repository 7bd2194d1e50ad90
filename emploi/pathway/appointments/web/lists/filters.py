"""What a work list may be narrowed by: the agent's own territory unless she asks for another."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from emploi.foundation.ui.lists import FilterForm
from emploi.pathway.appointments import queries
from emploi.pathway.beneficiaries.models import Entry
from emploi.territory.agents.models import Agent
from emploi.territory.agents.queries import own_territories
from emploi.territory.geography.queries import territory_choices

EVERYWHERE = "tous"


class WorkFilter(FilterForm):
    """The territory of the person's entry; whom nobody can place is shown everywhere, so that nobody is lost."""

    territoire = forms.ChoiceField(label="Territoire")
    # Where a row keeps its entry; a row of a person alone is placed by her running entry.
    by_person = False

    def __init__(self, data: QueryDict, *args: Any, agent: Agent, **kwargs: Any) -> None:
        self.own = own_territories(agent)
        super().__init__(data, *args, **kwargs)

    def prepare(self) -> None:
        """Fill the territories; hers first when she has some."""
        first = [("", "Mon territoire" if len(self.own) == 1 else "Mes territoires"), (EVERYWHERE, "Tous")]
        self.fields["territoire"].choices = [*(first if self.own else [("", "Tous")]), *territory_choices()]

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow to the territories asked, else to her own."""
        asked = self.value("territoire")
        if asked == EVERYWHERE or not (asked or self.own):
            return queryset
        ids = [int(asked)] if asked else self.own
        return queryset.filter(self._placed(ids))

    def _placed(self, ids: list[int]) -> Q:
        if not self.by_person:
            return Q(entry__commune__territory_links__territory_id__in=ids) | Q(entry__commune=None)
        running = Entry.objects.open().filter(person_id=OuterRef("person_id"), commune__isnull=False).order_by()
        here = running.filter(commune__territory_links__territory_id__in=ids)
        return Q(Exists(here)) | ~Q(Exists(running))


class PersonWorkFilter(WorkFilter):
    """The same for lists of people and not of entries."""

    by_person = True


class KindWorkFilter(WorkFilter):
    """The same, and the kind of appointment."""

    type = forms.ChoiceField(label="Type de rendez-vous")

    def prepare(self) -> None:
        """Fill the territories and the kinds."""
        super().prepare()
        kinds = [(str(kind.pk), kind.name) for kind in queries.kinds().filter(is_first_interview=False)]
        self.fields["type"].choices = [("", "Tous"), *kinds]

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow to the territories and the kind asked."""
        found = super().apply(queryset)
        return found.filter(kind_id=int(asked)) if (asked := self.value("type")) else found
