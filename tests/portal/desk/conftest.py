"""The desk's surroundings: the small Département of appointments, and a browser per agent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from emploi.territory.agents.models import Agent
from tests.pathway.appointments.world import World, build

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def world(db: None) -> World:
    """Two places, two officers and a secretary, on Monday 23 November 2026."""
    return build()


@pytest.fixture
def as_agent() -> Callable[[Agent], Client]:
    """A browser where an agent is signed in."""

    def _as(agent: Agent) -> Client:
        client = Client()
        client.force_login(agent, backend=BACKEND)
        return client

    return _as


@pytest.fixture
def office(world: World, as_agent: Callable[[Agent], Client]) -> Client:
    """The secretary's browser."""
    return as_agent(world.secretary)


def page(response: object, status: int = 200) -> BeautifulSoup:
    """Read an answer, whose status is the one expected."""
    assert response.status_code == status, response.status_code  # type: ignore[attr-defined]
    return BeautifulSoup(response.content, "html.parser")  # type: ignore[attr-defined]


def text(found: BeautifulSoup) -> str:
    """Return what a person reads, on one line."""
    return " ".join(found.get_text(" ").split())
