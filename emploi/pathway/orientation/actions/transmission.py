"""Telling France Travail: every decision carries the day it was sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.orientation.events import OrientationTransmitted
from emploi.pathway.orientation.models import Decision


@action
def mark_transmitted(*, decision_ids: Collection[int], on: date, by: Actor, at: datetime) -> int:
    """Note the day these decisions were sent; those already sent keep their first date."""
    if not decision_ids:
        raise DomainError("Cochez au moins une décision.", field="decisions")
    if on > at.date():
        raise DomainError("La date d’envoi ne peut pas être dans le futur.", field="on")
    rows = list(Decision.objects.unsent().select_for_update().filter(pk__in=decision_ids).order_by("pk"))
    early = [row for row in rows if row.decided_on > on]
    if early:
        raise DomainError("Une décision ne peut pas être envoyée avant d’avoir été prise.", field="on")
    Decision.objects.filter(pk__in=[row.pk for row in rows]).update(transmitted_on=on)
    publish(
        [
            OrientationTransmitted(
                person_id=row.person_id, entry_id=row.entry_id, decision_id=row.pk, transmitted_on=on
            )
            for row in rows
        ],
        by=by,
        at=at,
    )
    return len(rows)
