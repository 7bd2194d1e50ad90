"""The invented professionals of the demonstration: one account a role to sign in with, and their colleagues."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.simulator.life.draws import Draws, stream
from emploi.simulator.life.names import names
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import Role
from emploi.territory.organizations.enums import OrganizationKind
from emploi.territory.organizations.models import Organization

# RFC 2606: a domain that exists nowhere. The password opens fictitious data only.
DOMAIN, PASSWORD = "demo.example", "Demonstration-2026"
STREAM: Final = 4242
OURS: Final = (OrganizationKind.POLE_INSERTION, OrganizationKind.DEPARTEMENT)
PER_TERRITORY: Final = 2  # counsellors, and as many social workers, in each pôle insertion
ACCOUNTS: Final = (
    (Role.ORIENTATION_OFFICER, "orientation"),
    (Role.RSA_OFFICE, "gestion-rsa"),
    (Role.COUNSELLOR, "conseiller"),
    (Role.SOCIAL_WORKER, "travail-social"),
    (Role.HEAD_OF_SERVICE, "chef-de-pole"),
    (Role.STEERING, "direction"),
    (Role.ELECTED, "elu"),
    (Role.PROVIDER, "prestataire"),
    (Role.ADMINISTRATOR, "administration"),
    (Role.DPO, "dpo"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """How to sign in as one role."""

    role: str
    email: str
    password: str


@action
def hire(*, households: int, officers: int, by: Actor, at: datetime) -> list[Account]:
    """Creates the missing accounts; those that exist keep their password and their rights."""
    team = _Team(at.date() - timedelta(days=1600))
    poles = list(Organization.objects.active().filter(kind__in=OURS).order_by("kind", "pk"))
    places = [pole for pole in poles if pole.kind == OrganizationKind.POLE_INSERTION] or poles
    for role, word in ACCOUNTS:
        team.add(role, word, _home(role, places, poles))
    for number in range(2, officers + 1):
        team.add(Role.ORIENTATION_OFFICER, f"orientation{number}", places[(number - 1) % len(places)])
    for number in range(2, 2 + math.ceil(households / 8000)):
        team.add(Role.RSA_OFFICE, f"gestion-rsa{number}", poles[0])
    for rank, place in enumerate(places * PER_TERRITORY, start=2):
        team.add(Role.COUNSELLOR, f"conseiller{rank}", place)
        team.add(Role.SOCIAL_WORKER, f"travail-social{rank}", place)
    return accounts()


def accounts() -> list[Account]:
    """One account for each role."""
    return [Account(role.label, f"{word}@{DOMAIN}", PASSWORD) for role, word in ACCOUNTS]


def officers_for(households: int, per_officer: float) -> int:
    """How many officers receive that many households; two at least, so that one may be away."""
    return max(2, math.ceil(households / per_officer))


class _Team:
    def __init__(self, since: date) -> None:
        self.since = since
        self.known = set(Agent.objects.values_list("email", flat=True))
        self.draws: Draws = stream(1, STREAM)
        # One hash for all: hashing a password is slow on purpose.
        self.password = Agent(email="x")
        self.password.set_password(PASSWORD)

    def add(self, role: Role, word: str, organization: Organization) -> None:
        first, last = names().first_name(self.draws, self.draws.pick("12")), names().surname(self.draws)
        email = f"{word}@{DOMAIN}"
        if email in self.known:
            return
        agent = Agent.objects.create(
            email=email,
            first_name=first.title(),
            last_name=last.title(),
            phone="04 65 71 20 00",
            password=self.password.password,
        )
        Membership.objects.create(agent=agent, organization=organization, role=role, started_on=self.since)


def _home(role: Role, places: list[Organization], poles: list[Organization]) -> Organization:
    if role == Role.PROVIDER:
        provider = Organization.objects.active().filter(kind=OrganizationKind.PROVIDER).order_by("pk").first()
        return provider or poles[0]
    at_a_pole = (Role.ORIENTATION_OFFICER, Role.COUNSELLOR, Role.SOCIAL_WORKER, Role.HEAD_OF_SERVICE)
    departement = next((pole for pole in poles if pole.kind == OrganizationKind.DEPARTEMENT), poles[0])
    return places[0] if role in at_a_pole else departement
