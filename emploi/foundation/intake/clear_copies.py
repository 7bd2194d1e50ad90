"""Clear copies of archived originals: each held while it is read, those of dead processes erased."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import IO

TOO_YOUNG = 60.0  # seconds


def hold(copy: IO[bytes]) -> None:
    """Say that this copy is being read, until it is closed; the system says it no more once the process is dead."""
    fcntl.flock(copy.fileno(), fcntl.LOCK_SH)


def erase_abandoned(folder: Path) -> None:
    """Erase the copies nobody holds: one file may be looked at on screen while another is applied.

    A copy made less than a minute ago may not be held yet: the next sweep sees to it.
    """
    # The time of the disk, not the product's, which the demonstration freezes.
    recent = time.time() - TOO_YOUNG
    for left in folder.iterdir():
        if left.is_file() and _is_abandoned(left, recent):
            left.unlink(missing_ok=True)


def _is_abandoned(path: Path, before: float) -> bool:
    try:
        with path.open("rb") as found:
            fcntl.flock(found.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            return os.fstat(found.fileno()).st_mtime < before
    except (FileNotFoundError, BlockingIOError):
        return False
