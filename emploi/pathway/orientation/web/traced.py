"""The decisions of an export, each person noted as taken away in a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.db.models import QuerySet

from emploi.foundation.audit.actions import record_export
from emploi.pathway.orientation.models import Decision
from emploi.territory.agents.models import Agent

BATCH = 1000


def traced(decisions: QuerySet[Decision], *, agent: Agent, page: str, at: datetime) -> Iterator[Decision]:
    """Yield the decisions, batch by batch, their people being noted just before they leave."""
    rows = decisions.iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        people = [row.person_id for row in batch]
        record_export(agent_id=agent.pk, agent_label=agent.full_name, person_ids=people, page=page, at=at)
        yield from batch
