"""What the tests of messages share: somebody who acts, messages to queue, agents who look."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.foundation.messaging.actions import Outgoing, queue_messages
from emploi.foundation.messaging.models import Message
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.organizations.enums import OrganizationKind
from emploi.territory.organizations.models import Organization

BY = Actor.system("essai")
MONDAY_MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE)
ADDRESS = "Mme Zoé Œuvré\n12 rue de l'Église\n99000 EXEMPLEVILLE"


def at_nine() -> datetime:
    """Monday 23 November 2026, nine o'clock: SMS may leave."""
    return MONDAY_MORNING


def later(**delta: float) -> Any:
    """A clock that much later."""
    return lambda: MONDAY_MORNING + timedelta(**delta)


def outgoing(key: str, **changes: Any) -> Outgoing:
    values: dict[str, Any] = {
        "channel": "sms",
        "to": "06 12 34 56 78",
        "template": "messaging/trial",
        "context": {"word": key},
        "dedup_key": key,
        **changes,
    }
    return Outgoing(**values)


def queue(*rows: Outgoing, at: datetime = MONDAY_MORNING) -> list[Message]:
    return queue_messages(rows=rows, by=BY, at=at)


def queue_many(count: int, **changes: Any) -> list[Message]:
    return queue(*(outgoing(f"m{number}", **changes) for number in range(count)))


def statuses() -> dict[str, int]:
    """How many messages are in each state, absent states left out."""
    found: dict[str, int] = {}
    for status in Message.objects.values_list("status", flat=True):
        found[status] = found.get(status, 0) + 1
    return found


def sign_in(role: str, email: str = "") -> Client:
    """A browser in which an agent of this role is signed in."""
    with acting(BY):
        home, _ = Organization.objects.get_or_create(
            slug="essai", defaults={"name": "Organisme d'essai", "kind": OrganizationKind.DEPARTEMENT}
        )
        agent = Agent.objects.create(email=email or f"{role}@essai.fr", first_name="Alice", last_name=role)
        Membership.objects.create(agent=agent, organization=home, role=role, started_on=clock.today())
    client = Client()
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
