"""Sign-ins are kept in the journal."""

from typing import Any

from allauth.account.signals import user_logged_in
from django.dispatch import receiver

from emploi.foundation import clock
from emploi.foundation.events import publish
from emploi.territory.agents.events import SignedIn
from emploi.territory.agents.models import Agent


@receiver(user_logged_in)
def _signed_in(user: Agent, **kwargs: Any) -> None:
    publish(SignedIn(agent_id=user.pk, name=user.full_name), by=user.as_actor(), at=clock.now())
