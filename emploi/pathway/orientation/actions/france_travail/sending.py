"""Telling France Travail: each decision carries the day it was sent; a sending noted by mistake is undone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.texts.guard import check_numbers, speaks_of_health
from emploi.pathway.orientation.events import OrientationTransmitted, TransmissionUndone
from emploi.pathway.orientation.models import Decision, DepartureReason, SentDecision, Transmission
from emploi.pathway.orientation.models.transmission import Receipt


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
    if not rows:
        return 0
    sending = Transmission.objects.create(
        sent_on=on, recorded_at=at, recorded_by_id=by.id if by.kind == "agent" else None
    )
    SentDecision.objects.bulk_create([SentDecision(transmission=sending, decision=row) for row in rows])
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


@action
def undo_transmission(*, transmission_id: int, reason: str, by: Actor, at: datetime) -> int:
    """Take back a sending noted by mistake: its decisions are to be sent again. Raises DomainError."""
    sending = Transmission.objects.select_for_update().get(pk=transmission_id)
    if sending.undone_at is not None:
        raise DomainError("Cet envoi est déjà annulé.")
    if not reason.strip():
        raise DomainError("Indiquez la raison.", field="reason")
    check_numbers({"reason": reason})
    if sending.rows.exclude(answer="").exists():
        raise DomainError("France Travail a répondu à cet envoi : il est bien parti, il ne s’annule plus.")
    sending.undone_at, sending.undone_by_id, sending.undone_reason = at, by.id, reason.strip()[:300]
    sending.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    rows = list(sending.rows.select_related("decision"))
    settle_sent_days([row.decision_id for row in rows])
    events = [
        TransmissionUndone(
            person_id=row.decision.person_id, entry_id=row.decision.entry_id, decision_id=row.decision_id
        )
        for row in rows
    ]
    publish(events, by=by, at=at)
    return len(rows)


@action
def write_departure(*, decision_id: int, text: str, by: Actor, at: datetime) -> None:
    """Say why a decision departs from the recommendation, in the words France Travail will read: never health."""
    check_numbers({"text": text})
    if not text.strip():
        raise DomainError("Écrivez la raison.", field="text")
    if speaks_of_health(text):
        raise DomainError("Cette raison part à France Travail : n’y parlez pas de santé.", field="text")
    values = {"text": text.strip()[:500], "written_at": at, "written_by_id": by.id}
    DepartureReason.objects.update_or_create(decision_id=decision_id, defaults=values)


def settle_sent_days(decision_ids: Collection[int]) -> None:
    """Give each decision the day of its last sending that still holds: neither undone nor refused."""
    holding = SentDecision.objects.filter(decision__in=decision_ids, transmission__undone_at=None)
    days = dict(
        holding.exclude(answer=Receipt.REFUSED)
        .order_by("transmission__sent_on", "pk")
        .values_list("decision_id", "transmission__sent_on")
    )
    changed = []
    for decision in Decision.objects.filter(pk__in=decision_ids).select_for_update().order_by("pk"):
        if decision.transmitted_on != days.get(decision.pk):
            decision.transmitted_on = days.get(decision.pk)
            changed.append(decision)
    Decision.objects.bulk_update(changed, ["transmitted_on"])
