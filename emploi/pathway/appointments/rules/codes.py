"""The short code printed on letters, typed by hand on an old phone."""

from __future__ import annotations

from datetime import datetime, timedelta

ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"
"""Without look-alikes: 0 O, 1 I L, 2 Z, 5 S, 8 B."""

LENGTH = 8
TOLERATED = str.maketrans("", "", " -.\u00a0\u202f")


def normalise(text: str) -> str:
    """Return a typed code as stored: upper case, without spaces, dots or dashes."""
    return text.translate(TOLERATED).upper()


def is_plausible(code: str) -> bool:
    """True when a normalised code has the length and letters of a real one."""
    return len(code) == LENGTH and set(code) <= set(ALPHABET)


def display(code: str) -> str:
    """Return "ACDE-3467", easier to copy."""
    return f"{code[:4]}-{code[4:]}"


def is_locked(locked_until: datetime | None, *, at: datetime) -> bool:
    """True while a code refuses any try."""
    return locked_until is not None and at < locked_until


def lock_after(failures: int, *, at: datetime, max_failures: int, minutes: int) -> datetime | None:
    """Return until when a code is locked after this many failures, None while tries remain."""
    return at + timedelta(minutes=minutes) if failures >= max_failures else None
