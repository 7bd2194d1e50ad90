"""Birth dates compared on what is known of them (TYPEDTNAI: N whole, J day unknown, O day and month unknown)."""

from __future__ import annotations

from datetime import date

WHOLE = "N"
DAY_UNKNOWN = "J"


def same_birth(one: date | None, one_precision: str, other: date | None, other_precision: str) -> bool:
    """Tell whether two birth dates agree on every part both know; an absent date agrees with nothing."""
    if one is None or other is None or one.year != other.year:
        return False
    if one_precision == WHOLE and other_precision == WHOLE:
        return one == other
    months_known = all(precision in (WHOLE, DAY_UNKNOWN) for precision in (one_precision, other_precision))
    return not months_known or one.month == other.month


def is_whole(birth: date | None, precision: str) -> bool:
    """Tell whether day, month and year are all known."""
    return birth is not None and precision == WHOLE


def close_birth(one: date | None, other: date | None) -> bool:
    """Tell whether two different dates look like one typing error: one part differs, or day and month are swapped."""
    if one is None or other is None or one == other:
        return False
    differences = (one.year != other.year) + (one.month != other.month) + (one.day != other.day)
    swapped = one.year == other.year and (one.month, one.day) == (other.day, other.month)
    return differences == 1 or swapped


def age(birth: date | None, today: date) -> int | None:
    """Return the age in whole years on a day."""
    if birth is None:
        return None
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
