"""Names beside the rows of a list, for those who may know them; people taken away in a file leave a trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, TypeVar

from emploi.foundation import clock
from emploi.foundation.audit.actions import record_export
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission

BATCH = 2000


class OfAPerson(Protocol):
    """A row of a list that tells whom it is about."""

    @property
    def person_id(self) -> int:
        """Whom the row is about."""


R = TypeVar("R", bound=OfAPerson)


def named(agent: Agent, rows: Sequence[R]) -> list[tuple[R, str]]:
    """Pair rows with names, empty when the agent may not know them; one query."""
    if not agent.can(Permission.SEE_PERSONS):
        return [(row, "") for row in rows]
    people = visible_to(agent).filter(pk__in=[row.person_id for row in rows]).only("first_name", "last_name")
    names = {person.pk: person.full_name for person in people}
    return [(row, names.get(row.person_id, "")) for row in rows]


def traced(rows: Sequence[R], agent: Agent, page: str) -> Iterator[dict[str, Any]]:
    """Yield the rows with the names the agent may see, their people being noted just before they leave."""
    at = clock.now()
    for start in range(0, len(rows), BATCH):
        found = rows[start : start + BATCH]
        people = [row.person_id for row in found]
        record_export(agent_id=agent.pk, agent_label=agent.full_name, person_ids=people, page=page, at=at)
        yield from ({"row": row, "name": name} for row, name in named(agent, found))
