"""The letters of a batch: one PDF ready for the post, its date kept as proof."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.documents.models import Document
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging import printing
from emploi.pathway.appointments.actions.slots import agent_id_of
from emploi.pathway.appointments.events import LettersPosted
from emploi.pathway.appointments.models import InvitationBatch
from emploi.pathway.appointments.queries.invitations import letters_of


@action
def print_letters(*, batch_id: int, by: Actor, at: datetime) -> Document:
    """Bind the waiting letters of a batch as one PDF; printed once, the same document is given again."""
    batch = _locked(batch_id)
    if batch.letters is not None:
        return batch.letters
    waiting = [letter.pk for letter in letters_of(batch)]
    batch.letters = printing.print_letters(message_ids=waiting, confidential=batch.confidential_letters, by=by, at=at)
    batch.save(update_fields=["letters"])
    return batch.letters


@action
def note_posted(*, batch_id: int, by: Actor, at: datetime) -> InvitationBatch:
    """Note that the letters of a batch were posted today, by whom."""
    batch = _locked(batch_id)
    if batch.letters_id is None:
        raise DomainError("Imprimez d’abord les lettres.")
    if batch.posted_on is not None:
        raise DomainError("Le dépôt de ces lettres est déjà noté.")
    batch.posted_on, batch.posted_by_id = at.date(), agent_id_of(by)
    batch.save(update_fields=["posted_on", "posted_by"])
    publish(LettersPosted(batch_id=batch.pk, posted_on=batch.posted_on), by=by, at=at)
    return batch


def _locked(batch_id: int) -> InvitationBatch:
    return InvitationBatch.objects.select_for_update(of=("self",)).select_related("letters").get(pk=batch_id)
