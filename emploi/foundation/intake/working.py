"""What every partner shares to work on an archived file: its clear copy, what dead processes left, a run that stops."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import Error

from emploi.foundation.actor import Actor
from emploi.foundation.documents.crypto import DamagedFile
from emploi.foundation.documents.queries import stream_of
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import actions, clear_copies, locks
from emploi.foundation.intake.models import Run

NO_ARCHIVE = "Le fichier d’origine n’a pas été archivé, ou n’est plus lisible : déposez-le à nouveau."


def work_folder(kind: str) -> Path:
    """Where clear copies of a kind of file live for the time of a reading, readable by nobody else."""
    folder = Path(settings.DATA_DIR) / "work" / kind
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def archived(run: Run, refusal: Callable[[str, str], DomainError]) -> Iterator[Path]:
    """The clear file of a run, copied from the encrypted archive; else `refusal(code, sentence)` is raised."""
    if run.document is None:
        raise refusal("no_archive", NO_ARCHIVE)
    with tempfile.NamedTemporaryFile(dir=work_folder(run.kind), prefix=f"run-{run.pk}-") as copy:
        clear_copies.hold(copy)
        try:
            for piece in stream_of(run.document):
                copy.write(piece)
        except (DamagedFile, FileNotFoundError) as error:
            raise refusal("no_archive", NO_ARCHIVE) from error
        copy.flush()
        yield Path(copy.name)


def sweep(kind: str, *, by: Actor, at: datetime) -> None:
    """Clears what killed processes left; called while holding the kind's lock. What a screen is reading stays."""
    actions.interrupt_orphans(kind=kind, by=by, at=at)
    clear_copies.erase_abandoned(work_folder(kind))


def sweep_if_idle(kind: str, *, by: Actor, at: datetime) -> None:
    """Clears what killed processes left, unless a file of that kind is being worked on."""
    if locks.is_held(kind):
        return
    with contextlib.suppress(DomainError), locks.alone(kind):
        sweep(kind, by=by, at=at)


def note_interruption(run: Run, error: BaseException, by: Actor, at: datetime) -> None:
    """Says on the run that it stopped; when even that fails (database away), the next start will say it."""
    reason = f"Le traitement s’est arrêté ({type(error).__name__}). Ce qui était enregistré l’est toujours."
    try:
        actions.interrupt(run=run, reason=reason, by=by, at=at)
    except (Error, DomainError):
        return
