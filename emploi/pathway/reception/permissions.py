"""Who reads which calls and replies: those of the people an agent may see, and those nobody recognised yet.

A reply nobody recognised may hold the words of anybody: only the Département's own services read it, and those it was
handed to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from emploi.pathway.beneficiaries import permissions as people
from emploi.pathway.reception.models import Call
from emploi.territory.agents import queries as agents
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import Permission
from emploi.territory.organizations.models import Organization


def visible_to(agent: Any) -> QuerySet[Call]:
    """The calls an agent may read."""
    if not agent.can(Permission.RECEIVE_CALLS):
        return Call.objects.none()
    theirs = people.visible_to(agent).filter(pk=OuterRef("person_id"))
    nobody_s = Q(person__isnull=True)
    if not people.sees_everybody(agent):
        nobody_s &= Q(reply__isnull=True) | Q(owner=agent.pk) | Q(service__in=services_of(agent))
    return Call.objects.filter(nobody_s | Exists(theirs))


def services_of(agent: Any) -> list[int]:
    """The bodies an agent works for today."""
    return [membership.organization_id for membership in agent.active_memberships]


def holders(person_id: int | None, on: date) -> list[Agent]:
    """Who may deal with a call of that day: those of the reception, who may open her file when she is known."""
    holding = list(agents.agents_with(Permission.RECEIVE_CALLS, on).order_by("last_name", "first_name", "pk"))
    _load_memberships(holding, on)
    return [agent for agent in holding if person_id is None or _may_open(agent, person_id)]


def may_hold(owner: Agent | None, service: Organization | None, person_id: int | None, on: date) -> bool:
    """Tell whether what is handed to somebody, or to a service, will be seen by somebody there."""
    if person_id is None:
        return True
    if owner is not None:
        return owner.can(Permission.RECEIVE_CALLS) and _may_open(owner, person_id)
    return service is None or any(service.pk in services_of(agent) for agent in holders(person_id, on))


def _may_open(agent: Agent, person_id: int) -> bool:
    return people.sees_everybody(agent) or people.can_see_person(agent, person_id)


def _load_memberships(found: Sequence[Agent], on: date) -> None:
    """Give each agent the roles of the day in one statement: a list of agents asks one question each otherwise."""
    held: dict[int, list[Membership]] = defaultdict(list)
    for membership in Membership.objects.active(on=on).filter(agent__in=found).select_related("organization"):
        held[membership.agent_id].append(membership)
    for agent in found:
        agent.active_memberships = held[agent.pk]
