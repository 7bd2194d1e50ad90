"""One file through the mill: dossiers read in a second process, applied by batches, each batch whole or not at all.

A batch is one transaction: its dossiers, its refused lines and the position reached are kept together, so that a
killed process leaves nothing half-done and taking the run up again starts where it stopped.
"""

import gc
import logging
import traceback
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import Error, InterfaceError, OperationalError, connection, transaction
from django.db.models import Model

from emploi.exchanges.caf.engine import checks
from emploi.exchanges.caf.engine.announcing import Announcer
from emploi.exchanges.caf.engine.helper import Helper
from emploi.exchanges.caf.engine.ledger import Ledger
from emploi.exchanges.caf.engine.telling import Teller
from emploi.exchanges.caf.engine.witness import Witness
from emploi.exchanges.caf.models import DossierPassage, ReceivedFile
from emploi.exchanges.caf.reader import Survey, read_span
from emploi.exchanges.caf.reading.parsing import DossierReader, Parsed
from emploi.exchanges.caf.reading.spans import Span
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.intake.actions import Refused, keep_refused
from emploi.foundation.intake.models import Row, Run
from emploi.foundation.intake.progress import Progress
from emploi.foundation.lists import SPLIT, joined
from emploi.pathway.beneficiaries.actions import apply_households, flag_disappeared
from emploi.pathway.beneficiaries.facts import FileFacts, HouseholdFacts
from emploi.pathway.beneficiaries.identifiers import Prepared, knowing, prepare_members
from emploi.pathway.beneficiaries.models import Entry, Household, HouseholdRole, Person

logger = logging.getLogger(__name__)

# Dossiers applied in one transaction; dossiers looked at to find them (most of a file already read are skipped).
BATCH = 500
WINDOW = 5000
# Batches being read while one is applied.
AHEAD = 2
# Below this, a second process costs more than it saves.
WORTH_A_HELPER = 1000

# What one dossier alone may fail on; a database that goes away stops the run instead.
REFUSALS = (Error, DomainError, ArithmeticError, LookupError, TypeError, ValueError)


# Tables read while they are being filled, and what they are read by: the rest is left to the server's own rounds.
GROWING: dict[type[Model], str] = {
    Household: "claim_number",
    HouseholdRole: "person_id, household_id",
    Person: "nir_hash, name_key, birth_date",
    Entry: "person_id, household_id",
    DossierPassage: "household_id",
}
# The dossiers this file, or its twin, has brought already.
_APPLIED = f"""
    SELECT claim_number, content_hash, tied_hashes FROM beneficiaries_household
    WHERE claim_number = ANY({SPLIT}) AND last_reference_on = %s AND last_created_on = %s
      AND disappeared_on IS NULL"""  # noqa: S608 - no value in it
# So many first dossiers of a batch failing in the same way accuse the product, not the dossiers.
ALL_ALIKE = 20


class SystemicFailure(DomainError):
    """Nothing can be applied at all, for a reason that is not in the file."""


@dataclass(slots=True)
class Window:
    """A stretch of the file: how many dossiers it spans, those to read, those known or replaced further down."""

    looked_at: int = 0
    wanted: list[Span] = field(default_factory=list)
    unchanged: int = 0
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """The dossiers of a window as read, and what their people are compared by when it could be computed ahead."""

    parsed: list[Parsed]
    prepared: Prepared = field(default_factory=dict)


