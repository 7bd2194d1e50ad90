"""Somebody leaves: the calls she owed go back to whoever holds the reception."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.events import subscribe
from emploi.pathway.reception import actions
from emploi.territory.agents.events import AccountClosed


@subscribe(AccountClosed)
def give_back_calls(events: Sequence[AccountClosed], *, by: Actor, at: datetime) -> None:
    """Nobody waits for a call from an account that is closed."""
    actions.give_back(agent_ids=[event.agent_id for event in events], by=by, at=at)
