"""The secret address at which an agent's other calendar reads her appointments."""

from __future__ import annotations

import secrets
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.appointments.events import AgendaFeedMade, AgendaFeedRevoked
from emploi.pathway.appointments.models import AgendaFeed


@action
def make_feed(*, agent_id: int, by: Actor, at: datetime) -> AgendaFeed:
    """Make a new address for an agent's appointments; the former one opens nothing any more."""
    _revoke(agent_id, at=at)
    feed = AgendaFeed.objects.create(agent_id=agent_id, seed=secrets.token_hex(16), created_at=at)
    publish(AgendaFeedMade(feed_id=feed.pk, agent_id=agent_id), by=by, at=at)
    return feed


@action
def revoke_feed(*, agent_id: int, by: Actor, at: datetime) -> None:
    """Close the address of an agent's appointments."""
    if not _revoke(agent_id, at=at):
        raise DomainError("Aucune adresse n’est ouverte.")
    publish(AgendaFeedRevoked(agent_id=agent_id), by=by, at=at)


def _revoke(agent_id: int, *, at: datetime) -> int:
    return AgendaFeed.objects.filter(agent_id=agent_id, revoked_at=None).update(revoked_at=at)
