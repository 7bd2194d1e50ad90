"""Telling the person her orientation, on a certain date, with reasons, rights and appeals (CT R5411-8-1).

Asking for a letter is not telling: the date is that of the hand, of the printing or posting, or of the receipt signed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from emploi.foundation import clock
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
from emploi.pathway.appointments.queries.recipients import Reach, reach_of
from emploi.pathway.orientation.actions.papers import decision_data
from emploi.pathway.orientation.actions.reorienting.clock import run_contracts, stop_contracts
from emploi.pathway.orientation.enums import BY_POST, CHOSEN_MEANS, Decider, NotificationMeans
from emploi.pathway.orientation.events import NotificationAsked, NotificationReturned, OrientationNotified
from emploi.pathway.orientation.models import Decision

FUTURE = "Cette date ne peut pas être dans le futur."


@action
def ask_notification(*, decision_id: int, means: str, on: date | None = None, by: Actor, at: datetime) -> Decision:
    """Make the decision letter, then hand it over (`on`, today by default) or give it to the post.

    While the person has received nothing, another way may be chosen: the letter that waited is withdrawn.
    """
    decision = _locked(decision_id)
    _check_may_notify(decision, means)
    day = _handed_on(decision, on or at.date(), at) if means == NotificationMeans.HANDED else None
    withdraw_letter(document_id=decision.notification_id, reason="La décision est remise autrement", by=by, at=at)
    decision.notification_asked_at, decision.notification_means, decision.notified_on = at, means, day
    decision.notification = documents.store(
        name=f"decision-orientation-{decision.pk}.pdf",
        content=typst_pdf("orientation/decision", decision_data(decision, at.date(), handed_on=day)),
        kind="orientation_decision",
        person_id=decision.person_id,
        by=by,
        at=at,
    )
    decision.save(update_fields=["notification", "notification_asked_at", "notification_means", "notified_on"])
    reach = reach_of([decision.entry])[decision.entry_id]
    if means in BY_POST:
        _send_letter(decision, decision.notification, reach, by, at)
        asked = NotificationAsked(
            person_id=decision.person_id, entry_id=decision.entry_id, decision_id=decision.pk, means=means
        )
        publish(asked, by=by, at=at)
    else:
        publish(_notified(decision), by=by, at=at)
    run_contracts([decision], by, at)
    _tell_by_message(decision, reach, by, at)
    return decision


def ask_notifications(
    *, decision_ids: Sequence[int], means: str, by: Actor, at: datetime
) -> tuple[int, list[tuple[int, str]]]:
    """Ask for the letters of several decisions, each by itself; return how many, and why not for the others.

    One refused holds nobody else back; a letter already asked for is not asked twice.
    """
    if means not in BY_POST:
        raise DomainError("Plusieurs décisions à la fois ne se notifient que par courrier.", field="means")
    asked, refused = 0, []
    for decision_id in decision_ids:
        try:
            _ask_once(decision_id=decision_id, means=means, by=by, at=at)
        except DomainError as error:
            refused.append((decision_id, error.message))
        else:
            asked += 1
    return asked, refused


@action
def _ask_once(*, decision_id: int, means: str, by: Actor, at: datetime) -> Decision:
    if _locked(decision_id).notification_asked_at is not None:
        raise DomainError("La notification de cette décision est déjà demandée.")
    return ask_notification(decision_id=decision_id, means=means, by=by, at=at)


@action
def note_notified(*, decision_id: int, on: date, by: Actor, at: datetime) -> Decision:
    """Note the day a letter was posted, or the day written on the receipt the person signed.

    The day of printing is kept until somebody says the letter was posted later; it never moves back.
    """
    decision = _locked(decision_id)
    if decision.notification_means not in BY_POST or decision.notification_asked_at is None:
        raise DomainError("Aucune lettre n’a été demandée pour cette décision.")
    asked_on = decision.notification_asked_at.astimezone(clock.ZONE).date()
    earliest = decision.notified_on or asked_on
    if on > at.date():
        raise DomainError(FUTURE, field="on")
    if on < earliest:
        why = "imprimée" if decision.notified_on else "demandée"
        raise DomainError(f"La lettre a été {why} le {date_long_fr(earliest)} : pas avant.", field="on")
    withdraw_letter(document_id=decision.notification_id, reason="La décision est remise autrement", by=by, at=at)
    if decision.notified_on != on:
        decision.notified_on = on
        decision.save(update_fields=["notified_on"])
        publish(_notified(decision), by=by, at=at)
        run_contracts([decision], by, at)
    return decision


@action
def letters_printed(*, document_ids: Collection[int], on: date, by: Actor, at: datetime) -> int:
    """Notify on the day of printing the decisions these letters enclose; a registered one waits for its receipt."""
    told = list(
        Decision.objects.select_for_update(of=("self",)).filter(
            notification_id__in=document_ids, notified_on=None, notification_means=NotificationMeans.LETTER
        )
    )
    for decision in told:
        decision.notified_on = max(on, decision.decided_on)
    Decision.objects.bulk_update(told, ["notified_on"], batch_size=500)
    publish([_notified(decision) for decision in told], by=by, at=at)
    run_contracts(told, by, at)
    return len(told)


@action
def letters_posted(*, document_ids: Collection[int], was: date, on: date, by: Actor, at: datetime) -> int:
    """Move to the day of posting the decisions told on the day that counted before; one dated by hand stays."""
    told = list(
        Decision.objects.select_for_update(of=("self",)).filter(
            notification_id__in=document_ids, notified_on=was, notification_means=NotificationMeans.LETTER
        )
    )
    for decision in told:
        decision.notified_on = max(on, decision.decided_on)
    Decision.objects.bulk_update(told, ["notified_on"], batch_size=500)
    publish([_notified(decision) for decision in told], by=by, at=at)
    run_contracts(told, by, at)
    return len(told)


@action
def registered_received(*, document_id: int, on: date, by: Actor, at: datetime) -> bool:
    """Notify on the day the post says the decision a registered letter encloses; another day noted is a correction."""
    decision = (
        Decision.objects.select_for_update(of=("self",))
        .filter(notification_id=document_id, notification_means=NotificationMeans.REGISTERED)
        .exclude(notified_on=on)
        .first()
    )
    if decision is None:
        return False
    decision.notified_on = max(on, decision.decided_on)
    decision.save(update_fields=["notified_on"])
    publish(_notified(decision), by=by, at=at)
    run_contracts([decision], by, at)
    return True


@action
def letters_returned(*, document_ids: Collection[int], by: Actor, at: datetime) -> int:
    """Take back the date of letters that never reached the person: her appeal delay has not begun."""
    lost = list(
        Decision.objects.select_for_update(of=("self",)).filter(
            notification_id__in=document_ids, notification_means__in=BY_POST
        )
    )
    Decision.objects.filter(pk__in=[decision.pk for decision in lost]).update(notified_on=None)
    events = [NotificationReturned(person_id=row.person_id, entry_id=row.entry_id, decision_id=row.pk) for row in lost]
    publish(events, by=by, at=at)
    # The delay that runs is that of the orientation in force: the letter of a former one stops nothing.
    stop_contracts([row for row in lost if row.is_current], at.astimezone(clock.ZONE).date(), by, at)
    return len(lost)


def _locked(decision_id: int) -> Decision:
    return (
        Decision.objects.select_for_update(of=("self",))
        .select_related("person", "entry", "entry__household", "modality", "responsible_organization", "referent")
        .get(pk=decision_id)
    )


def _check_may_notify(decision: Decision, means: str) -> None:
    if decision.decider == Decider.FRANCE_TRAVAIL:
        raise DomainError("Cette décision est celle de France Travail : c’est lui qui la notifie.")
    if not decision.is_to_notify:
        raise DomainError("Cette décision est déjà notifiée : la date ne change plus.")
    if means not in dict(CHOSEN_MEANS):
        raise DomainError("Dites comment la décision est remise.", field="means")


def _handed_on(decision: Decision, on: date, at: datetime) -> date:
    if on > at.date():
        raise DomainError(FUTURE, field="on")
    if on < decision.decided_on:
        raise DomainError(
            f"La décision a été prise le {date_long_fr(decision.decided_on)} : elle ne peut pas être remise avant.",
            field="on",
        )
    return on


def _notified(decision: Decision) -> OrientationNotified:
    return OrientationNotified(
        person_id=decision.person_id,
        entry_id=decision.entry_id,
        decision_id=decision.pk,
        means=decision.notification_means,
        on=decision.notified_on,
    )


def _send_letter(decision: Decision, letter: Document, reach: Reach, by: Actor, at: datetime) -> None:
    if not reach.address_lines:
        raise DomainError(
            "Cette personne n’a pas d’adresse postale complète : remettez la décision en main propre, "
            "ou complétez l’adresse dans la fiche.",
            field="means",
        )
    registered = decision.notification_means == NotificationMeans.REGISTERED
    queue_message(
        channel=Channel.LETTER,
        to="\n".join([decision.person.full_name, *reach.address_lines]),
        template="orientation/orientation_decided",
        context=_context(decision),
        dedup_key=f"orientation:{decision.pk}:letter:{letter.pk}",
        person_id=decision.person_id,
        entry_id=decision.entry_id,
        about="Décision d’orientation (recommandé avec avis de réception)" if registered else "Décision d’orientation",
        document_id=letter.pk,
        is_registered=registered,
        by=by,
        at=at,
    )


def _tell_by_message(decision: Decision, reach: Reach, by: Actor, at: datetime) -> None:
    """Announce the decision without its content: a telephone is read by others."""
    channel = Channel.SMS if reach.mobile else Channel.EMAIL
    to = reach.mobile or reach.email
    if not to:
        return
    queue_message(
        channel=channel,
        to=to,
        template="orientation/orientation_decided",
        context=_context(decision),
        dedup_key=f"orientation:{decision.pk}:{channel}",
        person_id=decision.person_id,
        entry_id=decision.entry_id,
        about="Décision d’orientation",
        by=by,
        at=at,
    )


def _context(decision: Decision) -> dict[str, str]:
    return {
        "first_name": decision.person.said_first_name,
        "organization": decision.responsible_organization.name,
        "by_letter": "oui" if decision.notification_means in BY_POST else "",
    }
