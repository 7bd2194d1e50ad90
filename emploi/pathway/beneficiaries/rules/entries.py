"""How an entry begins: first, stock, transfer, same entry again or a new one (definitions.md: First load, Return)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Why(StrEnum):
    """Reason codes of an opening."""

    NEVER_SEEN = "never_seen"
    FIRST_LOAD = "first_load"
    TRANSFERRED_IN = "transferred_in"
    SHORT_GAP = "short_gap"
    ORIENTATION_RUNS = "orientation_runs"
    LONG_GAP = "long_gap"


@dataclass(frozen=True, slots=True)
class PastEntry:
    """The last closed entry of a person."""

    entry_id: int
    closed_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What to do: open an entry of `kind` after `previous_id`, or reopen it when `reopens`.

    `continuous`: the right never stopped between the two facts, so no clock restarts.
    """

    kind: str
    why: Why
    previous_id: int | None = None
    reopens: bool = False
    continuous: bool = False


def left_on(told: date | None, *, reference_on: date, not_before: date | None) -> date:
    """Return the day somebody really left: the one the payer tells when it is plausible, else the date of its file.

    Not plausible: after the file's own date, or before what the entry began with (the origin of the right, and the
    former interruption when the entry had already stopped once): such a date speaks of another period.
    """
    if told is None or told > reference_on or (not_before is not None and told < not_before):
        return reference_on
    return told


def opening(
    past: PastEntry | None,
    *,
    on: date,
    return_gap_months: int,
    add_months: Callable[[date, int], date],
    orientation_runs: bool = False,
    first_load: bool = False,
    transferred_in: bool = False,
) -> Opening:
    """Decide how somebody who enters on a day (of the payer's fact) begins or goes on."""
    if past is None:
        return _first(first_load=first_load, transferred_in=transferred_in)
    if on < add_months(past.closed_on, return_gap_months):
        return _reopen(past, on, Why.SHORT_GAP)
    # 1→0→1 while an orientation runs is the same entry, whatever the time between (definitions.md).
    if past.reason == "duties_ended" and orientation_runs:
        return _reopen(past, on, Why.ORIENTATION_RUNS)
    if first_load:
        return Opening("stock", Why.FIRST_LOAD, past.entry_id)
    if transferred_in:
        return Opening("transfer_in", Why.TRANSFERRED_IN, past.entry_id)
    return Opening("return", Why.LONG_GAP, past.entry_id)


def _first(*, first_load: bool, transferred_in: bool) -> Opening:
    if first_load:
        return Opening("stock", Why.FIRST_LOAD)
    return Opening("transfer_in", Why.TRANSFERRED_IN) if transferred_in else Opening("first", Why.NEVER_SEEN)


def _reopen(past: PastEntry, on: date, why: Why) -> Opening:
    return Opening("", why, past.entry_id, reopens=True, continuous=on <= past.closed_on)
