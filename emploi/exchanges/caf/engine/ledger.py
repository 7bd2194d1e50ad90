"""The accounts of one file: how many dossiers became what, and what its reader must be warned of."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from emploi.exchanges.caf import codes
from emploi.exchanges.caf.engine import memory
from emploi.exchanges.caf.engine.helper import Helper
from emploi.exchanges.caf.reading.parsing import Parsed
from emploi.pathway.beneficiaries.actions import Applied

DONE = "done"
PARTIAL = "done_with_refused_lines"
NOT_DONE = "not_done"
COUNTERS = (
    "households_read",
    "households_created",
    "households_updated",
    "households_unchanged",
    "households_refused",
    "persons_created",
    "entries_opened",
    "entries_closed",
)
# Shown on screen too; the contract of the command is the list above.
MORE_COUNTERS = ("households_older", "households_repeated", "entries_reopened", "to_review")


UNKNOWN = "unknown_code "


@dataclass(slots=True)
class Report:
    """What is answered to whoever asked for an import; `as_json` is the contract of `emploi import_caf --json`."""

    status: str
    counters: dict[str, int] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    run_id: int | None = None
    dry_run: bool = False
    names: tuple[str, ...] = (*COUNTERS, *MORE_COUNTERS)
    seconds: float = 0.0
    peak_mb: float = 0.0

    @property
    def exit_code(self) -> int:
        """0 done, 1 done with refused lines, 2 not done."""
        return {DONE: 0, PARTIAL: 1}.get(self.status, 2)

    def as_json(self) -> dict[str, Any]:
        """Every key, whatever the outcome."""
        values: dict[str, Any] = {"status": self.status}
        values |= {name: self.counters.get(name, 0) for name in self.names}
        values |= {"warnings": self.warnings, "seconds": round(self.seconds, 3), "peak_mb": round(self.peak_mb, 1)}
        values |= {"dry_run": self.dry_run, "run_id": self.run_id}
        return values | ({"error": self.error} if self.error else {})


class Ledger:
    """Adds up what happens to the dossiers of one file, batch after batch."""

    def __init__(self, counters: dict[str, int] | None = None) -> None:
        # One account for everything, unknown codes included, so that a run taken up again forgets none of them.
        self.counters: Counter[str] = Counter(counters or {})
        self._warnings: list[dict[str, Any]] = []

    def warn(self, code: str, message: str, count: int = 1) -> None:
        """Adds one warning, in French."""
        self._warnings.append({"code": code, "message": message, "count": count})

    def add_parsed(self, parsed: list[Parsed]) -> None:
        """Counts what reading the dossiers revealed."""
        for dossier in parsed:
            self.counters.update(f"{UNKNOWN}{tag} {code}" for tag, code in set(dossier.unknown))
            if dossier.wrong_nirs:
                self.counters["wrong_nirs"] += dossier.wrong_nirs

    def add_applied(self, applied: Applied) -> None:
        """Counts what applying a batch changed."""
        self.counters.update(
            households_created=applied.created,
            households_updated=applied.updated,
            households_unchanged=applied.unchanged,
            households_older=applied.older,
            persons_created=applied.persons_created,
            entries_opened=applied.entries_opened,
            entries_reopened=applied.entries_reopened,
            entries_closed=applied.entries_closed,
            to_review=applied.to_review,
        )

    def warnings(self) -> list[dict[str, Any]]:
        """Every warning, those about the whole file first."""
        found = list(self._warnings)
        if self.counters["wrong_nirs"]:
            message = "Numéros de sécurité sociale faux ou incomplets : ils ne servent pas à reconnaître les personnes."
            found.append({"code": "wrong_nir", "message": message, "count": self.counters["wrong_nirs"]})
        unknown = [(name.removeprefix(UNKNOWN), n) for name, n in self.counters.items() if name.startswith(UNKNOWN)]
        for name, count in sorted(unknown, key=lambda item: (-item[1], item[0])):
            tag, _, code = name.partition(" ")
            message = f"Code inconnu « {code} » pour {codes.field_name(tag)} : accepté tel quel."
            found.append({"code": "unknown_code", "message": message, "count": count})
        return found


class Stopwatch:
    """Seconds since its creation, and the memory this process and its helpers needed at most."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def seconds(self) -> float:
        """Seconds of a clock that never jumps."""
        return time.monotonic() - self._started

    @staticmethod
    def peak_mb() -> float:
        """The largest resident memory of this process plus that of its largest helper, in megabytes."""
        return (memory.peak_kb() + Helper.largest_kb) / memory.KILOBYTE