class Loader:
    """Applies (or previews) the dossiers of one surveyed file."""

    def __init__(
        self,
        *,
        run: Run,
        frame: ReceivedFile,
        survey: Survey,
        path: Path,
        ledger: Ledger,
        announcer: Announcer | None,
        by: Actor,
        at: datetime,
    ) -> None:
        self.run, self.frame, self.survey, self.path = run, frame, survey, path
        self.ledger, self.announcer, self.by, self.at = ledger, announcer, by, at
        self.file = FileFacts(
            reference_on=frame.reference_on,
            created_on=frame.created_on,
            received_on=run.received_on or frame.created_on,
            source=survey.header.source,
            run_id=run.pk,
            first_load=frame.first_load,
        )
        # What the counters kept with the last batch say; a preview keeps none, so that nothing is ever skipped.
        self._position = ledger.counters["position"]
        self._analyze_at = BATCH

    def load(self) -> None:
        """Goes through the file, from where a former attempt stopped."""
        last = self._last_occurrences()
        # A preview leaves nothing behind, not even where it read.
        teller = Teller(self.file, self.by, self.at)
        self._witness = Witness(self.frame, self.survey.spans, teller) if self.announcer is None else None
        with ExitStack() as stack:
            self._stream = stack.enter_context(self.path.open("rb"))
            progress = stack.enter_context(
                Progress(self.run, len(self.survey.spans), apart=self.announcer is not None, done=self._position)
            )
            stack.enter_context(_without_cycle_hunting())
            for window, batch in self._read_ahead(stack, self._windows(last)):
                with knowing(batch.prepared):
                    self._apply(window, batch.parsed, progress)
                self._refresh_statistics()
                gc.collect(1)

    def flag_disappeared(self) -> None:
        """Flags the dossiers that a whole monthly file no longer shows; a damaged or partial file accuses nobody."""
        declared, found = self.survey.trailer.transmitted, len(self.survey.spans)
        is_whole = declared is not None and found >= declared and not self.survey.spans.has_problems()
        if self.file.source != "monthly" or self.file.first_load or not found or not is_whole:
            return
        refused = list(Row.objects.filter(run=self.run).exclude(key="").values_list("key", flat=True))
        refused += [line.key for line in self.announcer.refused] if self.announcer else []
        count = sum(
            flag_disappeared(
                payer=payer,
                organism=organism,
                reference_on=self.file.reference_on,
                run_id=self.run.pk,
                refused=refused,
                by=self.by,
                at=self.at,
            )
            for payer, organism in checks.senders(self.survey, self.file.reference_on)
        )
        if count:
            message = "Dossiers ouverts absents de ce fichier mensuel : signalés à vérifier, aucun n'est fermé."
            self.ledger.warn("disappeared", message, count)

    def _last_occurrences(self) -> dict[str, int]:
        """The last place of each dossier: of one written twice in a file, the last is kept (caf-flows.md §2.7)."""
        claims = self.survey.spans.claims()
        last = {claim: number for number, claim in enumerate(claims, start=1) if claim}
        repeated = sum(1 for claim in claims if claim) - len(last)
        if repeated:
            message = "Dossiers présents plusieurs fois dans le fichier : seule la dernière version est gardée."
            self.ledger.warn("duplicate_in_file", message, repeated)
        return last

    def _windows(self, last: dict[str, int]) -> Iterator[Window]:
        """Yields the file by stretches, each with at most one batch of dossiers to read."""
        current = Window()
        for start in range(self._position + 1, len(self.survey.spans) + 1, WINDOW):
            stretch = self.survey.spans.between(start, start + WINDOW - 1)
            known = self._already_applied(stretch)
            for span in stretch:
                current.looked_at += 1
                if span.claim_number and last[span.claim_number] != span.number:
                    current.repeated += 1
                elif span.number in known:
                    current.unchanged += 1
                else:
                    current.wanted.append(span)
                if len(current.wanted) == BATCH:
                    yield current
                    current = Window()
        if current.looked_at:
            yield current

    def _already_applied(self, window: list[Span]) -> set[int]:
        """The dossiers whose very content came with this file or its twin: nothing to read, nothing to write."""
        by_claim = {span.claim_number: span for span in window if span.claim_number and not span.problem}
        with connection.cursor() as cursor:
            cursor.execute(_APPLIED, [joined(by_claim), self.file.reference_on, self.file.created_on])
            stored = cursor.fetchall()
        return {
            by_claim[claim].number
            for claim, content_hash, tied in stored
            if claim in by_claim and by_claim[claim].content_hash in (content_hash, *tied.split())
        }

    def _read_ahead(self, stack: ExitStack, windows: Iterator[Window]) -> Iterator[tuple[Window, Batch]]:
        """Reads each batch, and computes what its people are compared by, while the former one is applied."""
        arguments = (self.path, self.survey.encoding, checks.expected_department())
        first = next(windows, None)
        if first is None:
            return
        if len(self.survey.spans) - self._position < WORTH_A_HELPER or len(first.wanted) < BATCH:
            reader = DossierReader(*arguments)
            stack.callback(reader.close)
            for window in self._with_first(first, windows):
                yield window, Batch(reader.read(window.wanted))
            return
        helper = stack.enter_context(Helper(*arguments))
        # One thread speaks to the helper: half of the time of a batch is spent waiting for PostgreSQL.
        thread = ThreadPoolExecutor(1, "ahead")
        stack.callback(thread.shutdown, cancel_futures=True)
        for window, answer in _asked_ahead(helper, thread, self._with_first(first, windows)):
            yield window, answer.result()

    @staticmethod
    def _with_first(first: Window, others: Iterator[Window]) -> Iterator[Window]:
        yield first
        yield from others

    def _apply(self, window: Window, parsed: list[Parsed], progress: Progress) -> None:
        self._position += window.looked_at
        self.ledger.counters.update(households_unchanged=window.unchanged, households_repeated=window.repeated)
        self.ledger.add_parsed(parsed)
        valid = [dossier.facts for dossier in parsed if dossier.facts is not None]
        if self._witness:
            self._witness.read(parsed)
        refused = [
            self._refused(d.number, d.refusal.code, d.refusal.reason, d.refusal.xpath) for d in parsed if d.refusal
        ]
        if self.announcer:
            self.announcer.before(valid, self.file)
        try:
            with transaction.atomic():
                self._write(valid, refused, progress)
        except (OperationalError, InterfaceError):
            raise
        except REFUSALS as error:
            _log(f"batch of {len(valid)} dossiers of run {self.run.pk} undone", error)
            self._write_one_by_one(valid, refused, progress)

    def _refresh_statistics(self) -> None:
        """Tells PostgreSQL how tables that grow from nothing now look, before it plans on their former size."""
        if not self.file.first_load or self.ledger.counters["households_created"] < self._analyze_at:
            return
        self._analyze_at *= 4
        tables = ", ".join(f'"{model._meta.db_table}" ({columns})' for model, columns in GROWING.items())
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")

    def _write(self, valid: list[HouseholdFacts], refused: list[Refused], progress: Progress) -> None:
        before = self.ledger.counters.copy()
        try:
            if valid:
                if self._witness:
                    self._witness.before(valid)
                applied = apply_households(valid, file=self.file, by=self.by, at=self.at)
                self.ledger.add_applied(applied)
                if self.announcer:
                    self.announcer.after(applied)
                if self._witness:
                    self._witness.applied(valid)
            self._keep_refused(refused)
            if self._witness:
                self._witness.keep_defects()
            self._keep_position(progress)
        except BaseException:
            self.ledger.counters = before
            raise

    def _write_one_by_one(self, valid: list[HouseholdFacts], refused: list[Refused], progress: Progress) -> None:
        """A batch failed: each dossier alone, so that only those at fault are set aside."""
        numbers = {claim: number for number, claim in enumerate(self.survey.spans.claims(), start=1)}
        failures: Counter[type[Exception]] = Counter()
        for facts in valid:
            try:
                with transaction.atomic():
                    if self._witness:
                        self._witness.before([facts])
                    applied = apply_households([facts], file=self.file, by=self.by, at=self.at)
                    if self._witness:
                        self._witness.applied([facts])
                self.ledger.add_applied(applied)
            except (OperationalError, InterfaceError):
                raise
            except REFUSALS as error:
                failures[type(error)] += 1
                if failures[type(error)] == ALL_ALIKE and failures.total() == valid.index(facts) + 1:
                    # The fault is not in the dossiers: stop, and leave them to be read again once it is mended.
                    raise SystemicFailure(why_not_applied(error)) from error
                _log(f"dossier {numbers[facts.claim_number]} of run {self.run.pk} refused", error)
                refused.append(self._refused(numbers[facts.claim_number], "not_applied", why_not_applied(error)))
        with transaction.atomic():
            self._keep_refused(refused)
            if self._witness:
                self._witness.keep_defects()
            self._keep_position(progress)

    def _keep_refused(self, refused: list[Refused]) -> None:
        self.ledger.counters["households_refused"] += len(refused)
        if self.announcer:
            self.announcer.refused += refused
        else:
            keep_refused(self.run, refused)

    def _keep_position(self, progress: Progress) -> None:
        """Keeps the position and the counters with the batch, in its transaction."""
        self.ledger.counters["households_read"] = self._position
        progress.tick(self._position)
        if not self.announcer:
            self.ledger.counters["position"] = self._position
            Run.objects.filter(pk=self.run.pk).update(counters=dict(self.ledger.counters), done=self._position)

    def _refused(self, number: int, code: str, reason: str, xpath: str = "") -> Refused:
        span = self.survey.spans.numbered(number)
        return Refused(number, span.claim_number, read_span(self._stream, span), code, reason, xpath)


