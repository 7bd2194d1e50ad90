"""Clear copies of archived originals: each held while it is read, those of dead processes erased."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO


def hold(copy: IO[bytes]) -> None:
    """Say that this copy is being read, until it is closed; the system says it no more once the process is dead."""
    fcntl.flock(copy.fileno(), fcntl.LOCK_SH)


def erase_abandoned(folder: Path) -> None:
    """Erase the copies nobody holds: one file may be looked at on screen while another is applied."""
    for left in folder.iterdir():
        if left.is_file() and not _is_held(left):
            left.unlink(missing_ok=True)


def _is_held(path: Path) -> bool:
    try:
        with path.open("rb") as found:
            fcntl.flock(found.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (FileNotFoundError, BlockingIOError):
        return True
    return False
