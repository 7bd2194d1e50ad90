"""Letters on paper: several in one PDF ready to print, whose date is kept as the proof of sending."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.db.models import QuerySet

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.clock import ZONE
from emploi.foundation.documents.actions import store
from emploi.foundation.documents.models import Document
from emploi.foundation.documents.queries import content_of
from emploi.foundation.documents.typst import (
    LETTERHEAD,
    ROOT,
    letterhead,
    merge_letters,
    qr_link,
    typst_pdf,
)
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging.enums import Channel, Status
from emploi.foundation.messaging.events import LettersPrinted
from emploi.foundation.messaging.models import Message, PrintRun
from emploi.foundation.messaging.workflow import MESSAGE
from emploi.foundation.ui.french import date_long_fr

KIND = "letters"
TEMPLATE = ROOT / Path(LETTERHEAD).relative_to("/").with_name("letters.typ")
CONFIDENTIAL = (
    "Des courriers vont à une adresse confidentielle : "
    "ils ne s’impriment que cochés un par un dans « Courriers à imprimer »."
)
Hidden = Callable[[Collection[int]], set[int]]
Keep = Callable[[Document, Actor, datetime], None]
_hidden: list[Hidden] = []
# Composed by parts, so that a long batch shows where it stands.
PART = 100


class LettersLeft(NamedTuple):
    """The letters nobody printed: those that may be bound together, and those to an address nobody may learn."""

    waiting: int
    confidential: int


def hide_addresses_with(which: Hidden) -> None:
    """Plug what knows which persons have an address nobody may learn."""
    _hidden[:] = [which]


def hidden_addresses(person_ids: Collection[int]) -> set[int]:
    """Those of these persons to whom a letter leaves only when somebody chose it."""
    return _hidden[0](person_ids) if _hidden and person_ids else set()


def unprinted(letters: QuerySet[Message]) -> QuerySet[Message]:
    """Those of these letters nobody has printed nor asked to print."""
    return letters.filter(channel=Channel.LETTER, status=Status.QUEUED, print_run=None)


def letters_left(letters: QuerySet[Message], *, confidential: bool = False) -> LettersLeft:
    """Count those of these letters still to print; `confidential` when somebody chose those to hidden addresses."""
    people = list(unprinted(letters).values_list("person_id", flat=True))
    hidden = set() if confidential else hidden_addresses({pk for pk in people if pk})
    aside = sum(pk in hidden for pk in people)
    return LettersLeft(waiting=len(people) - aside, confidential=aside)


def last_failure(letters: QuerySet[Message]) -> str:
    """Return why the last composition of some of these letters failed, or nothing."""
    failed = unprinted(letters).exclude(error="").order_by("-pk")
    return failed.values_list("error", flat=True).first() or ""


def binding(letters: QuerySet[Message]) -> PrintRun | None:
    """Return the print run that holds some of these letters and is not finished."""
    reserved = letters.filter(channel=Channel.LETTER, print_run__isnull=False).order_by()
    runs = PrintRun.objects.filter(pk__in=reserved.values("print_run"), document=None, error="")
    return runs.order_by("pk").first()


@action
def request_print(
    *,
    message_ids: Sequence[int],
    duplex: bool = False,
    confidential: bool = False,
    origin: str = "",
    by: Actor,
    at: datetime,
) -> PrintRun:
    """Reserve waiting letters for one print run. Raises DomainError when none is left to print.

    Those to a confidential address are left aside unless somebody chose them (`confidential`); `origin` says for
    which batch it is asked.
    """
    waiting = unprinted(Message.objects.select_for_update().filter(pk__in=message_ids))
    rows = list(waiting.values_list("pk", "person_id"))
    if not rows:
        raise DomainError("Aucun courrier en attente dans votre choix : ils sont peut-être déjà imprimés.")
    hidden = set() if confidential else hidden_addresses({person_id for _, person_id in rows if person_id})
    ids = [pk for pk, person_id in rows if person_id not in hidden]
    if not ids:
        raise DomainError(CONFIDENTIAL)
    run = PrintRun.objects.create(
        created_at=at,
        created_by_kind=by.kind,
        created_by_id=by.id,
        created_by_label=by.label[:120],
        total=len(ids),
        duplex=duplex,
        origin=origin,
    )
    Message.objects.filter(pk__in=ids).update(print_run=run)
    return run


def compose(*, run_id: int, by: Actor, now: Callable[[], datetime]) -> Document:
    """Compose the PDF of a print run, part by part, then record it; run again after a crash, it starts afresh.

    A letter withdrawn meanwhile (its appointment moved, the person called) is not in it: one composes again without.
    Raises DomainError when none is left.
    """
    run = PrintRun.objects.select_related("document").get(pk=run_id)
    document = run.document
    while document is None:
        letters = list(_reserved(run).select_related("document").order_by("pk"))
        if not letters:
            raise DomainError("Tous ces courriers ont été retirés : il n’y a plus rien à imprimer.")
        pdf = _composed(run, letters, by=by, now=now)
        document = _finish(run=run, letters=letters, pdf=pdf, by=by, at=now())
    return document


def compose_now(*, run_id: int, by: Actor, now: Callable[[], datetime]) -> Document:
    """Compose a print run while somebody waits. Raises DomainError when it fails: the letters wait again."""
    try:
        return compose_or_give_back(run_id=run_id, by=by, now=now)
    except DomainError:
        raise
    except Exception as error:
        raise DomainError(
            "Le fichier n’a pas pu être composé. Les courriers attendent de nouveau : réessayez, "
            "et si cela recommence, prévenez l’administrateur."
        ) from error


def _reserved(run: PrintRun) -> QuerySet[Message]:
    """The letters of a run that are still to leave."""
    return Message.objects.filter(print_run=run, status__in=MESSAGE.named("print").sources)


def _composed(run: PrintRun, letters: Sequence[Message], *, by: Actor, now: Callable[[], datetime]) -> bytes:
    parts: list[bytes] = []
    for start in range(0, len(letters), PART):
        parts.append(letters_pdf(letters[start : start + PART], on=now().astimezone(ZONE).date(), duplex=run.duplex))
        _note_progress(run=run, done=min(start + PART, len(letters)), by=by, at=now())
    return parts[0] if len(parts) == 1 else merge_letters(parts, title="Courriers", duplex=run.duplex)


def bind(*, run_id: int, keep: Keep, now: Callable[[], datetime]) -> Document:
    """Compose the letters of a batch as the agent who asked, then `keep` the PDF. Run again, it tells nobody twice.

    A composition that fails gives its letters back, so that one may ask again.
    """
    run = PrintRun.objects.get(pk=run_id)
    # The column holds what an Actor wrote there: one of its kinds.
    by = Actor(kind=run.created_by_kind, id=run.created_by_id, label=run.created_by_label)  # type: ignore[arg-type]
    document = compose_or_give_back(run_id=run_id, by=by, now=now)
    keep(document, by, now())
    return document


def compose_or_give_back(*, run_id: int, by: Actor, now: Callable[[], datetime]) -> Document:
    """Compose a print run; a failure gives the letters back to the queue."""
    try:
        return compose(run_id=run_id, by=by, now=now)
    except Exception as error:
        fail_print(run_id=run_id, error=f"La composition a échoué : {error}", by=by, at=now())
        raise


@action
def print_letters(
    *, message_ids: Sequence[int], duplex: bool = False, confidential: bool = False, by: Actor, at: datetime
) -> Document:
    """Print waiting letters at once and return their PDF. Raises DomainError when none is left to print."""
    run = request_print(message_ids=message_ids, duplex=duplex, confidential=confidential, by=by, at=at)
    return compose(run_id=run.pk, by=by, now=lambda: at)


@action
def fail_print(*, run_id: int, error: str, by: Actor, at: datetime) -> None:
    """Give the letters of a run that could not be composed back to the queue, and keep the reason with both."""
    Message.objects.filter(print_run_id=run_id, status=Status.QUEUED).update(print_run=None, error=error)
    PrintRun.objects.filter(pk=run_id).update(error=error, finished_at=at)


def letters_pdf(messages: Sequence[Message], *, on: date, duplex: bool = False, enclosed: bool = True) -> bytes:
    """Return the PDF of letters, dated `on`, each followed by what it says is enclosed.

    Whoever prints puts paper in envelopes: she need not be allowed to open the enclosed document by itself.
    """
    pieces: list[bytes] = []
    covers: list[Message] = []
    for message in messages:
        covers.append(message)
        if enclosed and message.document is not None:
            pieces += [_covers_pdf(covers, on=on, duplex=duplex), content_of(message.document)]
            covers = []
    if covers:
        pieces.append(_covers_pdf(covers, on=on, duplex=duplex))
    return pieces[0] if len(pieces) == 1 else merge_letters(pieces, title="Courriers", duplex=duplex)


def _covers_pdf(messages: Sequence[Message], *, on: date, duplex: bool) -> bytes:
    data = {
        "title": f"{len(messages)} courriers du {date_long_fr(on)}" if len(messages) > 1 else "Courrier",
        "letters": [_letter(message) for message in messages],
        "duplex": duplex,
        "place_date": f"Le {date_long_fr(on)}",
    }
    return typst_pdf(TEMPLATE, data)


@action
def _note_progress(*, run: PrintRun, done: int, by: Actor, at: datetime) -> None:
    PrintRun.objects.filter(pk=run.pk).update(done=done)


@action
def _finish(*, run: PrintRun, letters: Sequence[Message], pdf: bytes, by: Actor, at: datetime) -> Document | None:
    """Keep the PDF and mark its letters as sent that day, together or not at all; None when one was withdrawn since."""
    held = PrintRun.objects.select_for_update().get(pk=run.pk)
    if held.document is not None:
        return held.document
    printed = _reserved(run)
    if set(printed.select_for_update().values_list("pk", flat=True)) != {letter.pk for letter in letters}:
        return None
    name = f"courriers-{at.astimezone(ZONE):%Y-%m-%d}-{run.pk}.pdf"
    document = store(name=name, content=pdf, kind=KIND, by=by, at=at)
    count = printed.update(status=MESSAGE.named("print").target, sent_at=at, provider="print", attempts=1, error="")
    PrintRun.objects.filter(pk=run.pk).update(document=document, finished_at=at, done=count, total=count)
    publish(LettersPrinted(print_run_id=run.pk, count=count), by=by, at=at)
    return document


def _letter(message: Message) -> dict[str, Any]:
    extras: dict[str, str] = message.extras
    link = None
    if extras.get("link_url"):
        link = qr_link(
            extras["link_url"],
            title=extras.get("link_title", ""),
            address=extras.get("link_address", ""),
            code=extras.get("link_code", ""),
        )
    return {
        "recipient": message.recipient_lines,
        "reference": extras.get("reference", ""),
        "subject": message.subject,
        "link": link,
        "signatory": {
            "name": extras.get("signatory_name", ""),
            "title": extras.get("signatory_title", "") or letterhead()["signatory_title"],
        },
        "body": message.body,
    }
