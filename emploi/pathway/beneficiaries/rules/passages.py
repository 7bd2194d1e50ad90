"""The passages of one person through the pathway, told file after file: pure, the same whoever asks.

The import replays one file over what is known; a file that comes late makes the whole story be told again, in the order
of the files' own dates (DTREF, then DTCREAFLUX). One rule for both, so the order of imports decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from emploi.pathway.beneficiaries.entry_stories import Stop
from emploi.pathway.beneficiaries.rules.entries import PastEntry, left_on, opening
from emploi.pathway.beneficiaries.rules.scope import ADULTS, Leaving, has_right, in_scope, leaving

DEATH = "death"


class Step(StrEnum):
    """What one file did to the passages of a person."""

    NOTHING = "nothing"
    STAYED = "stayed"
    OPENED = "opened"
    REOPENED = "reopened"
    MOVED = "moved"
    CLOSED = "closed"
    IN_TWO = "in_two"
    UNKNOWN = "unknown"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Shown:
    """How one dossier shows the person in one file; no role: no longer a member. `claim` names the dossier."""

    household_id: int
    claim: str
    state: str
    motive: str
    role: str
    subject: bool | None
    claimed_on: date | None = None
    right_origin_on: date | None = None
    ended_on: date | None = None
    transferred_in: bool = False
    transferred_out: bool = False
    commune: str | None = None
    replaces: str = ""

    def holds(self) -> bool:
        """Whether the dossier still gives this person a right, duties known or not."""
        return self.role in ADULTS and has_right(self.state, self.motive)

    def is_inside(self) -> bool | None:
        """Whether the person is in the pathway through this dossier; None: nobody can tell."""
        return in_scope(self.state, self.motive, self.role, self.subject) if self.role else False

    def why_out(self) -> Leaving | None:
        """Why somebody whose entry is in this dossier leaves, or None."""
        if not self.role:
            return Leaving.LEFT_HOUSEHOLD
        return leaving(self.state, self.motive, self.role, self.subject, transferred_out=self.transferred_out)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file as far as one person is concerned."""

    reference_on: date
    created_on: date
    received_on: date
    first_load: bool
    run_id: int | None
    shown: tuple[Shown, ...]


