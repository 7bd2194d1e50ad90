"""Whom an agent may see: the Département's staff see everybody, partners only the people entrusted to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from emploi.foundation.messaging import permissions as messaging
from emploi.pathway.beneficiaries.models import Person
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import ROLE_PERMISSIONS, Permission, Role
from emploi.territory.organizations.enums import OrganizationKind

Scope = Callable[[Agent], Q]

# Whose agents act for the whole Département; everybody else is a partner.
OWN_SERVICES = (OrganizationKind.DEPARTEMENT, OrganizationKind.POLE_INSERTION)
_SEEING = (Permission.SEE_PERSONS, Permission.SEARCH_PERSONS)
_scopes: list[Scope] = []


def register_scope(function: Scope) -> Scope:
    """Register who is entrusted to a partner's agent, as a Q on Person that never repeats a row (use pk__in)."""
    if function not in _scopes:
        _scopes.append(function)
    return function


def sees_everybody(agent: Agent) -> bool:
    """Tell whether the agent belongs to the Département's own services with a role that sees persons."""
    return any(
        membership.organization.kind in OWN_SERVICES
        and membership.role != Role.PROVIDER
        and not ROLE_PERMISSIONS.get(membership.role, frozenset()).isdisjoint(_SEEING)
        for membership in agent.active_memberships
    )


def visible_to(agent: Agent) -> QuerySet[Person]:
    """The people this agent may see, merged records left out; every query on persons starts here."""
    people = Person.objects.alive_records()
    if not agent.is_active or not any(agent.can(permission) for permission in _SEEING):
        return people.none()
    if sees_everybody(agent):
        return people
    entrusted = Q(pk__in=())
    for scope in _scopes:
        entrusted |= scope(agent)
    return people.filter(entrusted)


def can_see_person(agent: Agent, person_id: int) -> bool:
    """Tell whether this agent may open this person's page."""
    return visible_to(agent).filter(pk=person_id).exists()


def check_can_see_person(agent: Agent, person_id: int) -> None:
    """Refuse, with the reason, an agent to whom this person is not entrusted."""
    if not can_see_person(agent, person_id):
        raise PermissionDenied("Cette personne n’est pas suivie par votre organisme.")


def _names(agent: Agent, person_ids: Sequence[int]) -> dict[int, str]:
    return {person.pk: person.full_name for person in visible_to(agent).filter(pk__in=person_ids)}


messaging.register_persons(may_see=can_see_person, names=_names, visible=visible_to)
