"""The letters of a batch: one PDF ready for the post, its date kept as proof."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from emploi.foundation import jobs
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.documents.models import Document
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging import printing
from emploi.foundation.messaging.models import PrintRun
from emploi.foundation.messaging.paper.origins import origin_key
from emploi.pathway.appointments.models import InvitationBatch
from emploi.pathway.appointments.queries.invitations import letters_of


@action
def print_letters(*, batch_id: int, by: Actor, at: datetime) -> PrintRun | None:
    """Reserve the letters of a batch and leave the worker to bind them: its page shows how far it is.

    What somebody printed already is left out: asked again, it prints what came since. Asked twice, nothing more is
    printed. Raises DomainError when no letter waits.
    """
    batch = _locked(batch_id)
    letters = letters_of(batch)
    is_bound = batch.letters_id is not None and not printing.unprinted(letters).exists()
    if is_bound or printing.binding(letters) is not None:
        return None
    if batch.is_running:
        raise DomainError("Attendez que toutes les invitations soient parties.")
    ids = list(letters.values_list("pk", flat=True))
    run = printing.request_print(
        message_ids=ids,
        confidential=batch.confidential_letters,
        origin=origin_key("appointments", batch.pk),
        by=by,
        at=at,
    )
    jobs.defer("appointments.bind_letters", batch_id=batch.pk, run_id=run.pk)
    return run


def bind_letters(batch_id: int, run_id: int, *, now: Callable[[], datetime]) -> Document:
    """Compose the PDF of a batch as the agent who asked; its date is the proof of sending."""

    def keep(document: Document, by: Actor, at: datetime) -> None:
        _keep_letters(batch_id=batch_id, document=document, by=by, at=at)

    return printing.bind(run_id=run_id, keep=keep, now=now)


@action
def _keep_letters(*, batch_id: int, document: Document, by: Actor, at: datetime) -> None:
    InvitationBatch.objects.filter(pk=batch_id, letters=None).update(letters=document)


def _locked(batch_id: int) -> InvitationBatch:
    return InvitationBatch.objects.select_for_update(of=("self",)).select_related("letters").get(pk=batch_id)
