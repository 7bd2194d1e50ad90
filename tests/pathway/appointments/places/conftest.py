"""Signing in, for the screens of agendas."""

from collections.abc import Callable

import pytest
from django.test import Client

from emploi.territory.agents.models import Agent


@pytest.fixture
def client_of() -> Callable[[Agent], Client]:
    """A browser where somebody signed in."""

    def sign_in(who: Agent) -> Client:
        client = Client()
        client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
