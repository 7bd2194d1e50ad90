"""The référent unique of each person (RG-57): who is in place, who has left."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from emploi.pathway.orientation.queries.decisions import REFERENT_ROLES
from emploi.territory.agents.models import Membership


def referent_has_left(on: date) -> Q:
    """Return the condition for orientations whose referent no longer works for the body in charge.

    The account is closed, or the role held there has ended: read from the accounts, so that reopening one is enough.
    """
    held = Membership.objects.active(on=on).filter(role__in=REFERENT_ROLES, agent__is_active=True)
    here = held.filter(agent=OuterRef("referent"), organization=OuterRef("responsible_organization"))
    return Q(~Exists(here), referent__isnull=False)
