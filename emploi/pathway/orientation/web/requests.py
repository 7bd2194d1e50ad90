"""The request of somebody who signed in."""

from __future__ import annotations

from django.http import HttpRequest

from emploi.territory.agents.models import Agent


class AgentRequest(HttpRequest):
    """A request of a signed-in agent, as @requires guarantees."""

    user: Agent
