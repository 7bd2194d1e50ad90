"""Leaving a person alone for a while: a reason, a last day; the day after, the lists hold her again by themselves."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.appointments.actions.slots import agent_id_of
from emploi.pathway.appointments.events import InvitationsResumed, InvitationsStopped
from emploi.pathway.appointments.models import InvitationStop
from emploi.pathway.appointments.queries.following.suspensions import running_stops
from emploi.pathway.beneficiaries.models import Person


@action
def stop_invitations(
    *, person: Person, reason: str, last_day: date | None = None, by: Actor, at: datetime
) -> InvitationStop:
    """Suspend invitations and relaunches to a person, with a reason, until a day; deadlines keep running."""
    _check(reason, last_day, at=at)
    if running_stops(at.date()).filter(person=person).exists():
        raise DomainError("Les invitations de cette personne sont déjà suspendues.")
    _close_the_past_one(person.pk)
    try:
        with transaction.atomic():
            stop = InvitationStop.objects.create(
                person=person,
                reason=reason.strip()[:200],
                last_day=last_day,
                started_at=at,
                started_by_id=agent_id_of(by),
            )
    except IntegrityError as twin:
        # Two agents at the same second: the database keeps one.
        raise DomainError("Quelqu’un vient de suspendre les invitations de cette personne.") from twin
    _tell(stop, by=by, at=at)
    return stop


@action
def prolong_stop(*, person_id: int, last_day: date, reason: str, by: Actor, at: datetime) -> InvitationStop:
    """Give a running suspension another last day, with the reason that holds now."""
    _check(reason, last_day, at=at)
    stop = _running(person_id, at=at)
    stop.last_day, stop.reason = last_day, reason.strip()[:200]
    stop.save(update_fields=["last_day", "reason"])
    _tell(stop, by=by, at=at)
    return stop


@action
def resume_invitations(*, person_id: int, by: Actor, at: datetime) -> None:
    """End the suspension of a person's invitations before its day."""
    stop = _running(person_id, at=at)
    stop.ended_at = at
    stop.save(update_fields=["ended_at"])
    publish(InvitationsResumed(person_id=person_id, stop_id=stop.pk), by=by, at=at)


def _check(reason: str, last_day: date | None, *, at: datetime) -> None:
    if not reason.strip():
        raise DomainError("Indiquez la raison.", field="reason")
    if last_day is not None and last_day < at.date():
        raise DomainError("Ce jour est passé : choisissez aujourd’hui ou plus tard.", field="last_day")


def _running(person_id: int, *, at: datetime) -> InvitationStop:
    stop = running_stops(at.date()).select_for_update(of=("self",)).filter(person_id=person_id).first()
    if stop is None:
        raise DomainError("Les invitations de cette personne ne sont pas suspendues.")
    return stop


def _close_the_past_one(person_id: int) -> None:
    """A suspension whose day is over was never lifted by anybody: it ended with that day."""
    for stop in InvitationStop.objects.filter(person_id=person_id, ended_at=None, last_day__isnull=False):
        if stop.last_day is not None:
            stop.ended_at = clock.start_of(clock.add_days(stop.last_day, 1))
            stop.save(update_fields=["ended_at"])


def _tell(stop: InvitationStop, *, by: Actor, at: datetime) -> None:
    event = InvitationsStopped(person_id=stop.person_id, stop_id=stop.pk, last_day=stop.last_day)
    publish(event, by=by, at=at, reason=stop.reason)
