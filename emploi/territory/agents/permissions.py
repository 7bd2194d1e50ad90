"""Who may change whose account."""

from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import ROLE_PERMISSIONS, Permission

MANAGING_ROLES = [role for role, held in ROLE_PERMISSIONS.items() if Permission.MANAGE_AGENTS in held]


def check_can_lock_out(by: Actor, agent: Agent) -> None:
    """Refuses to lock oneself out."""
    if by.kind == "agent" and by.id == agent.pk:
        raise DomainError("Vous ne pouvez pas faire cela sur votre propre compte : demandez à un collègue.")


def check_somebody_still_manages(agent: Agent, except_membership: int | None = None) -> None:
    """Refuses to leave the product without anybody to manage the accounts."""
    managing = Membership.objects.filter(role__in=MANAGING_ROLES, ended_on=None, agent__is_active=True)
    held = managing.filter(pk=except_membership) if except_membership else managing.filter(agent=agent)
    if held.exists() and not managing.exclude(pk__in=held.values("pk")).exists():
        raise DomainError("Personne d'autre ne gère les comptes : donnez d'abord ce rôle à un collègue.")
