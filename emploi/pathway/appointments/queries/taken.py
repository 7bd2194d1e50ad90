"""When agents cannot receive: another slot, an absence, a closed place, a calendar kept elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from emploi.foundation import clock
from emploi.pathway.appointments.models import BusyTime, Closure, Slot
from emploi.pathway.appointments.models.openings import OCCUPIES_THE_AGENT
from emploi.pathway.appointments.rules.slots import Moments


@dataclass(frozen=True, slots=True)
class Taken:
    """Moments by agent and place; None stands for every agent, or every place."""

    moments: dict[tuple[int | None, int | None], list[Moments]]

    def covers(self, agent_id: int, place_id: int, moment: Moments) -> bool:
        """True when this agent cannot receive at this place at this moment."""
        keys = ((agent_id, None), (agent_id, place_id), (None, place_id), (None, None))
        known = (one for key in keys for one in self.moments.get(key, ()))
        return any(start < moment[1] and moment[0] < stop for start, stop in known)


def taken(agent_ids: Collection[int], since: datetime, until: datetime) -> Taken:
    """Whatever takes these agents, or closes any place, between two moments; a constant number of queries."""
    found: dict[tuple[int | None, int | None], list[Moments]] = {}
    slots = Slot.objects.filter(OCCUPIES_THE_AGENT, agent_id__in=agent_ids, starts_at__lt=until, ends_at__gt=since)
    for agent_id, start, stop in slots.values_list("agent_id", "starts_at", "ends_at"):
        found.setdefault((agent_id, None), []).append((start, stop))
    busy = BusyTime.objects.filter(agent_id__in=agent_ids, starts_at__lt=until, ends_at__gt=since)
    for agent_id, start, stop in busy.values_list("agent_id", "starts_at", "ends_at"):
        found.setdefault((agent_id, None), []).append((start, stop))
    days = {
        "first_on__lte": until.astimezone(clock.ZONE).date(), "last_on__gte": since.astimezone(clock.ZONE).date(),
    }  # fmt: skip
    whose = Q(agent_id__in=agent_ids) | Q(agent=None)
    for closure in Closure.objects.filter(whose, lifted_at=None, **days):
        found.setdefault((closure.agent_id, closure.place_id), []).extend(closure.moments())
    return Taken(found)
