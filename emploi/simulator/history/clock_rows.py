"""The deadlines of an entry, as the clocks' actions leave them: started, restarted, met, void."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from emploi.foundation import clock
from emploi.pathway.clocks.enums import FOLLOW_UP, PROMISES, DeadlineKind, VoidReason
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.clocks.rules import PARAMETERS, Term, is_never_owed, void_reason
from emploi.simulator.history.cases import READ_AT, Case
from emploi.simulator.history.rows import Table
from emploi.simulator.stories import acts
from emploi.territory.rulebook import queries as rulebook

EXITS = (VoidReason.DEATH, VoidReason.MOVED_OUT, VoidReason.RIGHT_ENDED, VoidReason.DUPLICATE, VoidReason.ANNULLED)
Happened = tuple[datetime, str, date, str]


@dataclass(slots=True)
class Row:
    """One deadline."""

    term: Term
    sequence: int
    started_on: date
    due_on: date
    met_on: date | None = None
    voided_on: date | None = None
    reason: str = ""
    let_go_on: date | None = None

    @property
    def waits(self) -> bool:
        """Neither met nor void."""
        return self.met_on is None and self.voided_on is None


class EntryClocks:
    """The deadlines of one entry, in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}
        self.oriented = False

    def start(self, kinds: Iterable[str], on: date) -> None:
        """Starts delays from a day; those that still wait are void and begin again."""
        for kind in kinds:
            known = self.rows.setdefault(kind, [])
            self.void([kind], on, VoidReason.RESTARTED)
            term = _term(kind, on)
            if term is not None:
                known.append(Row(term, len(known) + 1, on, term.due_on(on)))

    def void(self, kinds: Sequence[str], on: date, reason: str) -> None:
        """Makes what still waits pointless."""
        for kind in kinds:
            for row in self.rows.get(kind, []):
                if row.waits:
                    row.voided_on, row.reason, row.let_go_on = on, reason, None

    def meet(self, kind: str, on: date) -> None:
        """Notes that the last delay of a kind is kept."""
        row = self._latest(kind)
        if row is not None and row.met_on is None:
            before_exit = row.voided_on is not None and row.voided_on >= on and row.reason in EXITS
            if row.voided_on is None or before_exit:
                row.met_on, row.voided_on, row.reason, row.let_go_on = on, None, "", None
        if kind == DeadlineKind.FIRST_INTERVIEW:
            self.void(FOLLOW_UP, on, VoidReason.SETTLED)

    def close(self, closed_on: date, reason: str) -> None:
        """Voids what the exit makes pointless; a promise already missed stays missed."""
        for rows in self.rows.values():
            for row in rows:
                if row.waits and (is_never_owed(reason) or row.due_on > closed_on):
                    row.voided_on, row.reason, row.let_go_on = closed_on, void_reason(reason), None
                elif row.waits:
                    row.let_go_on = row.let_go_on or closed_on

    def reopen(self, on: date, *, continuous: bool) -> None:
        """Lets the delays run again; after an interruption, six new weeks begin for whoever is not oriented."""
        if not self.oriented:
            for kept in (row for rows in self.rows.values() for row in rows):
                kept.let_go_on = None
        for kind in self.rows:
            row = self._latest(kind)
            if row is not None and row.met_on is None and row.reason in EXITS and (continuous or _comes_back(row, on)):
                row.voided_on, row.reason = None, ""
        if not continuous and not self._is_oriented():
            self.start([DeadlineKind.ORIENTATION_SIX_WEEKS], on)
        if self.oriented:
            self._let_go(on)

    def _is_oriented(self) -> bool:
        weeks = self._latest(DeadlineKind.ORIENTATION_SIX_WEEKS)
        return self.oriented or (weeks is not None and weeks.met_on is not None)

    def decide(self, on: date, known_on: date) -> None:
        """The orientation is decided: its two delays are kept, relaunches have nothing left to obtain."""
        self.oriented = True
        self.meet(DeadlineKind.ORIENTATION_MONTH, on)
        self.meet(DeadlineKind.ORIENTATION_SIX_WEEKS, on)
        self.void(FOLLOW_UP, on, VoidReason.SETTLED)
        self._let_go(known_on)

    def _let_go(self, on: date) -> None:
        """Whoever is oriented without a first interview is on no list any more: the referent meets the person."""
        for row in (row for rows in self.rows.values() for row in rows):
            if row.waits:
                row.let_go_on = row.let_go_on or on

    def _latest(self, kind: str) -> Row | None:
        rows = self.rows.get(kind)
        return rows[-1] if rows else None


