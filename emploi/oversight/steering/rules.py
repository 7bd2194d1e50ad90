"""When a month's figures become final, what a typed figure may be, which seats must be opened by when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

from emploi.foundation.clock import add_months


def refusal(value: Decimal, *, is_milestone: bool, is_share: bool) -> str:
    """Return why a typed value cannot be, in words; empty when it can."""
    if is_milestone and value not in (0, 1):
        return "Indiquez 1 si c’est réalisé, 0 si ce ne l’est pas encore."
    if is_share and not 0 <= value <= 100:
        return "Un pourcentage est compris entre 0 et 100."
    return "" if value >= 0 else "Un nombre ne peut pas être négatif."


def freeze_day(month: date, *, months: int) -> date:
    """Return the last day of the `months`-th month after a month of entry: figures are final at its end."""
    return add_months(month.replace(day=1), months + 1) - timedelta(days=1)


def months_to_freeze(first: date, today: date, *, months: int) -> Iterator[date]:
    """Yield the months of entry, from the first, whose figures are final on a day."""
    month = first.replace(day=1)
    while freeze_day(month, months=months) < today:
        yield month
        month = add_months(month, 1)


def seats_to_open(weeks: Sequence[tuple[float, int]]) -> list[int]:
    """Return, week by week, the seats to add by that week so that everybody due by then is received in time.

    Each week gives who is due (waiting and expected) and the free seats. A seat serves whoever is due that week or
    later, never somebody due before: what lacks in a week is opened by that week, not later.
    """
    found: list[int] = []
    balance = 0.0
    for due, free in weeks:
        balance += free - due
        lacking = max(0, ceil(-balance - 1e-9))
        found.append(lacking)
        balance += lacking
    return found


def shared_out(seats: int, between: int) -> list[int]:
    """Share seats as evenly as whole numbers allow, the first receiving what is left over."""
    if between == 0:
        return []
    each, left = divmod(seats, between)
    return [each + (number < left) for number in range(between)]
