"""The work lists by name: their rows, their order, their filters, their file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from emploi.foundation import clock
from emploi.foundation.ui.exports import Column
from emploi.foundation.ui.lists import Listing, Sort, listing
from emploi.pathway.appointments import queries
from emploi.pathway.appointments.web.lists import columns
from emploi.pathway.appointments.web.lists.filters import KindWorkFilter, PersonWorkFilter, WorkFilter
from emploi.pathway.beneficiaries.permissions import visible_to as visible_people
from emploi.territory.agents.models import Agent

NAME = Sort("nom", "Personne", ("person__sort_name",))
DUE = "Ce qui est dû et pas encore fait, le plus ancien d’abord. Une personne qui prend rendez-vous sort de la liste."


@dataclass(frozen=True, slots=True)
class Work:
    """One list: what it holds on a day and how it is shown."""

    slug: str
    title: str
    rows: Callable[[date], QuerySet[Any]]
    first: Sort
    columns: tuple[Column, ...]
    filters: type[WorkFilter] = WorkFilter
    commune: str = "entry__commune__name_sort"
    lead: str = DUE
    hint: str = ""
    shown_as: str = "due"
    relaunches: bool = False

    def sorts(self) -> tuple[Sort, ...]:
        """The columns one may sort by."""
        place = (Sort("commune", "Commune", (self.commune, "person__sort_name")),) if self.commune else ()
        return (self.first, NAME, *place)

    def of(self, agent: Agent) -> QuerySet[Any]:
        """The rows of the people this agent may see."""
        return self.rows(clock.today()).filter(person__in=visible_people(agent))

    def narrowed(self, agent: Agent, asked: QueryDict) -> QuerySet[Any]:
        """The rows as filtered."""
        return self.filters(asked, agent=agent).apply(self.of(agent))

    def listed(self, request: HttpRequest, agent: Agent) -> Listing:
        """A page of the list."""
        filters = self.filters(request.GET, agent=agent)
        return listing(request, self.of(agent), filters=filters, sorts=self.sorts(), default_sort=self.first.slug)


SINCE = Sort("depuis", "Dû depuis le", ("due_on",))
RELAUNCHES = Work(
    "relances", "Personnes à relancer", queries.to_relaunch, SINCE, columns.DUE, relaunches=True,
    hint="Là où le type de rendez-vous le dit, les relances partent toutes seules : ici restent celles qu’un SMS ou "
    "un e-mail n’atteint pas.",
)  # fmt: skip
CALLS = Work(
    "appels", "Personnes à appeler", queries.to_call, SINCE, columns.DUE,
    hint="Ni l’invitation ni la relance n’ont encore laissé quelqu’un sans réponse assez longtemps.",
)  # fmt: skip
CONVOCATIONS = Work(
    "convocations", "Personnes à convoquer", queries.to_convene, SINCE, columns.DUE,
    hint="Personne n’attend qu’une date lui soit imposée.",
)  # fmt: skip
ABSENTS = Work(
    "absents", "Absents au premier rendez-vous, pas encore réinvités", queries.absent_without_new_date,
    Sort("depuis", "Rendez-vous manqué", ("starts_at",)), columns.ABSENT, shown_as="absent",
    lead="Une absence au premier rendez-vous n’est pas une rupture. Une personne invitée de nouveau, ou qui a un autre "
    "rendez-vous, sort de la liste.",
    hint="Tous les absents ont été réinvités.",
)  # fmt: skip
OTHERS = Work(
    "autres", "Sans réponse à une autre invitation", queries.unanswered,
    Sort("depuis", "Invitée le", ("first_on",)), columns.UNANSWERED, filters=KindWorkFilter, shown_as="unanswered",
    relaunches=True,
    lead="Invitées à un autre rendez-vous que le premier (signature, main tendue, remobilisation…), sans réponse "
    "depuis le délai de ce type.",
    hint="Toutes les invitations aux autres rendez-vous ont une réponse, ou attendent encore leur délai.",
)  # fmt: skip
STOPPED = Work(
    "suspensions", "Suivi suspendu", queries.stops_by_end, Sort("fin", "Jusqu’au", ("last_day",)), columns.STOPPED,
    filters=PersonWorkFilter, commune="", shown_as="stopped",
    lead="Ni invitation, ni relance, ni convocation ne part à ces personnes. Le lendemain du dernier jour, chacune "
    "revient d’elle-même dans les listes. Les délais, eux, continuent de courir.",
    hint="Aucune suspension ne court. Elles se posent depuis la fiche, carte « Rendez-vous ».",
)  # fmt: skip
TABS = (RELAUNCHES, CALLS, CONVOCATIONS, ABSENTS, OTHERS, STOPPED)
REQUESTS = Work(
    "demandes", "Demandes de créneau", lambda today: queries.open_requests(),
    Sort("depuis", "Demande reçue", ("created_at",)), columns.REQUESTED,
)  # fmt: skip
LOST = Work(
    "coordonnees", "Coordonnées à retrouver", lambda today: queries.open_lost(),
    Sort("depuis", "Depuis le", ("found_at",)), columns.LOST, filters=PersonWorkFilter, commune="",
)  # fmt: skip
WORKS = {work.slug: work for work in (*TABS, REQUESTS, LOST)}
