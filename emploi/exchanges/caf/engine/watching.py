"""A folder watched: each file is taken once it is whole, in the order of reference dates, then put away.

The folder holds what the transfer deposits; `faits/` what was recorded, `refuses/` what was not, each with a note in
French. A file is moved only once its run has ended, so that a watch that is killed starts again where it stopped: the
file is still there, and importing it twice changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from emploi.exchanges.caf import contacts_inbound, inbound
from emploi.exchanges.caf.contacts import looks_like_contacts
from emploi.exchanges.caf.engine.ledger import NOT_DONE, Report
from emploi.exchanges.caf.flows import inbound as flows_inbound
from emploi.exchanges.caf.flows.frame import looks_like_flow
from emploi.exchanges.caf.reading.frame import HEADER_MAX, RefusedFile, encoding_of, read_header
from emploi.exchanges.caf.reading.sources import head_of
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.intake.locks import Busy
from emploi.foundation.ui.french import moment_year_fr

DONE, REFUSED = "faits", "refuses"
PARTIAL_NAMES = (".part", ".tmp", ".filepart", ".raison.txt")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is whole, with what orders it among the others: reference, creation, arrival."""

    path: Path
    reference_on: date
    created_on: date
    arrived_at: float

    @property
    def order(self) -> tuple[date, date, float, str]:
        """Files without a reference (contacts, unreadable ones) come last: contacts need their dossiers."""
        return (self.reference_on, self.created_on, self.arrived_at, self.path.name)


@dataclass(slots=True)
class Folder:
    """One watched folder; `settled` remembers the size of each file at the last look."""

    path: Path
    by: Actor
    say: Callable[[str], None]
    sizes: dict[str, tuple[int, float]] = field(default_factory=dict)

    def prepare(self) -> None:
        """Makes the two places where files are put away. Raises DomainError when the folder is not one."""
        if not self.path.is_dir():
            raise DomainError(f"« {self.path} » n'est pas un dossier.")
        for name in (DONE, REFUSED):
            (self.path / name).mkdir(exist_ok=True)

    def whole_files(self) -> list[Waiting]:
        """The files that did not grow since the last look, in the order in which they must be read."""
        seen = {path: path.stat() for path in self.path.iterdir() if _is_candidate(path)}
        stable = [path for path, stat in seen.items() if self.sizes.get(path.name) == (stat.st_size, stat.st_mtime)]
        self.sizes = {path.name: (stat.st_size, stat.st_mtime) for path, stat in seen.items()}
        return sorted((_waiting(path) for path in stable), key=lambda waiting: waiting.order)

    def take(self, waiting: Waiting) -> bool:
        """Imports one file and puts it away; answers False when another import runs and it must wait."""
        at = clock.now()
        received_on = min(datetime.fromtimestamp(waiting.arrived_at, clock.ZONE).date(), at.date())
        try:
            report = _import(waiting.path, received_on, self.by, at)
        except Busy:
            return False
        except DomainError as error:
            report = Report(NOT_DONE, error=error.message)
        self._put_away(waiting.path, report, at)
        return True

    def _put_away(self, path: Path, report: Report, at: datetime) -> None:
        home = self.path / (REFUSED if report.error else DONE)
        target = _free_name(home / path.name)
        if report.error:
            note = target.with_name(f"{target.name}.raison.txt")
            note.write_text(f"{moment_year_fr(at)}\n{path.name}\n\n{report.error}\n", encoding="utf-8")
        path.replace(target)
        self.sizes.pop(path.name, None)
        self.say(f"{path.name} : {report.error or in_words(report)}")


def watch(
    folder: Folder, *, every: float, is_over: Callable[[], bool], sleep: Callable[[float], None] = time.sleep
) -> int:
    """Looks at the folder again and again until told to stop; answers how many files were taken.

    A stop asked in the middle of a file waits for its end: an import stopped half-way would have to be taken up again.
    """
    folder.prepare()
    taken = 0
    while not is_over():
        for waiting in folder.whole_files():
            if is_over() or not folder.take(waiting):
                break
            taken += 1
        sleep(every)
    return taken


def in_words(report: Report) -> str:
    """One line about a file taken."""
    count = report.counters.get
    if "households_read" in report.counters:
        refused = count("households_refused", 0)
        return f"{count('households_read', 0)} dossiers lus, {refused} refusés."
    return f"{count('rows_read', 0)} lignes lues, {count('rows_refused', 0)} refusées."


def _import(path: Path, received_on: date, by: Actor, at: datetime) -> Report:
    head = head_of(path)
    if looks_like_contacts(head):
        return contacts_inbound.import_contacts(path=path, received_on=received_on, by=by, at=at)
    if looks_like_flow(head):
        return flows_inbound.import_flow(path=path, received_on=received_on, by=by, at=at)
    return inbound.import_caf(path=path, received_on=received_on, by=by, at=at)


def _waiting(path: Path) -> Waiting:
    arrived_at = path.stat().st_mtime
    try:
        head = head_of(path)
        header = read_header(head[:HEADER_MAX], encoding_of(head), natures=None)
    except (RefusedFile, OSError):
        return Waiting(path, date.max, date.max, arrived_at)
    return Waiting(path, header.reference_on, header.created_on, arrived_at)


def _is_candidate(path: Path) -> bool:
    hidden = path.name.startswith(".") or path.name.endswith(PARTIAL_NAMES)
    return path.is_file() and not path.is_symlink() and not hidden


def _free_name(wanted: Path) -> Path:
    """The same name, numbered when a file of that name was put away before."""
    candidate, number = wanted, 2
    while candidate.exists():
        candidate = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        number += 1
    return candidate
