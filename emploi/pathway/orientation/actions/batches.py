"""Deciding without an interview for several people: each in her own transaction, with her letter."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from emploi.foundation import jobs
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.documents.models import Document
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging import printing
from emploi.foundation.messaging.models import PrintRun
from emploi.foundation.messaging.paper.origins import origin_key
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions.conditions import printed_reason
from emploi.pathway.orientation.actions.decisions import Draft, decide_orientation
from emploi.pathway.orientation.actions.interviews import agent_id
from emploi.pathway.orientation.actions.notification import ask_notification
from emploi.pathway.orientation.enums import Basis, NotificationMeans
from emploi.pathway.orientation.models import BatchedEntry, OrientationBatch
from emploi.pathway.orientation.queries.batches import binding

logger = logging.getLogger(__name__)
CHUNK = 20
WITHOUT_HER = (Basis.ON_FILE, Basis.BY_DEFAULT)
DATABASE_IS_GONE = (OperationalError, InterfaceError)
BROKEN = (
    "Une erreur du logiciel a empêché de décider : rien n’est écrit pour cette personne. "
    "Prévenez l’administrateur, puis décidez pour elle à part."
)
CHANGED = "La situation a changé depuis la liste : la personne ne remplit plus les conditions."


@action
def ask_orientation_batch(
    *,
    basis: str,
    entry_ids: Collection[int],
    reason: str,
    by: Actor,
    at: datetime,
) -> OrientationBatch:
    """Keep what was previewed for each person ticked; nothing is decided yet. Each letter prints the reason."""
    if basis not in WITHOUT_HER:
        raise DomainError("Une orientation sans entretien est « sur dossier » ou « par défaut ».", field="basis")
    if not reason.strip():
        raise DomainError("Écrivez pourquoi ces orientations se décident sans entretien.", field="reason")
    printed = printed_reason(reason)
    asked = list(queries.eligible(basis).filter(pk__in=entry_ids))
    lines = queries.planned(asked, basis, at.date(), together=True)
    sound = [line for line in lines if not line.obstacle and line.modality and line.body]
    if not sound:
        raise DomainError("Cochez au moins une personne qui remplit les conditions.")
    batch = OrientationBatch.objects.create(
        basis=basis, reason=printed, created_at=at, created_by_id=agent_id(by), total=len(sound)
    )
    BatchedEntry.objects.bulk_create(
        [
            BatchedEntry(
                batch=batch,
                entry=line.entry,
                plan={
                    "modality": line.modality.pk if line.modality else None,
                    "body": line.body.pk if line.body else None,
                    "exchange_on": line.exchange_on.isoformat() if line.exchange_on else "",
                    "exchange_how": line.exchange_how,
                },
            )
            for line in sound
        ]
    )
    return batch


@action
def leave_batch_to_worker(*, batch_id: int, by: Actor, at: datetime) -> None:
    """Let the worker decide: the page of the batch shows how far it is."""
    jobs.defer("orientation.decide_batch", batch_id=batch_id)


@action
def decide_next(*, batch_id: int, size: int = CHUNK, by: Actor, at: datetime) -> bool:
    """Decide for the next people; one who is refused leaves no trace but the reason. Returns whether some stay."""
    batch = OrientationBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    rows = list(batch.rows.filter(decision=None, refusal="").order_by("pk")[:size])
    for row in rows:
        try:
            with transaction.atomic():
                _decide(batch, row, by, at)
        except DomainError as error:
            row.refusal = error.message[:500]
        except DATABASE_IS_GONE:  # the worker takes the batch up again
            raise
        except Exception:  # one letter that cannot be composed holds nobody else back; the log says why
            logger.exception("Orientation batch %s: entry %s left aside", batch.pk, row.entry_id)
            row.refusal = BROKEN
        else:
            continue
        row.save(update_fields=["refusal"])
    batch.done = batch.rows.exclude(decision=None, refusal="").count()
    batch.worked_at = at
    batch.save(update_fields=["done", "worked_at"])
    return bool(rows) and batch.is_running


def run_orientation_batch(batch_id: int, *, now: Callable[[], datetime]) -> int:
    """Carry a batch to its end as the agent who asked for it; return how many decisions it made."""
    batch = OrientationBatch.objects.select_related("created_by").get(pk=batch_id)
    by = batch.created_by.as_actor()
    while decide_next(batch_id=batch_id, by=by, at=now()):
        continue
    return batch.rows.exclude(decision=None).count()


@action
def print_batch(*, batch_id: int, by: Actor, at: datetime) -> PrintRun | None:
    """Reserve the letters of a batch and leave the worker to bind them: its page shows how far it is.

    What somebody printed already is left out: asked again, it prints what came since. Asked twice, nothing more is
    printed. Raises DomainError when no letter waits.
    """
    batch = OrientationBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    if batch.is_running:
        raise DomainError("Attendez que toutes les décisions soient prises.")
    waiting = queries.waiting_letters(batch)
    if binding(batch) is not None or (batch.letters_id is not None and not waiting.exists()):
        return None
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    run = printing.request_print(message_ids=ids, origin=origin_key("orientation", batch.pk), by=by, at=at)
    jobs.defer("orientation.bind_letters", batch_id=batch.pk, run_id=run.pk)
    return run


def bind_letters(batch_id: int, run_id: int, *, now: Callable[[], datetime]) -> Document:
    """Compose the PDF of a batch as the agent who asked; that day tells these people."""

    def keep(document: Document, by: Actor, at: datetime) -> None:
        _keep_letters(batch_id=batch_id, document=document, by=by, at=at)

    return printing.bind(run_id=run_id, keep=keep, now=now)


@action
def _keep_letters(*, batch_id: int, document: Document, by: Actor, at: datetime) -> None:
    OrientationBatch.objects.filter(pk=batch_id, letters=None).update(letters=document)


def _decide(batch: OrientationBatch, row: BatchedEntry, by: Actor, at: datetime) -> None:
    """Decide and ask for the letter, together or not at all; what was previewed must still be true."""
    entry = queries.eligible(batch.basis).filter(pk=row.entry_id).first()
    if entry is None:
        raise DomainError(CHANGED)
    line = queries.planned([entry], batch.basis, at.date())[0]
    if line.obstacle or line.modality is None or line.body is None:
        raise DomainError(line.obstacle or CHANGED)
    if [line.modality.pk, line.body.pk] != [row.plan["modality"], row.plan["body"]]:
        raise DomainError("La voie ou l’organisme prévu a changé depuis la liste : décidez pour cette personne à part.")
    written = {"reason": batch.reason, "letter_reason": batch.reason}
    # Batches asked before this version heard people by telephone only.
    how = row.plan.get("exchange_how", queries.BY_TELEPHONE)
    exchange = {"exchange_on": row.plan["exchange_on"], "exchange_how": how}
    draft = Draft(
        modality_id=line.modality.pk,
        responsible_organization_id=line.body.pk,
        basis=batch.basis,
        basis_details={**written, **exchange} if batch.basis == Basis.ON_FILE else written,
    )
    row.decision = decide_orientation(entry_id=entry.pk, draft=draft, by=by, at=at)
    row.save(update_fields=["decision"])
    ask_notification(decision_id=row.decision.pk, means=NotificationMeans.LETTER, by=by, at=at)
