"""All pages × all roles: whoever lacks the permission is refused, whoever holds it is not."""

import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import ROLE_PERMISSIONS, Role
from emploi.territory.organizations.enums import OrganizationKind
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook import actions as rulebook
from tests.architecture.test_views import our_views

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules_in_force() -> None:
    """Pages read the rulebook; an installed product always has one."""
    rulebook.load_shipped(by=Actor.system("essai"), at=clock.now())


SAMPLES: dict[str, Any] = {"int": 999_999, "str": "inconnu", "slug": "inconnu", "uuid": uuid.UUID(int=1), "path": "x"}
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


def address_of(pattern: URLPattern, prefix: str = "/") -> str:
    """The page's address with values that name nothing."""
    return prefix + PARAMETER.sub(lambda found: str(SAMPLES[found.group(1) or "str"]), str(pattern.pattern))


def protected_pages() -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (name, address_of(pattern), pattern.callback.required_permissions)
        for name, pattern in our_views()
        if hasattr(pattern.callback, "required_permissions")
    ]


def somebody(role: str) -> Client:
    with acting(Actor.system("essai")):
        home, _ = Organization.objects.get_or_create(
            slug="essai", defaults={"name": "Organisme d'essai", "kind": OrganizationKind.DEPARTEMENT}
        )
        agent = Agent.objects.create(email=f"{role}@essai.fr", first_name="Agent", last_name=role)
        Membership.objects.create(agent=agent, organization=home, role=role, started_on=clock.today())
    client = Client(raise_request_exception=False)
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize("role", Role.values)
def test_each_role_meets_its_pages_and_no_other(role: str) -> None:
    client = somebody(role)
    held = {str(p) for p in ROLE_PERMISSIONS[role]}
    wrong = []
    for name, address, asked in protected_pages():
        status = client.get(address).status_code
        allowed = bool(held & set(asked))
        if allowed and status in (403, 500):
            wrong.append(f"{name} : {status} alors que {role} y a droit")
        if not allowed and status != 403:
            wrong.append(f"{name} : {status} alors que {role} n'y a pas droit")
    assert wrong == []


def test_a_visitor_is_led_to_the_sign_in_page() -> None:
    client = Client(raise_request_exception=False)
    wrong = []
    for name, address, _ in protected_pages():
        answer = client.get(address)
        if answer.status_code != 302 or "/compte/login/" not in answer["Location"]:
            wrong.append(f"{name} : {answer.status_code}")
    assert wrong == []


def test_an_agent_without_role_meets_nothing() -> None:
    agent = Agent.objects.create(email="personne@essai.fr", first_name="Sans", last_name="Rôle")
    client = Client(raise_request_exception=False)
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    opened = [name for name, address, _ in protected_pages() if client.get(address).status_code != 403]
    assert opened == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
