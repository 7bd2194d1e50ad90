"""Requests of people for whom no slot suits: recorded, shown to the service, answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.appointments.actions.slots import agent_id_of
from emploi.pathway.appointments.events import SlotRequested, SlotRequestSettled
from emploi.pathway.appointments.models import Appointment, Invitation, Kind, SlotRequest
from emploi.pathway.appointments.queries.targets import Target, of_targets


@action
def request_slot(
    *, invitation: Invitation, wishes: Collection[str], note: str = "", phone: str = "", by: Actor, at: datetime
) -> SlotRequest:
    """Keep the request of a person for whom no slot suits; a second one about the same kind completes the first."""
    if not wishes and not note.strip():
        raise DomainError("Dites-nous quand vous pouvez venir, ou pourquoi ces créneaux ne conviennent pas.")
    asked = SlotRequest(
        invitation=invitation, kind_id=invitation.kind_id, entry_id=invitation.entry_id, person_id=invitation.person_id
    )
    return _keep(asked, wishes=wishes, note=note, phone=phone, by=by, at=at)


@action
def note_request(*, target: Target, kind: Kind, note: str, phone: str = "", by: Actor, at: datetime) -> SlotRequest:
    """Keep the request an agent hears, whether the person was invited or not; her last invitation is named if any."""
    sent = Invitation.objects.filter(of_targets([target]), kind=kind, revoked_at=None).order_by("-sent_at").first()
    asked = SlotRequest(invitation=sent, kind=kind, entry_id=target.entry_id, person=target.person)
    return _keep(asked, wishes=(), note=note, phone=phone, by=by, at=at)


def _keep(
    asked: SlotRequest, *, wishes: Collection[str], note: str, phone: str, by: Actor, at: datetime
) -> SlotRequest:
    """Write the request, or complete the one that waits already."""
    said = {"wishes": list(wishes), "note": note.strip()[:500], "phone": phone.strip()[:20]}
    request = asked
    request.created_at = at
    for name, value in said.items():
        setattr(request, name, value)
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError:
        request = SlotRequest.objects.select_for_update(of=("self",)).get(
            person_id=asked.person_id, kind_id=asked.kind_id, settled_at=None
        )
        for name, value in said.items():
            setattr(request, name, value)
        request.save(update_fields=list(said))
    publish(SlotRequested(person_id=request.person_id, entry_id=request.entry_id, request_id=request.pk), by=by, at=at)
    return request


@action
def settle_request(*, request_id: int, outcome: str, by: Actor, at: datetime) -> SlotRequest:
    """Say what was answered to a request."""
    request = SlotRequest.objects.select_for_update(of=("self",)).filter(pk=request_id, settled_at=None).first()
    if request is None:
        raise DomainError("Cette demande est déjà réglée.")
    if not outcome.strip():
        raise DomainError("Dites quelle suite a été donnée.", field="outcome")
    _settle([request], outcome=outcome, by=by, at=at)
    return request


def settle_for(appointment: Appointment, *, outcome: str, by: Actor, at: datetime) -> None:
    """Settle the open request of a person for this kind, if any, because what it asked for happened."""
    waiting = SlotRequest.objects.filter(person_id=appointment.person_id, kind_id=appointment.kind_id, settled_at=None)
    open_ones = list(waiting)
    _settle(open_ones, outcome=outcome, by=by, at=at)


def settle_open(waiting: QuerySet[SlotRequest], *, outcome: str, by: Actor, at: datetime) -> None:
    """Settle these requests, because nobody waits for an answer any more."""
    _settle(list(waiting.filter(settled_at=None)), outcome=outcome, by=by, at=at)


def _settle(requests: list[SlotRequest], *, outcome: str, by: Actor, at: datetime) -> None:
    for request in requests:
        request.settled_at, request.settled_by_id = at, agent_id_of(by)
        request.outcome = outcome.strip()[:200]
        request.save(update_fields=["settled_at", "settled_by", "outcome"])
    events = [
        SlotRequestSettled(person_id=request.person_id, entry_id=request.entry_id, request_id=request.pk)
        for request in requests
    ]
    publish(events, by=by, at=at, reason=outcome)
