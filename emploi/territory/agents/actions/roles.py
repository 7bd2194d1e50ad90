"""Giving and ending roles."""

from datetime import date, datetime

from django.db.models import Q

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.territory.agents.events import RoleEnded, RoleGiven
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.permissions import check_somebody_still_manages
from emploi.territory.agents.roles import Role
from emploi.territory.organizations.models import Organization


@action
def give_role(
    *,
    agent_id: int,
    organization_id: int,
    role: str,
    started_on: date,
    by: Actor,
    at: datetime,
    territory_id: int | None = None,
    ended_on: date | None = None,
) -> Membership:
    """Gives a role in an organisation, from a day, on a territory or everywhere."""
    agent = Agent.objects.select_for_update(of=("self",)).get(pk=agent_id)
    organization = Organization.objects.get(pk=organization_id)
    if not organization.is_active:
        raise DomainError("Cet organisme est fermé.", field="organization_id")
    if ended_on is not None and ended_on < started_on:
        raise DomainError("Le dernier jour vient avant le premier.", field="ended_on")
    there = Q(territory=None) if territory_id is None else Q(territory_id=territory_id)
    if agent.memberships.active(on=started_on).filter(there, organization=organization, role=role).exists():
        raise DomainError(f"{agent.full_name} a déjà ce rôle dans cet organisme.", field="role")
    membership = Membership.objects.create(
        agent=agent,
        organization=organization,
        role=Role(role),
        territory_id=territory_id,
        started_on=started_on,
        ended_on=ended_on,
    )
    event = RoleGiven(agent_id=agent.pk, name=agent.full_name, role=membership.role, organization=organization.name)
    publish(event, by=by, at=at)
    return membership


@action
def end_role(*, membership_id: int, ended_on: date, by: Actor, at: datetime) -> Membership:
    """Ends a role; the last day is included. To cut access at once, close the account."""
    membership = (
        Membership.objects.select_for_update(of=("self",)).select_related("agent", "organization").get(pk=membership_id)
    )
    if ended_on < membership.started_on:
        raise DomainError("Le dernier jour vient avant le premier.", field="ended_on")
    if membership.ended_on is not None and membership.ended_on < at.date():
        raise DomainError("Ce rôle est déjà terminé.")
    check_somebody_still_manages(membership.agent, except_membership=membership.pk)
    membership.ended_on = ended_on
    membership.save(update_fields=["ended_on"])
    publish(
        RoleEnded(
            agent_id=membership.agent_id,
            name=membership.agent.full_name,
            role=membership.role,
            organization=membership.organization.name,
            ended_on=ended_on.isoformat(),
        ),
        by=by,
        at=at,
    )
    return membership
