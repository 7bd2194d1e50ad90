"""The clear file of a run of the payers, unpacked when it came in an archive; the rest is shared by every partner."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emploi.exchanges.caf.reading.frame import RefusedFile
from emploi.exchanges.caf.reading.sources import clear_file
from emploi.foundation.intake import working
from emploi.foundation.intake.models import Run


@contextmanager
def archived(run: Run) -> Iterator[Path]:
    """The clear file of a run, copied from the encrypted archive for the time of a reading."""
    with working.archived(run, RefusedFile) as copy, clear_file(copy, working.work_folder(run.kind)) as clear:
        yield clear
