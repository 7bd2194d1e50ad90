"""A folder watched: each file is taken once it is whole, in the order of reference dates, then erased.

The folder holds what the transfer deposits, in clear. Each file is archived encrypted, read from that archive, then
erased: `faits/` and `refuses/` only hold a note in French for who deposited it. A file is erased only once its run has
ended, so that a watch that is killed starts again where it stopped: the file is still there, and importing it twice
changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from emploi.exchanges.caf import contacts_inbound, inbound, inbox
from emploi.exchanges.caf.engine.deposits import Deposits, NotAFile, Seen
from emploi.exchanges.caf.engine.ledger import NOT_DONE, Report
from emploi.exchanges.caf.flows import inbound as flows_inbound
from emploi.exchanges.caf.reading.frame import HEADER_MAX, RefusedFile, encoding_of, read_header
from emploi.exchanges.caf.reading.sources import head_in
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import locks
from emploi.foundation.intake.locks import Busy
from emploi.foundation.ui.french import moment_year_fr

DONE, REFUSED = "faits", "refuses"
ERASED = "Original gardé chiffré, fichier en clair effacé."
KEPT = "L’original n’a pas pu être archivé : le fichier est resté en clair dans « refuses »."
NOT_KEPT = "L’original n’a pas pu être archivé, et il n’est plus là : ce qui a pris son nom sera lu à son tour."
CHANGED = "Original gardé chiffré ; un autre fichier a pris ce nom entre-temps, il sera lu à son tour."


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is whole, with what orders it among the others: reference, creation, arrival."""

    seen: Seen
    reference_on: date
    created_on: date

    @property
    def order(self) -> tuple[date, date, float, str]:
        """Files without a reference (contacts, unreadable ones) come last: contacts need their dossiers."""
        return (self.reference_on, self.created_on, self.seen.modified_at, self.seen.name)


@dataclass(slots=True)
class Folder:
    """One watched folder; `looks` remembers each file as the last look found it."""

    path: Path
    by: Actor
    say: Callable[[str], None]
    looks: dict[str, Seen] = field(default_factory=dict)
    told: set[tuple[int, int]] = field(default_factory=set)

    def prepare(self) -> None:
        """Makes the two places of the notes. Raises DomainError when the folder is not one, or not ours."""
        with Deposits(self.path) as deposits:
            deposits.prepare(DONE, REFUSED)

    def whole_files(self) -> list[Waiting]:
        """The files that did not change since the last look, in the order in which they must be read."""
        with Deposits(self.path) as deposits:
            seen = deposits.seen()
            stable = [look for look in seen if look.is_same(self.looks.get(look.name))]
            self.looks = {look.name: look for look in seen}
            found = [self._waiting(deposits, look) for look in stable]
        return sorted((waiting for waiting in found if waiting), key=lambda waiting: waiting.order)

    def take(self, waiting: Waiting) -> bool:
        """Imports one file and erases it; answers False when another import runs and it must wait."""
        at, name = clock.now(), waiting.seen.name
        with Deposits(self.path) as deposits:
            try:
                with deposits.opened(name) as (content, seen):
                    report = self._import(content, seen, at)
            except Busy:
                return False
            except FileNotFoundError:
                return True
            except DomainError as error:
                seen, report = waiting.seen, Report(NOT_DONE, error=error.message)
            self._put_away(deposits, seen, report, at)
        return True

    def _import(self, content: BinaryIO, seen: Seen, at: datetime) -> Report:
        """Archives the very bytes that were opened, then reads the archive: what waits may change meanwhile."""
        kind = inbox.kind_of(content)
        received_on = min(datetime.fromtimestamp(seen.modified_at, clock.ZONE).date(), at.date())
        apply = {
            contacts_inbound.KIND: contacts_inbound.apply_contacts_run,
            flows_inbound.KIND: flows_inbound.apply_flow_run,
            inbound.KIND: inbound.apply_run,
        }[kind]
        with locks.alone(kind):
            run = inbox.receive(
                file_name=seen.name,
                content=content,
                received_on=received_on,
                approved=True,
                kind=kind,
                by=self.by,
                at=at,
            )
            try:
                return apply(run=run, by=self.by, at=at)
            except Busy:
                raise
            except DomainError as error:
                # The original is archived: whoever deposited it has nothing to send again.
                return Report(NOT_DONE, error=error.message, run_id=run.pk)

    def _put_away(self, deposits: Deposits, seen: Seen, report: Report, at: datetime) -> None:
        words = report.error or in_words(report)
        home, ending = (REFUSED, "raison") if report.error else (DONE, "recu")
        if report.run_id is None:
            fate = KEPT if deposits.put_away(REFUSED, seen) else NOT_KEPT
        else:
            fate = ERASED if deposits.erase(seen) else CHANGED
        deposits.note(home, f"{seen.name}.{ending}.txt", f"{moment_year_fr(at)}\n{seen.name}\n\n{words}\n{fate}\n")
        self.looks.pop(seen.name, None)
        self.say(f"{seen.name} : {words} {fate}")

    def _waiting(self, deposits: Deposits, look: Seen) -> Waiting | None:
        try:
            with deposits.opened(look.name) as (content, seen):
                head = head_in(content)
            header = read_header(head[:HEADER_MAX], encoding_of(head), natures=None)
        except NotAFile as refusal:
            if look.identity not in self.told:
                self.told.add(look.identity)
                self.say(f"{look.name} : {refusal.message}")
            return None
        except FileNotFoundError:
            return None
        except (RefusedFile, OSError):
            return Waiting(look, date.max, date.max)
        return Waiting(seen, header.reference_on, header.created_on)


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
