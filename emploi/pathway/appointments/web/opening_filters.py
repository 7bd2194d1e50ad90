"""What the list of openings can be narrowed by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from emploi.foundation import clock
from emploi.foundation.ui.lists import FilterForm
from emploi.pathway.appointments import queries
from emploi.pathway.appointments.queries.places.openings import CURRENT, ENDED, RUNNING, TO_COME, in_state
from emploi.territory.geography.models import Place
from emploi.territory.geography.queries import territory_choices

STATES = [
    (CURRENT, "En cours et à venir"), (RUNNING, "En cours"), (TO_COME, "À venir"), (ENDED, "Terminées"),
]  # fmt: skip


class OpeningFilter(FilterForm):
    """Openings by agent, place, territory, kind of appointment and state."""

    agent = forms.ChoiceField(label="Agent")
    lieu = forms.ChoiceField(label="Lieu")
    territoire = forms.ChoiceField(label="Territoire")
    type = forms.ChoiceField(label="Type de rendez-vous")
    etat = forms.ChoiceField(label="État", choices=STATES)

    def prepare(self) -> None:
        """Read the agents, places, territories and kinds once."""
        agents = [(str(one.pk), f"{one.last_name} {one.first_name}") for one in queries.agents_who_receive()]
        places = [(str(pk), name) for pk, name in Place.objects.values_list("pk", "name")]
        kinds = [(str(kind.pk), kind.name) for kind in queries.kinds()]
        choices = {
            "agent": [("", "Tous"), *agents],
            "lieu": [("", "Tous"), *places],
            "territoire": [("", "Tous"), *territory_choices()],
            "type": [("", "Tous"), *kinds],
        }
        for name, found in choices.items():
            self.fields[name].choices = found

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the openings."""
        asked = {
            "agent": self.value("agent"),
            "place": self.value("lieu"),
            "place__commune__territory_links__territory": self.value("territoire"),
            "kind": self.value("type"),
        }
        found = queryset.filter(**{name: value for name, value in asked.items() if value})
        return in_state(found, self.value("etat") or CURRENT, clock.today())