def _collected(helper: Helper) -> Batch:
    parsed = helper.collect()
    return Batch(parsed, prepare_members(dossier.facts for dossier in parsed if dossier.facts is not None))


def _asked_ahead(
    helper: Helper, thread: ThreadPoolExecutor, windows: Iterator[Window]
) -> Iterator[tuple[Window, "Future[Batch]"]]:
    """Asks the helper for a batch before waiting for the former one, so that it never rests."""
    asked: deque[Window] = deque()
    answers: deque[Future[Batch]] = deque()
    for window in windows:
        thread.submit(helper.submit, window.wanted)
        if asked:
            answers.append(thread.submit(_collected, helper))
        asked.append(window)
        if len(answers) == AHEAD:
            yield asked.popleft(), answers.popleft()
    answers.append(thread.submit(_collected, helper))
    while answers:
        yield asked.popleft(), answers.popleft()


@contextmanager
def _without_cycle_hunting() -> Iterator[None]:
    """Millions of short-lived facts and no cycle among them: the collector is called once a batch instead."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _log(what: str, error: Exception) -> None:
    """Says where it failed, never with the values of the dossier: logs carry ids only."""
    logger.error("%s: %s\n%s", what, type(error).__name__, "".join(traceback.format_tb(error.__traceback__)[-4:]))


def why_not_applied(error: Exception) -> str:
    """The reason, in French, of a dossier that was read but could not be recorded."""
    if isinstance(error, DomainError):
        return error.message
    return f"Ce dossier est lisible mais n'a pas pu être enregistré (erreur technique : {type(error).__name__})."
