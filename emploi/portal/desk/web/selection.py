"""Whom an agent chose in a list: the lines ticked, or the whole list as filtered; only people she may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from emploi.foundation.ui.lists import FilterForm
from emploi.portal.desk.queries import claimants, entrants, persons
from emploi.portal.desk.web.filters import ClaimantFilter, EntrantFilter, PersonFilter
from emploi.portal.desk.web.requests import AgentRequest
from emploi.territory.agents.models import Agent

# A longer selection is done in several batches: a page of confirmation must stay readable.
MOST_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom the agent chose: entries, and people as they stand."""

    entry_ids: list[int]
    person_ids: list[int]

    @property
    def who(self) -> dict[str, Any]:
        """The same, as the actions and queries take it."""
        return {"entry_ids": self.entry_ids, "person_ids": self.person_ids}


class Source(NamedTuple):
    """A list one chooses from: its page, its filters, where a row keeps its number, and the name of its ticks."""

    page: str
    filters: type[FilterForm]
    column: str
    tick: str = "entry"


SOURCES = {
    "entrants": Source("desk:entrants", EntrantFilter, "entry_id"),
    "persons": Source("desk:persons", PersonFilter, "pk"),
    "claimants": Source("desk:claimants", ClaimantFilter, "person_id", "person"),
}


def source_of(request: AgentRequest) -> str:
    """Return the list the agent comes from."""
    asked = request.POST.get("list", "")
    return asked if asked in SOURCES else "entrants"


def chosen(request: AgentRequest) -> Chosen:
    """Return the people ticked, or all those of the list as filtered."""
    name = source_of(request)
    ids = _ticked(request, SOURCES[name], _everyone(name, request.user))
    return Chosen([], ids) if name == "claimants" else Chosen(ids, [])


def address_of_list(request: AgentRequest) -> str:
    """Return the list as it was filtered."""
    query = request.POST.get("query", "")
    return reverse(SOURCES[source_of(request)].page) + (f"?{query}" if query else "")


def _everyone(name: str, agent: Agent) -> QuerySet[Any]:
    if name == "claimants":
        return claimants.claimants(agent)
    return persons.in_pathway(agent) if name == "persons" else entrants.entrants(agent)


def _ticked(request: AgentRequest, source: Source, everyone: QuerySet[Any]) -> list[int]:
    if request.POST.get("whole_list"):
        everyone = source.filters(QueryDict(request.POST.get("query", ""))).apply(everyone)
    else:
        ids = [int(value) for value in request.POST.getlist(source.tick) if value.isdecimal()]
        everyone = everyone.filter(**{f"{source.column}__in": ids})
    return list(everyone.values_list(source.column, flat=True)[:MOST_AT_ONCE])
