"""Reading the accounts."""

from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from emploi.foundation.audit.models import JournalEntry
from emploi.territory.agents import links
from emploi.territory.agents.models import AccountLink, Agent, Membership
from emploi.territory.agents.roles import ROLE_PERMISSIONS

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def accounts(on: date) -> QuerySet[Agent]:
    """Every account with its roles of the day in `roles_today` and whether it `has_second_factor`."""
    today = Prefetch(
        "memberships",
        queryset=Membership.objects.active(on=on).select_related("organization", "territory").order_by("started_on"),
        to_attr="roles_today",
    )
    second = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    return Agent.objects.annotate(has_second_factor=Exists(second)).prefetch_related(today)


def memberships_of(agent_id: int) -> QuerySet[Membership]:
    """The roles of an agent, present, past and to come, the latest first."""
    found = Membership.objects.filter(agent_id=agent_id).select_related("organization", "territory")
    return found.order_by("-started_on", "-pk")


def own_territories(agent: Agent) -> list[int]:
    """The territories an agent works on, empty for the whole Département."""
    held = agent.active_memberships
    if any(membership.territory_id is None for membership in held):
        return []
    return sorted({membership.territory_id for membership in held if membership.territory_id})


def agents_with(permission: str, on: date, territory_id: int | None = None) -> QuerySet[Agent]:
    """The active agents whose role of the day gives a permission, on a territory (those of everywhere included)."""
    roles = [role for role, held in ROLE_PERMISSIONS.items() if permission in held]
    holding = Membership.objects.active(on=on).filter(role__in=roles)
    if territory_id is not None:
        holding = holding.filter(territory_id=territory_id) | holding.filter(territory=None)
    return Agent.objects.filter(is_active=True, pk__in=holding.values("agent_id"))


def usable_link(token: str, at: datetime) -> AccountLink | None:
    """The one-time link of a token, None when it is unknown, used, replaced or too old."""
    found = AccountLink.objects.filter(token_hash=links.hash_of(token), used_at=None, revoked_at=None)
    return found.filter(expires_at__gt=at, agent__is_active=True).select_related("agent").first()


def open_link(agent_id: int, at: datetime) -> AccountLink | None:
    """The link an agent has not used yet."""
    return AccountLink.objects.filter(agent_id=agent_id, used_at=None, revoked_at=None, expires_at__gt=at).first()


def journal_of(agent_id: int) -> QuerySet[JournalEntry]:
    """What happened to an account, the latest first."""
    return JournalEntry.objects.filter(event__startswith="agents.", payload__agent_id=agent_id).order_by("-at", "-id")
