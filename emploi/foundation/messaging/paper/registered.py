"""Registered letters: their number, the day of the receipt or of the return, and the paper that proves it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.db.models import QuerySet

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.documents.actions import accept_upload
from emploi.foundation.documents.models import Document
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging.actions import settle
from emploi.foundation.messaging.enums import Channel, PostalOutcome, Status
from emploi.foundation.messaging.events import RegisteredFollowed
from emploi.foundation.messaging.models import Message, Registered
from emploi.foundation.messaging.paper import REGISTERED_PROOF
from emploi.foundation.ui.french import date_long_fr

PROOF_TYPES = ("application/pdf", "image/jpeg", "image/png")
PROOF_BYTES = 10 * 1024 * 1024
NUMBER = re.compile(r"[0-9A-Z]{4,30}")
# A letter in one of these states never left, or its failure is known already.
GONE = (Status.CANCELLED, Status.FAILED)


@dataclass(frozen=True, slots=True)
class Proof:
    """The file somebody hands over: the slip signed, the envelope that came back."""

    name: str
    file: BinaryIO


@action
def follow_registered(
    *,
    message_id: int,
    number: str,
    outcome: str = "",
    on: date | None = None,
    proof: Proof | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Registered:
    """Note the number of a registered letter, then what became of it; another outcome than noted asks for a reason."""
    letter = Message.objects.select_for_update(of=("self",)).get(pk=message_id)
    _check_letter(letter)
    known = Registered.objects.select_for_update().filter(message=letter).first()
    kept = _number(number)
    _check_outcome(letter, known, outcome, on, reason, at)
    paper = _kept(letter, proof, by, at) if proof else (known.proof if known else None)
    row = known or Registered(message=letter)
    is_new_outcome = (row.outcome, row.outcome_on) != (outcome, on)
    row.number, row.outcome, row.outcome_on, row.proof = kept, outcome, on, paper
    row.noted_at, row.noted_by_label = at, by.label[:120]
    row.save()
    event = RegisteredFollowed(
        person_id=letter.person_id, entry_id=letter.entry_id, message_id=letter.pk, number=kept, outcome=outcome, on=on
    )
    publish(event, by=by, at=at, reason=reason)
    if is_new_outcome and outcome == PostalOutcome.RETURNED:
        settle(message=letter, delivered=False, reason="Recommandé retourné par la poste", by=by, at=at)
    return row


def registered_awaited() -> QuerySet[Message]:
    """The registered letters that left and whose receipt is awaited, the oldest first."""
    sent = Message.objects.filter(channel=Channel.LETTER, is_registered=True, status=Status.SENT)
    awaited = sent.exclude(registered__outcome__gt="")
    return awaited.select_related("registered", "print_run").order_by("sent_at", "pk")


def _check_letter(letter: Message) -> None:
    if letter.channel != Channel.LETTER or not letter.is_registered:
        raise DomainError("Cette lettre n’est pas un recommandé.")
    if letter.status == Status.QUEUED:
        raise DomainError("Imprimez d’abord cette lettre : elle attend dans « Courriers à imprimer ».")
    if letter.status in GONE:
        raise DomainError("Cette lettre n’est pas partie, ou elle est revenue : rien n’est à noter.")


def _number(typed: str) -> str:
    kept = re.sub(r"[\s.-]", "", typed).upper()
    if not NUMBER.fullmatch(kept):
        raise DomainError("Écrivez le numéro du recommandé, par exemple 1A 234 567 8901 2.", field="number")
    return kept


def _check_outcome(
    letter: Message, known: Registered | None, outcome: str, on: date | None, reason: str, at: datetime
) -> None:
    if outcome and outcome not in PostalOutcome.values:
        raise DomainError("Dites ce qu’est devenu le pli.", field="outcome")
    if bool(outcome) != (on is not None):
        missing = ("Indiquez le jour.", "on") if outcome else ("Dites ce qu’est devenu le pli.", "outcome")
        raise DomainError(missing[0], field=missing[1])
    if on is not None and on > at.date():
        raise DomainError("Cette date ne peut pas être dans le futur.", field="on")
    first = _left_on(letter)
    if on is not None and on < first:
        raise DomainError(f"La lettre est du {date_long_fr(first)} : pas avant.", field="on")
    changes = known is not None and known.outcome and (known.outcome, known.outcome_on) != (outcome, on)
    if changes and not reason.strip():
        raise DomainError("Dites pourquoi cela change : la raison est gardée dans l’historique.", field="reason")


def _left_on(letter: Message) -> date:
    """The first day on which the person may have had it: posted, else printed, else asked for."""
    if letter.print_run is not None and letter.print_run.posted_on is not None:
        return letter.print_run.posted_on
    return (letter.sent_at or letter.created_at).astimezone(clock.ZONE).date()


def _kept(letter: Message, proof: Proof, by: Actor, at: datetime) -> Document:
    try:
        return accept_upload(
            upload=proof.file,
            name=proof.name,
            kind=REGISTERED_PROOF,
            allowed=PROOF_TYPES,
            max_bytes=PROOF_BYTES,
            person_id=letter.person_id,
            by=by,
            at=at,
        )
    except DomainError as error:
        raise DomainError(error.message, field="proof") from error
