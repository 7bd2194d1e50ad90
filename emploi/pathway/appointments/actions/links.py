"""Opening a link, typing a code, giving a link with a date, withdrawing one."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.appointments.actions.invitations import draw_codes, draw_token
from emploi.pathway.appointments.actions.slots import agent_id_of
from emploi.pathway.appointments.enums import Act
from emploi.pathway.appointments.events import (
    CodeLocked,
    InvitationOpened,
    InvitationRevoked,
)
from emploi.pathway.appointments.models import (
    Appointment,
    Invitation,
    InvitationOpening,
    UnknownCode,
)
from emploi.pathway.appointments.queries import terms
from emploi.pathway.appointments.queries.links import invitation_by_code, link_given_with
from emploi.pathway.appointments.rules import codes
from emploi.territory.rulebook import queries as rulebook


@dataclass(frozen=True, slots=True)
class Tried:
    """What a typed code gave: the invitation, or a refusal that says nothing of whether the code exists."""

    invitation: Invitation | None
    locked_until: datetime | None


@action
def record_opening(*, invitation_id: int, by: Actor, at: datetime) -> None:
    """Append the trace of the first opening of a link: the only write a GET may leave, told later to the journal."""
    InvitationOpening.objects.bulk_create(
        [InvitationOpening(invitation_id=invitation_id, opened_at=at)], ignore_conflicts=True
    )


@action
def tell_openings(*, by: Actor, at: datetime) -> int:
    """Publish the openings traced since the last time; returns how many."""
    waiting = list(
        InvitationOpening.objects.filter(told_at=None)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("invitation__person")[:500]
    )
    InvitationOpening.objects.filter(pk__in=[opening.pk for opening in waiting]).update(told_at=at)
    for opening in waiting:
        invitation = opening.invitation
        event = InvitationOpened(
            person_id=invitation.person_id, entry_id=invitation.entry_id, invitation_id=invitation.pk
        )
        publish(event, by=Actor.person(invitation.person_id, invitation.person.first_name), at=opening.opened_at)
    return len(waiting)


@action
def try_code(*, typed: str, birth_year: str, by: Actor, at: datetime) -> Tried:
    """Check a code and a birth year; a wrong pair counts as a failure, the same whether the code exists or not."""
    code = codes.normalise(typed)
    invitation = invitation_by_code(code)
    counter = _counter(code, invitation, at=at)
    if codes.is_locked(counter.locked_until, at=at):
        return Tried(None, counter.locked_until)
    year = str(invitation.person.birth_date.year) if invitation and invitation.person.birth_date else "----"
    good_year = hmac.compare_digest(year.encode(), birth_year.strip().encode())
    if invitation is not None and good_year:
        Invitation.links.filter(pk=invitation.pk).update(failures=0, locked_until=None)
        return Tried(invitation, None)
    return Tried(None, _count_failure(counter, by=by, at=at))


@action
def forget_unknown_codes(*, by: Actor, at: datetime) -> int:
    """Delete the counters of codes that do not exist, a day after the last try; returns how many."""
    forgotten, _ = UnknownCode.objects.filter(last_at__lt=at - timedelta(days=1)).delete()
    return forgotten


def give_link(appointment: Appointment, *, by: Actor, at: datetime) -> Invitation:
    """Return the link that goes with a date nobody was invited to choose; given once, whatever becomes of the date.

    It lets the person see, change or cancel; it is no invitation: no figure, no cool-down and no relaunch counts it.
    """
    day = appointment.starts_at.astimezone(clock.ZONE).date()
    until = max(day, terms.expires_on(appointment.kind, at.date()))
    given = link_given_with(appointment)
    if given is None:
        return Invitation.links.create(
            entry_id=appointment.entry_id, person_id=appointment.person_id, kind_id=appointment.kind_id,
            act=Act.BOOKED, token=draw_token(), code=draw_codes(1)[0], sent_at=at, sent_on=at.date(),
            expires_on=until, created_by_id=agent_id_of(by),
        )  # fmt: skip
    if given.expires_on < until:
        given.expires_on = until
        given.save(update_fields=["expires_on"])
    return given


@action
def revoke_invitation(*, invitation_id: int, reason: str, by: Actor, at: datetime) -> Invitation:
    """Withdraw a link at once, for instance because it went to a wrong number."""
    if not reason.strip():
        raise DomainError("Indiquez la raison.", field="reason")
    invitation = Invitation.links.select_for_update(of=("self",)).filter(pk=invitation_id, revoked_at=None).first()
    if invitation is None:
        raise DomainError("Ce lien est déjà retiré.")
    invitation.revoked_at, invitation.revoked_reason = at, reason.strip()[:200]
    invitation.save(update_fields=["revoked_at", "revoked_reason"])
    event = InvitationRevoked(person_id=invitation.person_id, entry_id=invitation.entry_id, invitation_id=invitation.pk)
    publish(event, by=by, at=at, reason=reason.strip())
    return invitation


def _counter(code: str, invitation: Invitation | None, *, at: datetime) -> Invitation | UnknownCode:
    """The row that counts the failures of a code, locked; one that exists and one that does not cost the same."""
    if invitation is not None:
        return Invitation.links.select_for_update(of=("self",)).get(pk=invitation.pk)
    digest = hmac.new(settings.SECRET_KEY.encode(), code.encode(), hashlib.sha256).hexdigest()
    UnknownCode.objects.bulk_create([UnknownCode(digest=digest, last_at=at)], ignore_conflicts=True)
    return UnknownCode.objects.select_for_update(of=("self",)).get(pk=digest)


def _count_failure(counter: Invitation | UnknownCode, *, by: Actor, at: datetime) -> datetime | None:
    """Add a failure; the last one allowed locks the code for a while and starts the count again."""
    until = codes.lock_after(
        counter.failures + 1,
        at=at,
        max_failures=int(rulebook.value("booking_code_max_failures", at.date())),
        minutes=int(rulebook.value("booking_lock_minutes", at.date())),
    )
    counted = {"failures": 0 if until else F("failures") + 1, "locked_until": until}
    if isinstance(counter, UnknownCode):
        UnknownCode.objects.filter(pk=counter.pk).update(**counted, last_at=at)
        return until
    Invitation.links.filter(pk=counter.pk).update(**counted)
    if until:
        event = CodeLocked(
            person_id=counter.person_id, entry_id=counter.entry_id, invitation_id=counter.pk, until=until
        )
        publish(event, by=by, at=at)
    return until
