"""Pure rules of the rulebook: how values follow each other in time, and what may be typed for each unit."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from emploi.territory.rulebook.facts import ONE_DAY, Shipped

WHOLE_UNITS = {
    "days": 3660,
    "working_days": 3660,
    "weeks": 520,
    "months": 600,
    "hours": 8760,
    "minutes": 525_600,
    "years": 100,
    "count": 1_000_000,
    "percent": 100,
}
MONEY_UNITS = ("euros", "euros_per_month")
# Seven days, Monday first: « 08:30-17:30 », or « fermé ».
DAYS_A_WEEK = 7
CLOSED = "fermé"
HOURS = re.compile(r"([01]?\d|2[0-3])[:hH]([0-5]\d)?\s*[-–à]\s*([01]?\d|2[0-3])[:hH]([0-5]\d)?")
YES, NO = ("oui", "vrai", "true", "1"), ("non", "faux", "false", "0")


class BadValue(ValueError):
    """What was typed is not a value of this unit; the message is a French sentence."""


def overlay(base: Sequence[Shipped], above: Sequence[Shipped]) -> list[Shipped]:
    """The timeline where `above` hides `base` on its own days, in order of date."""
    visible = list(base)
    for top in above:
        visible = [piece for value in visible for piece in without(value, top.valid_from, top.valid_to)]
    return sorted([*visible, *above], key=lambda value: value.valid_from)


def without(value: Shipped, first: date, last: date | None) -> list[Shipped]:
    """What remains of a value outside the days from `first` to `last` included."""
    pieces = [value.until(first - ONE_DAY)]
    if last is not None:
        pieces.append(value.since(last + ONE_DAY))
    return [piece for piece in pieces if not piece.is_empty]


def overlaps(values: Iterable[Shipped]) -> list[tuple[Shipped, Shipped]]:
    """The neighbours of one timeline that hold the same day."""
    ordered = sorted(values, key=lambda value: value.valid_from)
    return [
        (one, other) for one, other in pairwise(ordered) if one.valid_to is None or one.valid_to >= other.valid_from
    ]


def parse_value(unit: str, text: str) -> Any:
    """What was typed, as stored; raises BadValue with the sentence to show."""
    text = text.strip()
    if not text:
        raise BadValue("Indiquez une valeur.")
    if unit in WHOLE_UNITS:
        return _whole(text, WHOLE_UNITS[unit])
    if unit in MONEY_UNITS:
        return _money(text)
    if unit == "boolean":
        return _yes_or_no(text)
    if unit == "date":
        return _day(text).isoformat()
    if unit == "list":
        return [part.strip() for part in text.split(",") if part.strip()]
    if unit == "week_hours":
        return _week(text)
    return text


def typed_value(unit: str, stored: Any) -> Any:
    """A stored value as used by the rules: money as Decimal, dates as dates, lists as tuples."""
    if unit in MONEY_UNITS:
        return Decimal(str(stored))
    if unit == "date":
        return date.fromisoformat(stored)
    if unit == "week_hours":
        return tuple(_hours(part) for part in stored)
    return tuple(stored) if unit == "list" else stored


def _whole(text: str, highest: int) -> int:
    compact = re.sub(r"\s", "", text)
    if not re.fullmatch(r"[0-9]+", compact):
        raise BadValue("Indiquez un nombre entier, par exemple 15.")
    if int(compact) > highest:
        raise BadValue(f"Ce nombre est trop grand : {highest} au plus.")
    return int(compact)


def _money(text: str) -> float:
    compact = re.sub(r"[\s€]", "", text).replace(",", ".")
    try:
        amount = Decimal(compact)
    except InvalidOperation:
        raise BadValue("Indiquez un montant en euros, par exemple 651,69.") from None
    if not amount.is_finite() or amount < 0 or amount > 1_000_000 or amount != round(amount, 2):
        raise BadValue("Indiquez un montant positif, avec deux chiffres au plus après la virgule.")
    return float(amount)


def _week(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != DAYS_A_WEEK:
        raise BadValue("Indiquez sept jours séparés par des virgules, le lundi d’abord.")
    hours = [_hours(part) for part in parts]
    return [f"{day[0]:%H:%M}-{day[1]:%H:%M}" if day else CLOSED for day in hours]


def _hours(text: str) -> tuple[time, time] | None:
    if text.casefold() in (CLOSED, "ferme"):
        return None
    found = HOURS.fullmatch(text)
    if found is None:
        raise BadValue(f"« {text} » n’est pas compris : écrivez 08:30-17:30, ou fermé.")
    first, last = time(int(found[1]), int(found[2] or 0)), time(int(found[3]), int(found[4] or 0))
    if last <= first:
        raise BadValue(f"« {text} » finit avant de commencer.")
    return first, last


def _yes_or_no(text: str) -> bool:
    if text.casefold() in YES:
        return True
    if text.casefold() in NO:
        return False
    raise BadValue("Répondez par oui ou par non.")


def _day(text: str) -> date:
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, shape).date()
        except ValueError:
            continue
    raise BadValue("Indiquez une date, par exemple 01/07/2027.")
