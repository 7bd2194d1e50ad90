"""Professional accounts: an agent signs in by e-mail and acts through memberships."""

from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.triggers import field_history, guarded
from emploi.territory.agents.enums import LinkPurpose
from emploi.territory.agents.roles import ROLE_PERMISSIONS, Role


class AgentManager(BaseUserManager["Agent"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Agent":
        """Creates an account; the e-mail address is the identifier and is kept in lower case."""
        agent = self.model(email=email.strip().lower(), **fields)
        agent.set_password(password)
        agent.save(using=self._db)
        return agent

    def get_by_natural_key(self, username: str | None) -> "Agent":
        return self.get(email__iexact=username)


class Agent(AbstractBaseUser):
    """Somebody who works with the product."""

    email = models.EmailField("adresse e-mail professionnelle", unique=True)
    first_name = models.CharField("prénom", max_length=60)
    last_name = models.CharField("nom", max_length=60)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    is_active = models.BooleanField("actif", default=True)
    deactivated_reason = models.CharField("raison de la désactivation", max_length=200, blank=True)
    date_joined = models.DateTimeField("compte créé le", auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["first_name", "last_name"]

    objects: ClassVar[AgentManager] = AgentManager()

    class Meta:
        verbose_name = "agent"
        ordering: ClassVar = ["last_name", "first_name", "id"]
        triggers: ClassVar = [field_history(["email", "is_active"])]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_full_name(self) -> str:
        return self.full_name

    def as_actor(self) -> Actor:
        """The agent as author of a write."""
        return Actor(kind="agent", id=self.pk, label=self.full_name)

    @cached_property
    def active_memberships(self) -> list["Membership"]:
        """Memberships that hold today, last day included; one query a request."""
        # The one model that reads the clock: a role planned to end must end by itself, wherever it is asked for.
        held = self.memberships.active(on=clock.today())
        return list(held.select_related("organization", "territory"))

    @cached_property
    def permissions(self) -> frozenset[str]:
        """The union of what each role gives."""
        return frozenset(p for m in self.active_memberships for p in ROLE_PERMISSIONS.get(m.role, ()))

    def can(self, permission: str) -> bool:
        """Whether a role of the agent gives this permission."""
        return self.is_active and permission in self.permissions

    def has_role(self, role: str) -> bool:
        """Whether the agent holds this role somewhere."""
        return any(m.role == role for m in self.active_memberships)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Scopes over memberships."""

    def active(self, on: date) -> "MembershipQuerySet":
        """Memberships that hold on a day, first and last included."""
        return self.filter(models.Q(ended_on=None) | models.Q(ended_on__gte=on), started_on__lte=on)


class Membership(models.Model):
    """A role held in an organisation, on a territory or everywhere, between two dates."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("rôle", max_length=30, choices=Role.choices)
    territory = models.ForeignKey("geography.Territory", on_delete=models.PROTECT, null=True, blank=True)
    started_on = models.DateField("depuis le")
    ended_on = models.DateField("jusqu'au", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "rattachement"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agent", "organization", "role", "territory"],
                condition=models.Q(ended_on=None),
                nulls_distinct=False,
                name="one_open_membership_a_role",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="membership_dates_in_order",
            ),
        ]
        triggers: ClassVar = [field_history(["role", "organization_id", "territory_id", "started_on", "ended_on"])]

    def __str__(self) -> str:
        return f"{self.agent} : {self.get_role_display()}"


class AccountLink(models.Model):
    """A one-time link by which an agent chooses a password; only the hash of its token is kept."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="links")
    purpose = models.CharField("objet", max_length=12, choices=LinkPurpose.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("créé le")
    expires_at = models.DateTimeField("valable jusqu'au")
    used_at = models.DateTimeField("utilisé le", null=True, blank=True)
    revoked_at = models.DateTimeField("annulé le", null=True, blank=True)

    class Meta:
        verbose_name = "lien d'accès au compte"
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agent"],
                condition=models.Q(used_at=None, revoked_at=None),
                name="one_open_link_an_agent",
            )
        ]
        triggers: ClassVar = [*guarded(history=["used_at", "revoked_at"])]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} : {self.agent_id}"
