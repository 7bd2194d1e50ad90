"""Everything that starts, meets, voids or restarts a delay; always for many entries at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.clock import ZONE
from emploi.pathway.beneficiaries.entry_stories import EntryStory
from emploi.pathway.beneficiaries.hooks import entries_with_a_running_orientation
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks.enums import FOLLOW_UP, PROMISES, DeadlineKind, VoidReason
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.clocks.rules import PARAMETERS, Promise, Term, is_never_owed, promises, void_reason
from emploi.territory.rulebook import queries as rulebook

_TOLD = (
    "started_on",
    "due_on",
    "met_on",
    "voided_on",
    "void_reason",
    "let_go_on",
    "rule_slug",
    "rule_valid_from",
)
_EXITS = (VoidReason.DEATH, VoidReason.MOVED_OUT, VoidReason.RIGHT_ENDED, VoidReason.DUPLICATE, VoidReason.ANNULLED)


@action
def start_deadlines(*, entry_ids: Collection[int], by: Actor, at: datetime) -> int:
    """Start the three promises of each entry from its J0; the stock of a first load starts none. Return how many."""
    entries = Entry.objects.filter(pk__in=entry_ids, is_stock=False).values_list("pk", "person_id", "opened_on")
    with rulebook.cached():
        rows = [
            _row(entry_id, person_id, term, opened_on)
            for entry_id, person_id, opened_on in entries
            for term in _terms(PROMISES, opened_on)
        ]
    return len(Deadline.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5000))


@action
def start_follow_up(*, entry_ids: Collection[int], on: date, by: Actor, at: datetime) -> None:
    """Start relaunch, call and convocation from a missed first interview (definitions.md, Absence).

    A follow-up that still waits is voided and begins again from the new absence; nobody relaunches who is oriented.
    """
    _restart(entry_ids, FOLLOW_UP, on)
    _sort_work(entry_ids, at)


@action
def start_contract(*, entry_ids: Collection[int], on: date, by: Actor, at: datetime) -> None:
    """Start the delay to sign a new contract from the day a reorientation was told (CT D5411-14-2)."""
    _restart(entry_ids, [DeadlineKind.CONTRACT], on)
    _sort_work(entry_ids, at)


@action
def meet(*, entry_ids: Collection[int], kind: str, on: date, by: Actor, at: datetime) -> None:
    """Note that what was due is done on a day; once met, a first interview makes its relaunches useless.

    A fact older than the exit of the person still counts: attendance may be typed after the file that closes.
    """
    latest = _latest(entry_ids, [kind])
    done_before_exit = Q(voided_on__gte=on, void_reason__in=_EXITS)
    latest.filter(Q(voided_on__isnull=True) | done_before_exit, met_on__isnull=True).update(
        met_on=on, voided_on=None, void_reason="", let_go_on=None
    )
    if kind == DeadlineKind.FIRST_INTERVIEW:
        _void(Deadline.objects.filter(entry_id__in=entry_ids, kind__in=FOLLOW_UP), on, VoidReason.SETTLED)


@action
def unmeet(*, entry_ids: Collection[int], kind: str, by: Actor, at: datetime) -> None:
    """Take back a fact noted by mistake: the delay runs again, or is void again when the entry is closed."""
    _latest(entry_ids, [kind]).filter(met_on__isnull=False).update(met_on=None)
    closed = Entry.objects.filter(pk__in=entry_ids, closed_on__isnull=False)
    rows = closed.values_list("pk", "closed_on", "closing_reason")
    _void_exits([(pk, closed_on, reason) for pk, closed_on, reason in rows if closed_on], kinds=[kind])
    _sort_work(entry_ids, at)


@action
def follow_orientations(*, entry_ids: Collection[int], by: Actor, at: datetime) -> None:
    """Let go of what orientations leave nobody to do, such as a first interview, or take it up once none runs."""
    _sort_work(entry_ids, at)


@action
def carry_over(*, from_entry_id: int, to_entry_id: int, by: Actor, at: datetime) -> None:
    """Meet the delays of an entry with what was held under its duplicate (definitions.md, Rates: duplicate)."""
    held = Deadline.objects.filter(entry=from_entry_id, met_on__isnull=False).order_by("sequence")
    for row in held:
        if row.met_on is not None:
            meet(entry_ids=[to_entry_id], kind=row.kind, on=row.met_on, by=by, at=at)
    _sort_work([to_entry_id], at)


@action
def void(*, entry_ids: Collection[int], kinds: Sequence[str], on: date, reason: str, by: Actor, at: datetime) -> None:
    """Make delays that still wait pointless from a day, for a reason of the closed list."""
    _void(Deadline.objects.filter(entry_id__in=entry_ids, kind__in=kinds), on, reason)


@action
def close_deadlines(*, exits: Sequence[tuple[int, date, str]], by: Actor, at: datetime) -> None:
    """Void what closed entries (id, day, reason) no longer run against; a promise already missed stays missed."""
    _void_exits(exits)
    _sort_work([entry_id for entry_id, *_ in exits], at)


@action
def retell_deadlines(*, stories: Sequence[EntryStory], by: Actor, at: datetime) -> None:
    """Bring the promises of entries to what their whole story says now; what was met stays met.

    An entry found to be of the stock owes nothing from its J0, one that no longer is does.
    """
    ids = [story.entry_id for story in stories]
    stored: dict[tuple[int, str], list[Deadline]] = defaultdict(list)
    for row in Deadline.objects.filter(entry_id__in=ids, kind__in=PROMISES).order_by("sequence"):
        stored[row.entry_id, row.kind].append(row)
    oriented = entries_with_a_running_orientation(ids)
    people = dict(Entry.objects.filter(pk__in=ids).values_list("pk", "person_id"))
    changed, added, surplus = [], [], []
    with rulebook.cached():
        for story in stories:
            mine = {kind.value: stored[story.entry_id, kind.value] for kind in PROMISES}
            told = _tell(story, mine, is_oriented=story.entry_id in oriented)
            for kind, rows in mine.items():
                wanted = told.get(kind, [])
                changed += [row for row, promise in zip(rows, wanted, strict=False) if _follow(row, promise)]
                surplus += _surplus(rows, wanted)
                for rank, promise in enumerate(wanted[len(rows) :], start=len(rows) + 1):
                    row = _row(story.entry_id, people[story.entry_id], promise.term, promise.started_on, rank)
                    _follow(row, promise)
                    added.append(row)
    Deadline.objects.filter(pk__in=surplus).delete()
    # One promise of a kind waits at a time: those that no longer wait are written first.
    for group in ([r for r in changed if not _waits(r)], [r for r in changed if _waits(r)]):
        Deadline.objects.bulk_update(group, _TOLD, batch_size=5000)
    Deadline.objects.bulk_create(added, batch_size=5000)
    _sort_work(ids, at)


@action
def reopen_deadlines(*, entry_ids: Collection[int], on: date, continuous: bool, by: Actor, at: datetime) -> None:
    """Let the delays of a returning entry run again (definitions.md, Return).

    A right that never stopped leaves no trace of the exit. After a true interruption, what fell due meanwhile stays out
    and six new weeks begin, unless the person is oriented already (D262-65-2): then her new contract, owed and
    unsigned, is owed again from that day.
    """
    void_by_exit = _latest(entry_ids, list(DeadlineKind)).filter(met_on__isnull=True, void_reason__in=_EXITS)
    if not continuous:
        void_by_exit = void_by_exit.filter(due_on__gte=on).exclude(kind=DeadlineKind.ORIENTATION_SIX_WEEKS)
    void_by_exit.update(voided_on=None, void_reason="")
    if not continuous:
        # Restarted after its due date, a delay stays a miss in the rates (steering); before, it belongs to the past.
        _restart(_not_oriented(entry_ids), [DeadlineKind.ORIENTATION_SIX_WEEKS], on)
        _restart(_left_without_a_contract(entry_ids), [DeadlineKind.CONTRACT], on)
    _sort_work(entry_ids, at)


def _not_oriented(entry_ids: Collection[int]) -> list[int]:
    """Return the entries without orientation: neither met by the six weeks, nor taken over without any clock."""
    met = _latest(entry_ids, [DeadlineKind.ORIENTATION_SIX_WEEKS]).filter(met_on__isnull=False)
    oriented = {*met.values_list("entry_id", flat=True), *entries_with_a_running_orientation(list(entry_ids))}
    return [entry_id for entry_id in entry_ids if entry_id not in oriented]


def _left_without_a_contract(entry_ids: Collection[int]) -> list[int]:
    """Return the entries whose reorientation still runs, and whose delay to sign was stopped by the exit alone."""
    stopped = _latest(entry_ids, [DeadlineKind.CONTRACT]).filter(met_on__isnull=True, void_reason__in=_EXITS)
    owing = list(stopped.values_list("entry_id", flat=True))
    return sorted(entries_with_a_running_orientation(owing))


def _terms(kinds: Iterable[str], on: date) -> list[Term]:
    """The delays the rulebook knows on a day; a law not yet in force gives none."""
    terms = []
    for kind in kinds:
        try:
            found = rulebook.parameter(PARAMETERS[kind], on)
        except rulebook.UnknownValue:
            continue
        terms.append(Term(kind, int(found.value), found.unit, found.slug, found.valid_from))
    return terms


def _row(entry_id: int, person_id: int, term: Term, started_on: date, sequence: int = 1) -> Deadline:
    return Deadline(
        entry_id=entry_id,
        person_id=person_id,
        kind=term.kind,
        sequence=sequence,
        started_on=started_on,
        due_on=term.due_on(started_on),
        rule_slug=term.slug,
        rule_valid_from=term.valid_from,
    )


def _tell(
    story: EntryStory, stored: Mapping[str, Sequence[Deadline]], *, is_oriented: bool
) -> dict[str, list[Promise]]:
    met = {kind: [row.met_on for row in rows if row.met_on is not None] for kind, rows in stored.items()}
    told = promises(
        story.opened_on,
        story.stops,
        is_stock=story.is_stock,
        met={kind: days for kind, days in met.items() if days},
        is_oriented=is_oriented,
        terms=lambda day: _terms(PROMISES, day),
    )
    for kind, rows in told.items() if story.is_stock else ():
        # What never ran has nothing to be void of.
        if len(stored[kind]) < len(rows):
            del rows[0]
    return told


def _follow(row: Deadline, promise: Promise) -> bool:
    """Give a row what a promise is; whether that changes it."""
    before = [getattr(row, name) for name in _TOLD]
    row.started_on, row.due_on, row.met_on = promise.started_on, promise.due_on, promise.met_on
    row.voided_on, row.void_reason = promise.voided_on, promise.void_reason
    row.rule_slug, row.rule_valid_from = promise.term.slug, promise.term.valid_from
    row.let_go_on = row.let_go_on if promise.is_waiting else None
    return before != [getattr(row, name) for name in _TOLD]


def _surplus(rows: Sequence[Deadline], wanted: Sequence[Promise]) -> list[int]:
    """The rows the story no longer owes; a fact no promise of it carries stays, even before the law of its delay."""
    carried = {promise.met_on for promise in wanted}
    return [row.pk for row in rows[len(wanted) :] if row.met_on is None or row.met_on in carried]


def _waits(row: Deadline) -> bool:
    return row.met_on is None and row.voided_on is None


def _restart(entry_ids: Collection[int], kinds: Sequence[str], on: date) -> None:
    """Void what waits of these kinds and begin them again from a day, under the next number."""
    known = Deadline.objects.filter(entry_id__in=entry_ids, kind__in=kinds)
    _void(known, on, VoidReason.RESTARTED)
    last = {(row[0], row[1]): row[2] for row in known.values_list("entry_id", "kind").annotate(Max("sequence"))}
    entries = Entry.objects.filter(pk__in=entry_ids).values_list("pk", "person_id")
    with rulebook.cached():
        terms = _terms(kinds, on)
    Deadline.objects.bulk_create(
        [
            _row(entry_id, person_id, term, on, last.get((entry_id, term.kind), 0) + 1)
            for entry_id, person_id in entries
            for term in terms
        ],
        batch_size=5000,
    )


def _void(deadlines: QuerySet[Deadline], on: date, reason: str) -> None:
    waiting = deadlines.filter(met_on__isnull=True, voided_on__isnull=True)
    waiting.update(voided_on=on, void_reason=reason, let_go_on=None)


def _sort_work(entry_ids: Collection[int], at: datetime) -> None:
    """Say of each delay that waits whether somebody still has to act: no more once out, or oriented in any way."""
    waiting = Deadline.objects.waiting().filter(entry_id__in=entry_ids)
    oriented = entries_with_a_running_orientation(list(entry_ids))
    # The contract is what an orientation asks for: it does not let go of it.
    is_over = Q(entry__closed_on__isnull=False) | (Q(entry_id__in=oriented) & ~Q(kind=DeadlineKind.CONTRACT))
    left_on = Subquery(Entry.objects.filter(pk=OuterRef("entry_id")).values("closed_on"))
    waiting.filter(is_over, let_go_on=None).update(let_go_on=Coalesce(left_on, at.astimezone(ZONE).date()))
    waiting.filter(let_go_on__isnull=False).exclude(is_over).update(let_go_on=None)


def _void_exits(exits: Iterable[tuple[int, date, str]], kinds: Sequence[str] = tuple(DeadlineKind)) -> None:
    by_exit: dict[tuple[date, str], list[int]] = {}
    for entry_id, closed_on, reason in exits:
        by_exit.setdefault((closed_on, reason), []).append(entry_id)
    for (closed_on, reason), entry_ids in by_exit.items():
        waiting = Deadline.objects.filter(entry_id__in=entry_ids, kind__in=kinds)
        if not is_never_owed(reason):
            waiting = waiting.filter(due_on__gt=closed_on)
        _void(waiting, closed_on, void_reason(reason))


def _latest(entry_ids: Collection[int], kinds: Sequence[str]) -> QuerySet[Deadline]:
    """The last deadline of each kind of each entry: restarted ones belong to the past."""
    chosen = Deadline.objects.filter(entry_id__in=entry_ids, kind__in=kinds)
    newest = chosen.order_by("entry_id", "kind", "-sequence").distinct("entry_id", "kind")
    return Deadline.objects.filter(pk__in=newest.values("pk"))
