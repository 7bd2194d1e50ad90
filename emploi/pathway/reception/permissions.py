"""Who reads which calls: those of the people an agent may see, and those of callers nobody recognised."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from emploi.pathway.beneficiaries import permissions as people
from emploi.pathway.reception.models import Call
from emploi.territory.agents.roles import Permission


def visible_to(agent: Any) -> QuerySet[Call]:
    """The calls an agent may read."""
    if not agent.can(Permission.RECEIVE_CALLS):
        return Call.objects.none()
    theirs = people.visible_to(agent).filter(pk=OuterRef("person_id"))
    return Call.objects.filter(Q(person__isnull=True) | Exists(theirs))
