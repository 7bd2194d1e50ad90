"""The batches letters are printed for: an app says what one of its batches is called and where it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """The batch of a print run, as a door."""

    label: str
    href: str


Find = Callable[[int], Origin | None]
_finders: dict[str, Find] = {}


def register_origin(app_label: str, find: Find) -> None:
    """Say how the batches of an app are called."""
    _finders[app_label] = find


def origin_key(app_label: str, batch_id: int | str) -> str:
    """Return what a print run keeps of the batch it is asked for."""
    return f"{app_label}:{batch_id}"


def origin_of(key: str) -> Origin | None:
    """Return the batch a print run was asked for, None when its letters were chosen in a list."""
    app_label, _, number = key.partition(":")
    find = _finders.get(app_label)
    return find(int(number)) if find is not None and number.isdecimal() else None