@dataclass(slots=True)
class Passage:
    """One entry: as stored (with its id), or as the files tell it."""

    household_id: int
    claim: str
    opened_on: date
    kind: str
    began_on: date
    caf_known_on: date | None = None
    claimed_on: date | None = None
    right_origin_on: date | None = None
    commune: str | None = None
    run_id: int | None = None
    previous: Passage | None = None
    entry_id: int = 0
    closed_on: date | None = None
    closing_reason: str = ""
    closed_known_on: date | None = None
    interrupted_on: date | None = None
    interruption_reason: str = ""
    reopened_on: date | None = None
    continuous: bool = False
    # Each time the right stopped and came back, when the story is told from its first file.
    stops: list[Stop] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it still runs."""
        return self.closed_on is None

    def story(self) -> tuple[Stop, ...]:
        """Return each stop of it, the end included."""
        end = [Stop(self.closed_on, self.closing_reason)] if self.closed_on else []
        return (*self.stops, *end)


@dataclass(slots=True)
class Life:
    """What is known of a person: how each dossier shows them last, and their passages, the latest last."""

    holdings: dict[str, Shown] = field(default_factory=dict)
    passages: list[Passage] = field(default_factory=list)

    @property
    def last(self) -> Passage | None:
        """The passage that runs, else the last one."""
        return self.passages[-1] if self.passages else None


@dataclass(frozen=True, slots=True)
class Terms:
    """The dated parameters of a return, and who tells that the orientation of a closed passage still runs."""

    return_gap_months: int
    add_months: Callable[[date, int], date]
    orientation_runs: Callable[[Passage], bool] = lambda passage: False


def tell(sheets: Iterable[Sheet], terms: Terms) -> Life:
    """Tell a whole life from its files, whatever the order they are given in."""
    life = Life()
    for sheet in sorted(sheets, key=lambda sheet: (sheet.reference_on, sheet.created_on)):
        live(life, sheet, terms)
    return life


def live(life: Life, sheet: Sheet, terms: Terms) -> tuple[Step, Shown | None]:
    """Live one more file; return what it did, and the dossier that did it."""
    replaced = _hold(life, sheet)
    inside = [shown for shown in sheet.shown if shown.is_inside()]
    outside = {shown.claim: reason for shown in sheet.shown if (reason := shown.why_out()) is not None}
    outside |= {former: outside[heir] for former, heir in replaced.items() if heir in outside}
    last = life.last
    if inside:
        return _come_in(life, sheet, inside, outside, terms)
    if last is not None and last.is_open:
        return _maybe_leave(life, last, sheet, outside)
    if last is not None and last.closed_known_on and last.claim in outside:
        last.closed_known_on = min(last.closed_known_on, sheet.received_on)
    unknown = [shown for shown in sheet.shown if shown.is_inside() is None]
    return (Step.UNKNOWN, unknown[0]) if unknown else (Step.NOTHING, None)


def _hold(life: Life, sheet: Sheet) -> dict[str, str]:
    """Note what each dossier says now; return the dossiers that another one replaced (NUMDEMRSAPRECE)."""
    replaced = {}
    for shown in sheet.shown:
        life.holdings[shown.claim] = shown
    for shown in sheet.shown:
        former = life.holdings.get(shown.replaces)
        if former is not None and all(shown.replaces != other.claim for other in sheet.shown):
            del life.holdings[shown.replaces]
            replaced[shown.replaces] = shown.claim
    return replaced


def _come_in(
    life: Life, sheet: Sheet, inside: list[Shown], outside: dict[str, Leaving], terms: Terms
) -> tuple[Step, Shown]:
    shown, last = max(inside, key=_latest_claim), life.last
    if last is not None and last.is_open:
        return _stay(life, last, sheet, inside, outside)
    if last is not None and last.closing_reason == DEATH:
        return Step.DEAD, shown
    past = PastEntry(last.entry_id, last.closed_on, last.closing_reason) if last and last.closed_on else None
    decided = opening(
        past,
        on=sheet.reference_on,
        return_gap_months=terms.return_gap_months,
        add_months=terms.add_months,
        orientation_runs=last is not None and terms.orientation_runs(last),
        first_load=sheet.first_load,
        transferred_in=shown.transferred_in,
    )
    if decided.reopens and last is not None:
        _reopen(last, shown, sheet, continuous=decided.continuous)
        return Step.REOPENED, shown
    life.passages.append(_opened(shown, sheet, decided.kind, last))
    return Step.OPENED, shown


def _stay(
    life: Life, last: Passage, sheet: Sheet, inside: list[Shown], outside: dict[str, Leaving]
) -> tuple[Step, Shown]:
    """The entry goes on; it follows the person to another dossier when its own gives no right any more."""
    # J0 is the day of the first file received that shows the entry, whatever the dates written in the files.
    last.opened_on = min(last.opened_on, sheet.received_on)
    if last.reopened_on is not None:
        last.reopened_on = min(last.reopened_on, sheet.received_on)
        last.stops[-1:] = [replace(stop, back_on=last.reopened_on) for stop in last.stops[-1:]]
    shown = max(inside, key=_latest_claim)
    own = next((one for one in inside if one.claim == last.claim), None)
    if own is not None:
        return Step.STAYED, own
    holding = life.holdings.get(last.claim)
    if last.claim in outside or holding is None or not holding.holds():
        last.household_id, last.claim = shown.household_id, shown.claim
        return Step.MOVED, shown
    return Step.IN_TWO, shown


def _maybe_leave(life: Life, last: Passage, sheet: Sheet, outside: dict[str, Leaving]) -> tuple[Step, Shown | None]:
    reason = outside.get(last.claim)
    if reason is None:
        return Step.NOTHING, None
    # Whoever is still in the pathway through another dossier keeps the same entry.
    others = [held for claim, held in life.holdings.items() if claim not in outside and held.is_inside()]
    if others:
        heir = max(others, key=_latest_claim)
        last.household_id, last.claim = heir.household_id, heir.claim
        return Step.MOVED, heir
    told = next((s.ended_on for s in sheet.shown if last.claim in (s.claim, s.replaces)), None)
    floors = [day for day in (last.right_origin_on or last.claimed_on, last.interrupted_on) if day]
    # Only the end of a right carries a date in the flow; duties and members change at the date of the file.
    is_end_of_right = reason not in (Leaving.DUTIES_ENDED, Leaving.LEFT_HOUSEHOLD)
    last.closed_on = left_on(
        told if is_end_of_right else None, reference_on=sheet.reference_on, not_before=max(floors, default=None)
    )
    last.closing_reason, last.closed_known_on = reason.value, sheet.received_on
    return Step.CLOSED, None


def _reopen(last: Passage, shown: Shown, sheet: Sheet, *, continuous: bool) -> None:
    last.household_id, last.claim = shown.household_id, shown.claim
    last.interrupted_on, last.interruption_reason = last.closed_on, last.closing_reason
    last.reopened_on, last.continuous = sheet.received_on, continuous
    if last.closed_on is not None:
        last.stops.append(Stop(last.closed_on, last.closing_reason, sheet.received_on, continuous))
    last.closed_on, last.closing_reason, last.closed_known_on = None, "", None


def _opened(shown: Shown, sheet: Sheet, kind: str, previous: Passage | None) -> Passage:
    return Passage(
        household_id=shown.household_id,
        claim=shown.claim,
        opened_on=sheet.received_on,
        kind=kind,
        began_on=sheet.reference_on,
        caf_known_on=sheet.created_on,
        claimed_on=shown.claimed_on,
        right_origin_on=shown.right_origin_on,
        commune=shown.commune,
        run_id=sheet.run_id,
        previous=previous,
    )


def _latest_claim(shown: Shown) -> tuple[date, str]:
    return (shown.claimed_on or date.min, shown.claim)
