"""Who reads which calls and replies: those of the people an agent may see, and those nobody recognised yet.

A reply nobody recognised may hold the words of anybody: only the Département's own services read it, and those it was
handed to.
"""

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
    nobody_s = Q(person__isnull=True)
    if not people.sees_everybody(agent):
        nobody_s &= Q(reply__isnull=True) | Q(owner=agent.pk) | Q(service__in=services_of(agent))
    return Call.objects.filter(nobody_s | Exists(theirs))


def services_of(agent: Any) -> list[int]:
    """The bodies an agent works for today."""
    return [membership.organization_id for membership in agent.active_memberships]
