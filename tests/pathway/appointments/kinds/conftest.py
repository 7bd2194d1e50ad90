"""An administrator signed in."""

import pytest
from django.test import Client

from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import Role
from tests.pathway.appointments.world import World, agent


@pytest.fixture
def administrator(world: World) -> Agent:
    """Who writes the kinds of appointment."""
    service = Membership.objects.get(agent=world.officer).organization
    return agent("Ada", "Reglages", Role.ADMINISTRATOR, service)


@pytest.fixture
def browser(administrator: Agent) -> Client:
    """Her browser."""
    client = Client()
    client.force_login(administrator, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
