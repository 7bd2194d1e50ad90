"""The accounts of one spreadsheet: how many lines became what, and what its reader must be warned of."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from emploi.exchanges.spreadsheets.rules.people import Reading
from emploi.pathway.beneficiaries.row_facts import CREATED, KEPT_DOUBT, RowOutcome

DONE, PARTIAL, NOT_DONE = "done", "done_with_refused_lines", "not_done"
COUNTERS = ("rows", "created", "updated", "unchanged", "refused", "duplicates_suspected")
WORDS = {
    "american_date": "Dates qui semblent écrites mois/jour/année : vérifiez toute la colonne.",
    "kept": "Valeurs différentes gardées comme elles sont connues (saisies par un agent, ou de la caisse).",
    "doubt": "Valeurs en contradiction avec la fiche (autre numéro de sécurité sociale, autre nom) : à vérifier.",
    "duplicates": "Personnes nouvelles qui ressemblent à une personne connue : à vérifier.",
    "repeated": "Personnes présentes sur plusieurs lignes du fichier.",
    "bad_phone": "Téléphones incomplets, laissés de côté.",
    "bad_email": "Courriels illisibles, laissés de côté.",
    "left_out": "Autres valeurs illisibles, laissées de côté.",
}


@dataclass(slots=True)
class Report:
    """What is answered to whoever asked; `as_json` is the contract of `emploi import_people --json`."""

    status: str
    counters: dict[str, int] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    run_id: int | None = None
    dry_run: bool = False
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """0 done, 1 done with refused lines, 2 not done."""
        return {DONE: 0, PARTIAL: 1}.get(self.status, 2)

    def as_json(self) -> dict[str, Any]:
        """Every key, whatever the outcome."""
        values: dict[str, Any] = {"status": self.status}
        values |= {name: self.counters.get(name, 0) for name in COUNTERS}
        values |= {"warnings": self.warnings, "seconds": round(self.seconds, 3)}
        values |= {"dry_run": self.dry_run, "run_id": self.run_id}
        return values | ({"error": self.error} if self.error else {})


class Ledger:
    """Adds up what happens to the lines of one file, batch after batch; taken up again from the run's own counters."""

    def __init__(self, counters: dict[str, int] | None = None) -> None:
        self.counters: Counter[str] = Counter(counters or {})
        # The line each person came from, to say who is listed twice.
        self._lines: dict[int, int] = {}

    def add_reading(self, reading: Reading) -> None:
        """Counts what was left out of a line, or why it is refused."""
        for problem in (*reading.problems, *reading.warnings):
            known = problem.code if problem.code in WORDS else "left_out" if problem in reading.warnings else ""
            if known:
                self.counters[f"warn_{known}"] += 1

    def add_outcome(self, outcome: RowOutcome) -> None:
        """Counts a line that goes through, and says when its person was already on another line."""
        self.counters[outcome.status] += 1
        kept = [difference for difference in outcome.differences if difference.kept]
        self.counters["warn_kept"] += any(difference.kept != KEPT_DOUBT for difference in kept)
        self.counters["warn_doubt"] += any(difference.kept == KEPT_DOUBT for difference in kept)
        former = self._lines.setdefault(outcome.person_id or -outcome.number, outcome.number)
        if former != outcome.number:
            outcome.suspects.append(f"la ligne {former} de ce fichier (même personne)")
            self.counters["warn_repeated"] += 1
        elif outcome.suspects and outcome.status == CREATED:
            self.counters["warn_duplicates"] += 1
        self.counters["duplicates_suspected"] += bool(outcome.suspects)

    def warnings(self) -> list[dict[str, Any]]:
        """Every warning, with its count."""
        return [
            {"code": code, "message": message, "count": self.counters[f"warn_{code}"]}
            for code, message in WORDS.items()
            if self.counters[f"warn_{code}"]
        ]


class Stopwatch:
    """Seconds since its creation, on a clock that never jumps."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def seconds(self) -> float:
        """Seconds elapsed."""
        return time.monotonic() - self._started
