"""Telling the person her orientation, on a certain date, with reasons, rights and appeals (CT R5411-8-1)."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.documents import actions as documents
from emploi.foundation.documents.models import Document
from emploi.foundation.documents.typst import typst_pdf
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging.actions import queue_message
from emploi.foundation.messaging.enums import Channel
from emploi.pathway.appointments.queries.recipients import Reach, reach_of
from emploi.pathway.orientation.actions.papers import decision_data
from emploi.pathway.orientation.enums import Decider, NotificationMeans
from emploi.pathway.orientation.events import OrientationNotified
from emploi.pathway.orientation.models import Decision


@action
def notify_decision(*, decision_id: int, means: str, by: Actor, at: datetime) -> Decision:
    """Make the decision letter and hand it over or send it; the moment is kept and never moves."""
    decision = (
        Decision.objects.select_for_update(of=("self",))
        .select_related("person", "entry", "entry__household", "modality", "responsible_organization", "referent")
        .get(pk=decision_id)
    )
    if decision.notified_at is not None:
        raise DomainError("Cette décision est déjà notifiée : la date ne change plus.")
    if decision.decider == Decider.FRANCE_TRAVAIL:
        raise DomainError("Cette décision est celle de France Travail : c’est lui qui la notifie.")
    if means not in NotificationMeans.values:
        raise DomainError("Dites comment la décision est remise.", field="means")
    letter = documents.store(
        name=f"decision-orientation-{decision.pk}.pdf",
        content=typst_pdf("orientation/decision", decision_data(decision, at.date())),
        kind="orientation_decision",
        person_id=decision.person_id,
        by=by,
        at=at,
    )
    decision.notification, decision.notified_at, decision.notification_means = letter, at, means
    decision.save(update_fields=["notification", "notified_at", "notification_means"])
    reach = reach_of([decision.entry])[decision.entry_id]
    if means == NotificationMeans.LETTER:
        _send_letter(decision, letter, reach, by, at)
    _tell_by_message(decision, reach, by, at)
    event = OrientationNotified(
        person_id=decision.person_id, entry_id=decision.entry_id, decision_id=decision.pk, means=means
    )
    publish(event, by=by, at=at)
    return decision


def _send_letter(decision: Decision, letter: Document, reach: Reach, by: Actor, at: datetime) -> None:
    if not reach.address_lines:
        raise DomainError(
            "Cette personne n’a pas d’adresse postale complète : remettez la décision en main propre, "
            "ou complétez l’adresse dans la fiche.",
            field="means",
        )
    queue_message(
        channel=Channel.LETTER,
        to="\n".join([decision.person.full_name, *reach.address_lines]),
        template="orientation/orientation_decided",
        context=_context(decision),
        dedup_key=f"orientation:{decision.pk}:letter",
        person_id=decision.person_id,
        entry_id=decision.entry_id,
        about="Décision d’orientation",
        document_id=letter.pk,
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
        "first_name": decision.person.first_name,
        "organization": decision.responsible_organization.name,
        "by_letter": "oui" if decision.notification_means == NotificationMeans.LETTER else "",
    }
