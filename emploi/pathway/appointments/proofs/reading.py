"""What the proof file of a convocation says, read from what was kept at the time: nothing is written again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from emploi.foundation.actor import Actor
from emploi.foundation.clock import at_noon
from emploi.foundation.messaging.enums import Channel, Status
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.rendering import masked, plain_letter
from emploi.foundation.texts.guard import shown_to
from emploi.foundation.ui.french import date_long_fr, moment_year_fr
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Invitation
from emploi.pathway.beneficiaries.queries import hides_home

HIDDEN = "adresse confidentielle, connue du service"
NOT_YET = "La présence n’est pas encore notée."
SENT_BY_POST = "Imprimé"


def proof_of(invitation: Invitation, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Everything the paper prints, in the order of what happened; a constant number of queries."""
    chain = list(appointments_of(invitation))
    texts = _messages(invitation, chain)
    hidden = hides_home(invitation.person)
    own = [message for message in texts if message.dedup_key.startswith("invitation:")]
    person = invitation.person
    return {
        "reference": f"INV-{invitation.pk}",
        "person": f"{person.get_title_display()} {person.full_name}".strip(),
        "born_on": date_long_fr(person.birth_date) if person.birth_date else "",
        "made_on": moment_year_fr(at),
        "made_by": by.label,
        "kind": invitation.kind.name,
        "sent_on": moment_year_fr(invitation.sent_at),
        "sent_by": invitation.created_by.full_name if invitation.created_by else "",
        "imposed": _where(chain[0]) if chain else "",
        "opened": moment_year_fr(invitation.first_opened_at) if invitation.first_opened_at else "",
        "revoked": _revoked(invitation),
        "messages": [_told(message, hidden=hidden) for message in own],
        "changes": [_changed(one, chain) for one in chain],
        "later": [_told(message, hidden=hidden) for message in texts if message not in own],
        "outcome": _outcome(chain[-1]) if chain else NOT_YET,
    }


def appointments_of(invitation: Invitation) -> QuerySet[Appointment]:
    """The appointment imposed, then each one it gave way to."""
    found = Appointment.objects.filter(invitation=invitation)
    return found.select_related("place__commune", "agent", "kind", "marked_by").order_by("booked_at", "pk")


def _messages(invitation: Invitation, chain: Sequence[Appointment]) -> list[Message]:
    """The messages of the convocation, then those about its appointments, as they left."""
    found = Message.objects.filter(person_id=invitation.person_id, dedup_key__startswith=f"invitation:{invitation.pk}:")
    for one in chain:
        found |= Message.objects.filter(person_id=invitation.person_id, dedup_key__startswith=f"appointment:{one.pk}:")
    texts = (
        found.select_related("print_run", "registered__proof").prefetch_related("receipts").order_by("created_at", "pk")
    )
    return list(texts)


def _told(message: Message, *, hidden: bool) -> dict[str, Any]:
    """One message: to where, in which words, and each thing that happened to it; a link of hers never works here."""
    is_letter = message.channel == Channel.LETTER
    to = HIDDEN if hidden and is_letter else ", ".join(message.recipient_lines)
    return {
        "about": message.about,
        "channel": message.get_channel_display(),
        "to": to,
        "subject": message.subject,
        "words": masked(plain_letter(message.body) if is_letter else message.body),
        "state": SENT_BY_POST if is_letter and message.status == Status.SENT else message.get_status_display(),
        "steps": _steps(message),
    }


def _steps(message: Message) -> list[list[str]]:
    """What happened to a message: [when, what], in order."""
    sent = "Imprimé" if message.channel == Channel.LETTER else "Remis au prestataire"
    reference = f" ({message.provider} {message.provider_ref})" if message.provider_ref else ""
    steps = [(message.created_at, f"Écrit, par {message.created_by_label}")]
    if message.status == Status.QUEUED:
        steps.append((message.send_after, "Doit partir"))
    if message.sent_at:
        steps.append((message.sent_at, f"{sent}{reference}"))
    if message.print_run:
        steps.append((message.print_run.created_at, f"Impression demandée, par {message.print_run.created_by_label}"))
        if message.print_run.posted_on:
            posted = at_noon(message.print_run.posted_on)
            steps.append((posted, f"Déposé à la poste, noté par {message.print_run.posted_by_label}"))
    if message.delivered_at:
        steps.append((message.delivered_at, "Reçu"))
    steps += [
        (receipt.at, f"Accusé du prestataire : {receipt.status} {receipt.detail}".strip())
        for receipt in message.receipts.all()
    ]
    lines = [[moment_year_fr(moment), what] for moment, what in sorted(steps)] + _registered(message)
    return [*lines, ["", f"Raison : {_guarded(message.error)}"]] if message.error else lines


def _registered(message: Message) -> list[list[str]]:
    """What the post said of a registered letter: its number, then the day of its receipt or of its return."""
    known = getattr(message, "registered", None) if message.is_registered else None
    if known is None:
        return [["", "Recommandé avec avis de réception, numéro pas encore noté"]] if message.is_registered else []
    lines = [["", f"Recommandé n° {known.number}"]]
    if known.outcome_on:
        lines.append([date_long_fr(known.outcome_on), known.get_outcome_display()])
    if known.proof:
        lines.append(["", f"Preuve gardée : {known.proof.name}"])
    return lines


def _changed(one: Appointment, chain: Sequence[Appointment]) -> dict[str, str]:
    """One date of the convocation: when it was set, and why it no longer is."""
    until = ""
    if one.cancelled_at:
        word = "Déplacé" if any(other.previous_id == one.pk for other in chain) else one.get_status_display()
        until = f"{word} {moment_year_fr(one.cancelled_at)}. {_guarded(one.cancelled_reason)}".strip()
    return {"set_on": moment_year_fr(one.booked_at), "where": _where(one), "until": until}


def _where(one: Appointment) -> str:
    place = f"{one.place.name}, {one.place.address}, {one.place.commune.name}"
    how = place if one.modality == "physical" else one.get_modality_display().lower()
    return f"{moment_year_fr(one.starts_at)}, {how}, avec {one.agent.full_name}"


def _outcome(last: Appointment) -> str:
    """What became of the convocation, in one sentence."""
    if last.status == AppointmentStatus.PLANNED:
        return NOT_YET
    if last.marked_at is None:
        return f"{last.get_status_display()}. {_guarded(last.cancelled_reason)}".strip()
    who = f", par {last.marked_by.full_name}" if last.marked_by else ""
    why = f" Raison donnée : {_guarded(last.marked_reason)}." if last.marked_reason else ""
    return f"{last.get_status_display()}. Noté {moment_year_fr(last.marked_at)}{who}.{why}"


def _revoked(invitation: Invitation) -> str:
    if invitation.revoked_at is None:
        return ""
    return f"Lien retiré {moment_year_fr(invitation.revoked_at)} : {_guarded(invitation.revoked_reason)}"


def _guarded(reason: str) -> str:
    """A reason an agent typed, as anybody may read it: the paper goes into a file, whoever opens that."""
    return shown_to(reason, sees_health=False)
