"""Whom an agent may see, in lists that must stay fast in a large Département."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from emploi.pathway.appointments.queries import running_stops
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.beneficiaries.permissions import sees_everybody, visible_to
from emploi.territory.agents.models import Agent
from emploi.territory.agents.queries import own_territories

M = TypeVar("M", bound=Model)


def visible(agent: Agent) -> QuerySet[Person]:
    """Return the people an agent may see."""
    return visible_to(agent)


def only_visible(rows: QuerySet[M], agent: Agent) -> QuerySet[M]:
    """Narrow rows that have a `person` to the people an agent may see; no join at all for whoever sees everybody."""
    return rows if sees_everybody(agent) else rows.filter(person__in=visible_to(agent))


def suspended(today: date) -> Q:
    """Return the condition for people whose invitations are suspended; rows have a `person`."""
    return Q(person_id__in=running_stops(today).values("person_id"))


def running_entries(entry_ids: Collection[int]) -> QuerySet[Entry]:
    """Return the running entries of these numbers with their people."""
    return Entry.objects.open().filter(pk__in=list(entry_ids)).select_related("person")


def on_my_territories(rows: QuerySet[Any], agent: Agent) -> QuerySet[Any]:
    """Narrow rows that have an `entry` to the agent's own territories."""
    ids = own_territories(agent)
    return rows.filter(entry__commune__territory_links__territory_id__in=ids) if ids else rows
