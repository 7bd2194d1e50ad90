"""Telling a refusal: reasons, ways and delays to contest, on the certain date of the hand, the post or the receipt."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from emploi.foundation import clock, department
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.documents import actions as documents
from emploi.foundation.documents.models import Document
from emploi.foundation.documents.typst import typst_pdf
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging.actions import queue_message, withdraw_letter
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.ui.french import date_long_fr
from emploi.pathway.appointments.queries.recipients import reach_of
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions.papers import contacts
from emploi.pathway.orientation.actions.reorienting.telling import context_of, tell_refusal
from emploi.pathway.orientation.enums import BY_POST, CHOSEN_MEANS, NotificationMeans, ReorientationState
from emploi.pathway.orientation.events import RefusalAsked, RefusalReturned, RefusalTold
from emploi.pathway.orientation.models import Reorientation
from emploi.territory.rulebook import queries as rulebook

LETTER_KIND = "reorientation_refusal"
FUTURE = "Cette date ne peut pas être dans le futur."
NOT_TOLD = Reorientation.objects.filter(state=ReorientationState.REFUSED, told_on=None)


@action
def ask_refusal_letter(
    *, reorientation_id: int, means: str, on: date | None = None, by: Actor, at: datetime
) -> Reorientation:
    """Make the letter of a refusal, then hand it over (`on`, today by default) or give it to the post.

    While the person has received nothing, another way may be chosen: the letter that waited is withdrawn.
    """
    row = _refused(reorientation_id)
    if means not in dict(CHOSEN_MEANS):
        raise DomainError("Dites comment la réponse est remise.", field="means")
    day = _handed_on(row, on or at.date(), at) if means == NotificationMeans.HANDED else None
    withdraw_letter(document_id=row.letter_id, reason="La réponse est remise autrement", by=by, at=at)
    row.letter_asked_at, row.letter_means, row.told_on = at, means, day
    row.letter = documents.store(
        name=f"reponse-reorientation-{row.pk}.pdf",
        content=typst_pdf("orientation/refusal", refusal_data(row, at.date(), handed_on=day)),
        kind=LETTER_KIND,
        person_id=row.person_id,
        by=by,
        at=at,
    )
    row.save(update_fields=["letter", "letter_asked_at", "letter_means", "told_on"])
    if means in BY_POST:
        _send(row, row.letter, by, at)
        asked = RefusalAsked(person_id=row.person_id, entry_id=row.entry_id, reorientation_id=row.pk, means=means)
        publish(asked, by=by, at=at)
    else:
        publish(_told(row), by=by, at=at)
    tell_refusal(row, by, at)
    return row


@action
def note_refusal_told(*, reorientation_id: int, on: date, by: Actor, at: datetime) -> Reorientation:
    """Note the day the letter was posted, or the day written on the receipt the person signed; it never moves back."""
    row = _found(reorientation_id)
    if row.letter_means not in BY_POST or row.letter_asked_at is None:
        raise DomainError("Aucune lettre n’a été demandée pour cette réponse.")
    earliest = row.told_on or row.letter_asked_at.astimezone(clock.ZONE).date()
    if on > at.date():
        raise DomainError(FUTURE, field="on")
    if on < earliest:
        raise DomainError(f"La lettre date du {date_long_fr(earliest)} : pas avant.", field="on")
    withdraw_letter(document_id=row.letter_id, reason="La réponse est remise autrement", by=by, at=at)
    if row.told_on != on:
        row.told_on = on
        row.save(update_fields=["told_on"])
        publish(_told(row), by=by, at=at)
    return row


@action
def refusals_printed(*, document_ids: Collection[int], on: date, by: Actor, at: datetime) -> int:
    """Tell on the day of printing the refusals these letters enclose; a registered one waits for its receipt."""
    waiting = NOT_TOLD.select_for_update(of=("self",)).filter(
        letter_id__in=document_ids, letter_means=NotificationMeans.LETTER
    )
    rows = list(waiting)
    for row in rows:
        row.told_on = max(on, row.settled_on or on)
    Reorientation.objects.bulk_update(rows, ["told_on"], batch_size=500)
    publish([_told(row) for row in rows], by=by, at=at)
    return len(rows)


@action
def refusals_posted(*, document_ids: Collection[int], was: date, on: date, by: Actor, at: datetime) -> int:
    """Move to the day of posting the refusals told on the day that counted before; one dated by hand stays."""
    rows = list(
        Reorientation.objects.select_for_update(of=("self",)).filter(
            letter_id__in=document_ids, told_on=was, letter_means=NotificationMeans.LETTER
        )
    )
    for row in rows:
        row.told_on = max(on, row.settled_on or on)
    Reorientation.objects.bulk_update(rows, ["told_on"], batch_size=500)
    publish([_told(row) for row in rows], by=by, at=at)
    return len(rows)


@action
def registered_refusal_received(*, document_id: int, on: date, by: Actor, at: datetime) -> bool:
    """Tell on the day the post says the refusal a registered letter encloses; another day noted is a correction."""
    row = (
        Reorientation.objects.select_for_update(of=("self",))
        .filter(letter_id=document_id, letter_means=NotificationMeans.REGISTERED)
        .exclude(told_on=on)
        .first()
    )
    if row is None:
        return False
    row.told_on = max(on, row.settled_on or on)
    row.save(update_fields=["told_on"])
    publish(_told(row), by=by, at=at)
    return True


@action
def refusals_returned(*, document_ids: Collection[int], by: Actor, at: datetime) -> int:
    """Take back the date of letters that never reached the person: her delay to contest has not begun."""
    lost = list(
        Reorientation.objects.select_for_update(of=("self",)).filter(
            letter_id__in=document_ids, letter_means__in=BY_POST
        )
    )
    Reorientation.objects.filter(pk__in=[row.pk for row in lost]).update(told_on=None)
    events = [RefusalReturned(person_id=row.person_id, entry_id=row.entry_id, reorientation_id=row.pk) for row in lost]
    publish(events, by=by, at=at)
    return len(lost)


def refusal_data(row: Reorientation, today: date, *, handed_on: date | None = None) -> dict[str, Any]:
    """Return what the letter prints: the request, the reasons, the orientation that stays, how to contest."""
    told = handed_on or today
    current = queries.current_decision(row.entry_id)
    return {
        "date": f"Le {date_long_fr(today)}",
        "recipient": [row.person.full_name, *reach_of([row.entry])[row.entry_id].address_lines],
        "reference": f"Réorientation n° {row.pk}",
        "person": row.person.full_name,
        "asked_on": date_long_fr(row.asked_on),
        "settled_on": date_long_fr(row.settled_on),
        "route": row.get_route_display() if row.route else "",
        "reason": row.letter_reason,
        "organization": current.responsible_organization.name if current else "",
        "organization_phone": current.responsible_organization.phone if current else "",
        "handed_on": date_long_fr(handed_on) if handed_on else "",
        "appeal_until": date_long_fr(queries.appeal_end(handed_on)) if handed_on else "",
        "appeal_months": rulebook.value("appeal_months", told),
        "appeal_source": rulebook.parameter("appeal_months", told).source.title,
        "appeal_silence_months": rulebook.value("appeal_silence_months", told),
        "tribunal_months": rulebook.value("tribunal_months", told),
        "signatory": row.settled_by.full_name if row.settled_by else "",
        "delegation": queries.default_delegation(row.settled_by) if row.settled_by else "",
        "phone": department.identity().phone,
        **contacts(),
    }


def _found(reorientation_id: int) -> Reorientation:
    related = ("person", "entry", "entry__household", "wished", "settled_by", "letter")
    return Reorientation.objects.select_for_update(of=("self",)).select_related(*related).get(pk=reorientation_id)


def _refused(reorientation_id: int) -> Reorientation:
    row = _found(reorientation_id)
    if row.state != ReorientationState.REFUSED:
        raise DomainError("Cette demande n’est pas refusée : il n’y a pas de refus à notifier.")
    if row.told_on is not None:
        raise DomainError("Ce refus est déjà notifié : la date ne change plus.")
    return row


def _handed_on(row: Reorientation, on: date, at: datetime) -> date:
    if on > at.date():
        raise DomainError(FUTURE, field="on")
    if row.settled_on is not None and on < row.settled_on:
        raise DomainError(f"La demande a été refusée le {date_long_fr(row.settled_on)} : pas avant.", field="on")
    return on


def _send(row: Reorientation, letter: Document, by: Actor, at: datetime) -> None:
    reach = reach_of([row.entry])[row.entry_id]
    if not reach.address_lines:
        raise DomainError(
            "Cette personne n’a pas d’adresse postale complète : remettez la réponse en main propre, "
            "ou complétez l’adresse dans la fiche.",
            field="means",
        )
    registered = row.letter_means == NotificationMeans.REGISTERED
    queue_message(
        channel=Channel.LETTER,
        to="\n".join([row.person.full_name, *reach.address_lines]),
        template="orientation/reorientation_refused",
        context=context_of(row),
        dedup_key=f"reorientation:{row.pk}:letter:{letter.pk}",
        person_id=row.person_id,
        entry_id=row.entry_id,
        about="Réponse à une demande de réorientation" + (" (recommandé avec avis de réception)" if registered else ""),
        document_id=letter.pk,
        is_registered=registered,
        by=by,
        at=at,
    )


def _told(row: Reorientation) -> RefusalTold:
    return RefusalTold(
        person_id=row.person_id, entry_id=row.entry_id, reorientation_id=row.pk, on=row.told_on or row.asked_on
    )
