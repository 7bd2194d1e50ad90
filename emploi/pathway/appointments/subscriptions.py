"""Appointments hear of agents who leave and of places that close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.events import subscribe
from emploi.pathway.appointments.actions.departures import close_agenda_of_agent, close_agenda_of_place
from emploi.territory.agents.events import AccountClosed
from emploi.territory.geography.events import PlaceClosed


@subscribe(AccountClosed)
def close_agendas(events: Sequence[AccountClosed], *, by: Actor, at: datetime) -> None:
    """Nobody may book with an agent who cannot sign in any more."""
    for event in events:
        close_agenda_of_agent(agent_id=event.agent_id, by=by, at=at)


@subscribe(PlaceClosed)
def close_places(events: Sequence[PlaceClosed], *, by: Actor, at: datetime) -> None:
    """Refuse the closing of a place where people are expected; otherwise nobody may book there any more."""
    for event in events:
        close_agenda_of_place(place_id=event.place_id, by=by, at=at)
