"""Exports leave a trace for each person they carry away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from emploi.foundation.audit.actions import record_export
from emploi.territory.agents.models import Agent

L = TypeVar("L")
BATCH = 500


def traced(lines: Iterable[L], person_id: Callable[[L], int], *, agent: Agent, page: str, at: datetime) -> Iterator[L]:
    """Yield the lines of an export, their people being noted just before, batch by batch."""
    rows = iter(lines)
    while chunk := list(islice(rows, BATCH)):
        people = [person_id(line) for line in chunk]
        record_export(agent_id=agent.pk, agent_label=agent.full_name, person_ids=people, page=page, at=at)
        yield from chunk
