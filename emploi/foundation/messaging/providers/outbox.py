"""The default provider: messages stay in the database and are read on the page « Envois »."""

from __future__ import annotations

from collections.abc import Sequence

from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.providers.base import Outcome, Provider


class Outbox(Provider):
    """Keeps everything, sends nothing outside: demonstrations, tests, a first week of trial."""

    name = "outbox"
    chunk = 200
    repeatable = True

    def send(self, messages: Sequence[Message]) -> list[Outcome]:
        """Accept every message."""
        return [Outcome("accept", ref=f"envois-{message.pk}") for message in messages]
