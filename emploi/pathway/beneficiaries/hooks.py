"""What later apps tell this one without being imported: they register a function, this app calls it in bulk."""

from __future__ import annotations

from collections.abc import Callable, Sequence

RunningOrientations = Callable[[Sequence[int]], set[int]]

_running_orientations: list[RunningOrientations] = []


def register_running_orientations(function: RunningOrientations) -> RunningOrientations:
    """Register who tells, among closed entries, those whose orientation still runs (definitions.md: 1→0→1)."""
    if function not in _running_orientations:
        _running_orientations.append(function)
    return function


def entries_with_a_running_orientation(entry_ids: Sequence[int]) -> set[int]:
    """Return, among these entries, those whose orientation runs; one call for the whole list."""
    if not entry_ids:
        return set()
    return {entry_id for function in _running_orientations for entry_id in function(entry_ids)}
