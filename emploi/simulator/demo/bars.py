"""Progress bars on the error output: titles in French, nothing when it is not a screen but one line a stage."""

from __future__ import annotations

import sys
import time
from typing import TextIO

WIDTH, REDRAW_SECONDS = 28, 0.1


class Bars:
    """One bar at a time; a new title ends the former one."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.moving = self.stream.isatty()
        self._title, self._started, self._drawn = "", 0.0, 0.0

    def __call__(self, title: str, done: int, total: int) -> None:
        """Shows how far a stage is."""
        now = time.monotonic()
        if title != self._title:
            self._title, self._started, self._drawn = title, now, 0.0
        is_over = done >= total
        if is_over or (self.moving and now - self._drawn > REDRAW_SECONDS):
            self._drawn = now
            self._draw(title, done, total, now - self._started, is_over=is_over)

    def _draw(self, title: str, done: int, total: int, seconds: float, *, is_over: bool) -> None:
        share = done / total if total else 1.0
        bar = "█" * round(share * WIDTH) + "·" * (WIDTH - round(share * WIDTH))
        left = f"{seconds:.0f} s" if is_over else f"reste {seconds / share - seconds:.0f} s" if share else ""
        start = "\r" if self.moving else ""
        end = "\n" if is_over else ""
        self.stream.write(f"{start}{title:<44} {bar} {share:4.0%}  {left:<12}{end}")
        self.stream.flush()
