"""The small fictional Département, and one person per role who works there."""

from collections.abc import Callable

import pytest
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.territory.agents.actions import RoleWanted, open_account
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from emploi.territory.geography.actions import load_geography
from emploi.territory.organizations.actions import load_organizations
from emploi.territory.organizations.models import Organization

BY = Actor.system("Essai")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def department(db: None) -> None:
    """Twelve communes, two territories, five places, thirteen organisations."""
    load_geography(by=BY, at=clock.now(), only_department=True)
    load_organizations(by=BY, at=clock.now())


@pytest.fixture
def hire(department: None) -> Callable[..., Agent]:
    """Opens an account with a role at the Département: hire("elected")."""

    def _hire(role: str, **more: str) -> Agent:
        home = Organization.objects.get(slug="departement")
        names = {"first_name": "Camille", "last_name": Role(role).label[:40], "email": f"{role}@val-exemple.fr"}
        return open_account(roles=[RoleWanted(home.pk, role)], by=BY, at=clock.now(), **{**names, **more})

    return _hire


@pytest.fixture
def as_role(hire: Callable[..., Agent]) -> Callable[[str], Client]:
    """A browser where an agent of that role is signed in."""

    def _as_role(role: str) -> Client:
        client = Client()
        client.force_login(hire(role), backend=BACKEND)
        return client

    return _as_role


@pytest.fixture
def administrator(as_role: Callable[[str], Client]) -> Client:
    """The administrator's browser."""
    return as_role("administrator")