def _comes_back(row: Row, on: date) -> bool:
    """Whether a delay the exit made void runs again on the day of a return."""
    return row.term.kind != DeadlineKind.ORIENTATION_SIX_WEEKS and row.due_on >= on


class ClockTables:
    """The table of deadlines."""

    def __init__(self) -> None:
        self.deadline = Table(Deadline, _COLUMNS)

    def add(self, case: Case, told: list[acts.Act]) -> EntryClocks:
        """The deadlines of one entry, from its changes and its story in the order they happened."""
        clocks = EntryClocks()
        # Whoever was there before the first file came with an orientation.
        clocks.oriented = case.is_stock
        invited = False
        for at, what, on, detail in sorted(_events(case, told), key=lambda event: event[0]):
            if what == "invited":
                if invited:
                    clocks.meet(DeadlineKind.RELAUNCH, on)
                else:
                    clocks.start(FOLLOW_UP, on)
                invited = True
            else:
                _apply(clocks, what, on, detail, is_stock=case.is_stock, known_on=at.date())
        for kind, rows in clocks.rows.items():
            for row in rows:
                self.deadline.add(
                    case.entry_id, case.person_id, kind, row.sequence, row.started_on, row.due_on, row.met_on,
                    row.voided_on, row.reason, row.let_go_on, row.term.slug, row.term.valid_from,
                )  # fmt: skip
        return clocks


def _apply(clocks: EntryClocks, what: str, on: date, detail: str, *, is_stock: bool, known_on: date) -> None:
    if what == "opened":
        if not is_stock:
            clocks.start(PROMISES, on)
    elif what == "closed":
        closed_on, _, reason = detail.partition(" ")
        clocks.close(date.fromisoformat(closed_on), reason)
    elif what == "reopened":
        clocks.reopen(on, continuous=bool(detail))
    elif what == "decided":
        clocks.decide(on, known_on)
    elif what == "restart":
        clocks.start(FOLLOW_UP, on)
    elif what == "settled":
        clocks.void(FOLLOW_UP, on, VoidReason.SETTLED)
    else:
        clocks.meet(what, on)


def _events(case: Case, told: list[acts.Act]) -> Iterable[Happened]:
    for what, known_on, closed_on, detail in case.changes:
        at = clock.start_of(known_on) + READ_AT
        yield (
            at,
            what,
            known_on,
            f"{closed_on} {detail}" if what == "closed" else detail if what == "reopened" else "",
        )
    for act in told:
        yield from _of_act(act)


def _of_act(act: acts.Act) -> Iterable[Happened]:
    """What an act does to the clocks, on the day it counts."""
    day = act.at.date()
    if isinstance(act, acts.Missed | acts.Excused | acts.Met):
        day = act.visit.taken.day
    elif isinstance(act, acts.Decided):
        day = act.on
    for what in _EFFECTS.get(type(act), ()):
        if isinstance(act, acts.Called) and act.outcome != "reached":
            continue
        yield (act.at, what, day, "")
    if isinstance(act, acts.Met) and act.settled:
        yield (act.at, "decided", day, "")


_EFFECTS: dict[type[acts.Act], tuple[str, ...]] = {
    acts.Invited: ("invited",),
    acts.Booked: ("settled",),
    acts.Convened: (DeadlineKind.CONVOCATION, "settled"),
    acts.Called: (DeadlineKind.CALL,),
    acts.Missed: ("restart",),
    acts.Excused: ("restart",),
    acts.Cancelled: ("restart",),
    acts.Met: (DeadlineKind.FIRST_INTERVIEW,),
    acts.Decided: ("decided",),
}


@lru_cache(maxsize=50_000)
def _term(kind: str, on: date) -> Term | None:
    """The delay the rulebook gives on a day, None before the law that makes it."""
    try:
        found = rulebook.parameter(PARAMETERS[kind], on)
    except rulebook.UnknownValue:
        return None
    return Term(kind, int(found.value), found.unit, found.slug, found.valid_from)


def forget_terms() -> None:
    """Reads the rulebook again: a test or another Département may hold other values."""
    _term.cache_clear()


_COLUMNS = (
    "entry_id", "person_id", "kind", "sequence", "started_on", "due_on", "met_on", "voided_on", "void_reason",
    "let_go_on", "rule_slug", "rule_valid_from",
)  # fmt: skip
