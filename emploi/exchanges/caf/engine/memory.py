"""How much memory a process has held at most; getrusage counts a child's parent too, so Linux is asked directly."""

import resource
import sys
from pathlib import Path

KILOBYTE = 1024


def peak_kb(pid: int | None = None) -> int:
    """The largest resident size of a process (ours by default) in kilobytes, 0 when it cannot be told."""
    status = Path(f"/proc/{pid or 'self'}/status")
    try:
        lines = status.read_text().splitlines()
    except OSError:
        return _rusage_kb() if pid is None else 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def _rusage_kb() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform.startswith("linux") else peak // KILOBYTE
