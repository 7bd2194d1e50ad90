"""What later apps tell this one without being imported: they register a function, this app calls it in bulk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.pathway.beneficiaries.entry_stories import EntryStory

RunningOrientations = Callable[[Sequence[int]], set[int]]

# What a person has, as short French lines, for the page that compares two records: person → lines, the latest first.
Belongings = Callable[[Sequence[int]], dict[int, list[str]]]

# Two entries become one: what both hold once (a first interview, an orientation in force) leaves its place on one side.
# Called with (the duplicate, the entry that stays, by, at) before the rows follow.
MakingRoom = Callable[[int, int, Actor, datetime], None]

# A late file told entries again: whoever keeps something of each step of their story follows the whole of it.
# Called with (stories, by, at), after the events of the file.
Following = Callable[[Sequence[EntryStory], Actor, datetime], None]

_following: list[Following] = []
_making_room: list[MakingRoom] = []
_running_orientations: list[RunningOrientations] = []
_bound_to_their_entry: set[str] = set()
_belongings: dict[str, tuple[str, Belongings]] = {}


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


def register_making_room(function: MakingRoom) -> MakingRoom:
    """Register who settles what two entries that become one both hold once."""
    if function not in _making_room:
        _making_room.append(function)
    return function


def make_room(duplicate_id: int, staying_id: int, by: Actor, at: datetime) -> None:
    """Let later apps settle what two entries both hold once."""
    for function in _making_room:
        function(duplicate_id, staying_id, by, at)


def register_following(function: Following) -> Following:
    """Register who follows the entries whose story is told again."""
    if function not in _following:
        _following.append(function)
    return function


def follow_stories(stories: Sequence[EntryStory], by: Actor, at: datetime) -> None:
    """Let later apps follow entries told again; one call for the whole list."""
    for function in _following if stories else ():
        function(stories, by, at)


def bind_to_entry(model_label: str) -> None:
    """Say that the rows of a model never pass from a duplicate entry to the one that is kept (« app.Model »)."""
    _bound_to_their_entry.add(model_label)


def stays_with_its_entry(model_label: str) -> bool:
    """Tell whether the rows of a model stay with their entry when it is closed as a duplicate."""
    return model_label in _bound_to_their_entry


def register_belongings(model_label: str, title: str, function: Belongings) -> None:
    """Register who says what a person has of one model, for the page that compares two records."""
    _belongings[model_label] = (title, function)


def belongings() -> dict[str, tuple[str, Belongings]]:
    """Return what is registered, by model label."""
    return dict(_belongings)
