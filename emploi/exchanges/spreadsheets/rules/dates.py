"""Dates of every shape, French first and never swapped: 03/04/2026 is 3 April, 12/25/1980 is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from emploi.pathway.beneficiaries.identifiers import normalise_name

WHOLE, DAY_UNKNOWN, MONTH_UNKNOWN = "N", "J", "O"
FIRST_YEAR, LAST_YEAR = 1900, 2100
# Excel counts days from 30 December 1899; below 60 its calendar is false (29 February 1900 never was).
EXCEL_START, EXCEL_FIRST, EXCEL_LAST = date(1899, 12, 30), 61, 80_000
MONTHS = {
    name: number
    for number, names in enumerate(
        ("janvier janv jan", "fevrier fevr fev", "mars mar", "avril avr", "mai", "juin", "juillet juil", "aout aou",
         "septembre sept sep", "octobre oct", "novembre nov", "decembre dec"), start=1)
    for name in names.split()
}  # fmt: skip
_TIME = re.compile(r"[T ]\d{1,2}[:h]\d{2}.*$")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_FRENCH = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4}|\d{2})")
_WORDS = re.compile(r"(?:(\d{1,2})(?:er)? )?([a-z]+) (\d{4}|\d{2})")
_DIGITS = re.compile(r"\d{7,8}")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")


@dataclass(frozen=True, slots=True)
class DateRead:
    """A date and what is known of it (N whole, J day unknown, O day and month unknown), or the reason it is not one."""

    day: date | None
    precision: str = WHOLE
    reason: str = ""
    american: bool = False


def read_date(text: str, today: date) -> DateRead:
    """Read a date as a French person writes it; two figures of a year are the last one not in the future."""
    text = " ".join(text.split())
    if not text:
        return DateRead(None)
    text = _TIME.sub("", text)
    found = _numbers(text, today) or _words(text, today)
    if found is None:
        return DateRead(None, reason="n’est pas une date lisible (exemple : 02/08/1978)")
    return found


def _numbers(text: str, today: date) -> DateRead | None:
    if match := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
        return _built(year, month, day)
    if match := _FRENCH.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
        return _built(_whole_year(year, match[3], today), month, day)
    if match := _MONTH_YEAR.fullmatch(text):
        return _built(int(match[2]), int(match[1]), 0)
    if _DIGITS.fullmatch(text):
        return _digits(text)
    if _SERIAL.fullmatch(text):
        return _serial(float(text))
    if len(text) == 4 and text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return DateRead(date(int(text), 1, 1), MONTH_UNKNOWN)
    return None


def _words(text: str, today: date) -> DateRead | None:
    match = _WORDS.fullmatch(normalise_name(text))
    if match is None or match[2] not in MONTHS:
        return None
    return _built(_whole_year(int(match[3]), match[3], today), MONTHS[match[2]], int(match[1] or 0))


def _digits(text: str) -> DateRead:
    """« 02081978 », « 2081978 » (its zero lost) or « 19780802 »; two readings are no reading."""
    french = text.zfill(8)
    readings = [_built(int(french[4:]), int(french[2:4]), int(french[:2]))]
    if len(text) == 8:
        readings.append(_built(int(text[:4]), int(text[4:6]), int(text[6:])))
    sound = {found.day: found for found in readings if found.day and found.precision == WHOLE}
    if len(sound) == 1:
        return next(iter(sound.values()))
    return DateRead(None, reason="n’est pas une date lisible (exemple : 02/08/1978)")


def _serial(number: float) -> DateRead:
    if not EXCEL_FIRST <= number <= EXCEL_LAST:
        return DateRead(None, reason="n’est pas une date lisible (exemple : 02/08/1978)")
    return DateRead(EXCEL_START + timedelta(days=int(number)))


def _built(year: int, month: int, day: int) -> DateRead:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return DateRead(None, reason="a une année impossible")
    if not month:
        return DateRead(date(year, 1, 1), MONTH_UNKNOWN) if not day else _impossible(year, month, day)
    try:
        return DateRead(date(year, month, day or 1), WHOLE if day else DAY_UNKNOWN)
    except ValueError:
        return _impossible(year, month, day)


def _impossible(year: int, month: int, day: int) -> DateRead:
    """Never swapped in silence: the other reading is only suggested."""
    try:
        other = date(year, day, month)
    except ValueError:
        return DateRead(None, reason="n’existe pas dans le calendrier")
    return DateRead(None, reason=f"n’existe pas en jour/mois/année : est-ce le {other:%d/%m/%Y} ?", american=True)


def _whole_year(year: int, text: str, today: date) -> int:
    if len(text) == 4:
        return year
    century = today.year - today.year % 100
    return century + year if century + year <= today.year else century - 100 + year
