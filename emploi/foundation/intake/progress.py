"""How far a file is: told at most twice a second, on a connection of its own when the work may be undone."""

import time
from types import TracebackType
from typing import Self

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from emploi.foundation.intake.models import Run

EVERY = 0.5


class Progress:
    """`tick(done)` as the work goes; `apart=True` writes outside the current transaction (previews are rolled back)."""

    def __init__(self, run: Run, total: int, *, apart: bool = False, done: int = 0) -> None:
        self.run = run
        self.total = total
        self._started = time.monotonic() - run.elapsed_ms / 1000
        self._told = 0.0
        self._apart: BaseDatabaseWrapper | None = connections["default"].copy() if apart else None
        self._write(done)

    def tick(self, done: int) -> None:
        """Says that `done` lines are treated."""
        if time.monotonic() - self._told >= EVERY or done >= self.total:
            self._write(done)

    def _write(self, done: int) -> None:
        self._told = time.monotonic()
        elapsed = int((self._told - self._started) * 1000)
        with (self._apart or connections["default"]).cursor() as cursor:
            cursor.execute(
                "UPDATE intake_run SET done = %s, total = %s, elapsed_ms = %s WHERE id = %s",
                [min(done, self.total), self.total, elapsed, self.run.pk],
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._apart is not None:
            self._apart.close()
