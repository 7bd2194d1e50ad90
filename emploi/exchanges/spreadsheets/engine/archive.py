"""The clear file of a spreadsheet, for the time of a reading; the rest is shared by every partner."""

from contextlib import AbstractContextManager
from pathlib import Path

from emploi.exchanges.spreadsheets.reading.refusals import RefusedFile
from emploi.foundation.intake import working
from emploi.foundation.intake.models import Run

KIND = "spreadsheet"


def archived(run: Run) -> AbstractContextManager[Path]:
    """The clear file of a run, copied from the encrypted archive."""
    return working.archived(run, RefusedFile)
