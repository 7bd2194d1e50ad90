"""The clear copy of an archived spreadsheet for the time of a reading, and saying that a run stopped."""

import contextlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import Error

from emploi.exchanges.spreadsheets.reading.refusals import RefusedFile
from emploi.foundation.actor import Actor
from emploi.foundation.documents.crypto import DamagedFile
from emploi.foundation.documents.queries import stream_of
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import actions, clear_copies, locks
from emploi.foundation.intake.models import Run

KIND = "spreadsheet"


def work_folder() -> Path:
    """Where clear copies live for the time of a reading, readable by nobody else."""
    folder = Path(settings.DATA_DIR) / "work" / KIND
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def archived(run: Run) -> Iterator[Path]:
    """The clear file of a run, copied from the encrypted archive."""
    if run.document is None:
        raise RefusedFile.because("no_archive")
    with tempfile.NamedTemporaryFile(dir=work_folder(), prefix=f"run-{run.pk}-") as copy:
        clear_copies.hold(copy)
        try:
            for piece in stream_of(run.document):
                copy.write(piece)
        except (DamagedFile, FileNotFoundError) as error:
            raise RefusedFile.because("no_archive") from error
        copy.flush()
        yield Path(copy.name)


def sweep(*, by: Actor, at: datetime) -> None:
    """Clears what killed processes left; called while holding the kind's lock. What a screen is reading stays."""
    actions.interrupt_orphans(kind=KIND, by=by, at=at)
    clear_copies.erase_abandoned(work_folder())


def sweep_if_idle(*, by: Actor, at: datetime) -> None:
    """Clears what killed processes left, unless a spreadsheet is being worked on."""
    if locks.is_held(KIND):
        return
    with contextlib.suppress(DomainError), locks.alone(KIND):
        sweep(by=by, at=at)


def note_interruption(run: Run, error: BaseException, by: Actor, at: datetime) -> None:
    """Says on the run that it stopped; when even that fails (database away), the next start will say it."""
    reason = f"Le traitement s’est arrêté ({type(error).__name__}). Ce qui était enregistré l’est toujours."
    try:
        actions.interrupt(run=run, reason=reason, by=by, at=at)
    except (Error, DomainError):
        return
