"""Say dates, hours, numbers and telephone numbers the way people say them in French."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from django.utils import timezone

TYPED_HOUR = re.compile(r"(\d{1,2})\s*[:hH]\s*(\d{2})?")

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin",
    "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip
# A number cut at the end of a line is misread: thousands are held by a narrow no-break space.
THOUSANDS = "\u202f"


D = TypeVar("D", date, datetime)


def _local(value: D) -> D:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def day_number_fr(value: date) -> str:
    """Return the day of the month, "1er" for the first."""
    return "1er" if value.day == 1 else str(value.day)


def date_fr(value: date | datetime | None) -> str:
    """Return "mardi 24 novembre"."""
    if not value:
        return ""
    value = _local(value)
    return f"{DAYS[value.weekday()]} {day_number_fr(value)} {MONTHS[value.month - 1]}"


def date_year_fr(value: date | datetime | None) -> str:
    """Return "mardi 24 novembre 2026"."""
    return f"{date_fr(value)} {_local(value).year}" if value else ""


def date_long_fr(value: date | datetime | None) -> str:
    """Return "24 novembre 2026"."""
    if not value:
        return ""
    value = _local(value)
    return f"{day_number_fr(value)} {MONTHS[value.month - 1]} {value.year}"


def date_short_fr(value: date | datetime | None) -> str:
    """Return "24 nov. 2026", for narrow columns."""
    if not value:
        return ""
    value = _local(value)
    return f"{day_number_fr(value)} {SHORT_MONTHS[value.month - 1]} {value.year}"


def day_short_fr(value: date | datetime | None) -> str:
    """Return "mar. 24 nov.", where a column is narrow and the year goes without saying."""
    if not value:
        return ""
    value = _local(value)
    return f"{DAYS[value.weekday()][:3]}. {day_number_fr(value)} {SHORT_MONTHS[value.month - 1]}"


def near_fr(value: date | datetime | None, today: date) -> str:
    """Return "mar. 24 nov.", with its year when it is not this year's."""
    if not value:
        return ""
    year = _local(value).year
    return day_short_fr(value) if year == today.year else f"{day_short_fr(value)} {year}"


def due_fr(value: date | datetime | None, today: date) -> str:
    """Return "mardi 24 novembre", with its year when it is not this year's."""
    if not value:
        return ""
    return date_fr(value) if _local(value).year == today.year else date_year_fr(value)


def date_num_fr(value: date | datetime | None) -> str:
    """Return "24/11/2026", for tables and official papers."""
    return _local(value).strftime("%d/%m/%Y") if value else ""


def month_fr(value: date | datetime | None) -> str:
    """Return "novembre 2026"."""
    return f"{MONTHS[_local(value).month - 1]} {_local(value).year}" if value else ""


def hour_fr(value: datetime | time | None) -> str:
    """Return "14 h" or "14 h 30", whose minutes never fall on the next line."""
    if value is None:
        return ""
    at: datetime | time = _local(value) if isinstance(value, datetime) else value
    return f"{at.hour} h" if not at.minute else f"{at.hour} h\u00a0{at.minute:02d}"


def typed_hour_fr(text: str) -> str:
    """Return "10 h 30" for "10:30" or "10h30"; other words ("le matin") stay as they were typed."""
    found = TYPED_HOUR.fullmatch(text.strip())
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return text.strip()
    return hour_fr(time(int(found[1]), int(found[2] or 0)))


def moment_fr(value: datetime | None) -> str:
    """Return "mardi 24 novembre à 14 h"."""
    return f"{date_fr(value)} à {hour_fr(value)}" if value else ""


def moment_year_fr(value: datetime | None) -> str:
    """Return "mardi 24 novembre 2026 à 14 h", for what may be read years later."""
    return f"{date_year_fr(value)} à {hour_fr(value)}" if value else ""


def nombre(value: float | Decimal | str | None, decimals: int | None = None) -> str:
    """Return "10 690" or "12,5" with French separators."""
    if value is None or value == "":
        return ""
    number = Decimal(str(value))
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    whole, _, fraction = format(number, ",f").partition(".")
    whole = whole.replace(",", THOUSANDS)
    return f"{whole},{fraction}" if fraction.strip("0") or (fraction and decimals) else whole


def pourcent(value: float | Decimal | None, decimals: int = 0) -> str:
    """Return "87 %" for a value between 0 and 100."""
    return f"{nombre(value, decimals)}{THOUSANDS}%" if value is not None else "–"


def euros(value: float | Decimal | None, decimals: int = 2) -> str:
    """Return "1 234,50 €"."""
    return f"{nombre(value, decimals)}\u00a0€" if value is not None else ""


def phone_fr(value: str | None) -> str:
    """Return "06 12 34 56 78" for a French number, any other number unchanged."""
    if not value:
        return ""
    digits = "".join(character for character in str(value) if character.isdigit() or character == "+")
    for prefix in ("+33", "0033"):
        if digits.startswith(prefix):
            digits = "0" + digits[len(prefix) :].removeprefix("0")
    if len(digits) == 10 and digits.startswith("0"):
        return " ".join(digits[i : i + 2] for i in range(0, 10, 2))
    return str(value)


def pluriel(count: int | None, one: str, many: str = "") -> str:
    """Return "1 personne", "0 personne" or "12 personnes"."""
    number = count or 0
    word = one if abs(number) < 2 else (many or f"{one}s")
    return f"{nombre(number)} {word}"


def age_on(born: date | None, on: date) -> int | None:
    """Return the age in full years on a day, None without a date of birth."""
    if born is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def days_fr(days: int) -> str:
    """Return "aujourd'hui", "demain", "dans 3 jours", "il y a 2 jours"."""
    near = {0: "aujourd’hui", 1: "demain", -1: "hier"}
    if days in near:
        return near[days]
    return f"dans {days} jours" if days > 0 else f"il y a {-days} jours"


def liste_fr(items: list[str]) -> str:
    """Join words as "a, b et c"."""
    words = [item for item in items if item]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} et {words[-1]}"
