"""How values are said in French."""

from datetime import date
from decimal import Decimal
from typing import Any

from emploi.foundation.ui.french import date_num_fr, euros, nombre
from emploi.territory.rulebook.enums import Unit
from emploi.territory.rulebook.rules import CLOSED

# Said instead of the bare word of the data file.
WORDS = {
    "services_sociaux": "vers les services sociaux",
    "departement": "vers le Département, ou l'organisme qui accompagne déjà la personne",
    "socio_professionnel": "socio-professionnel",
    "dernier_mois": "montant du dernier mois du trimestre de référence",
    "chaque_mois": "montant dû pour chaque mois de la mesure",
}
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
DURATIONS = (Unit.DAYS, Unit.WORKING_DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS)
SINGULAR = {
    Unit.DAYS: "jour calendaire",
    Unit.WORKING_DAYS: "jour ouvré",
    Unit.WEEKS: "semaine",
    Unit.HOURS: "heure",
    Unit.MINUTES: "minute",
    Unit.YEARS: "an",
}


def said(value: Any, unit: str) -> str:
    """A value with its unit: « 15 jours calendaires », « 651,69 € par mois », « oui »."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return date_num_fr(value)
    if isinstance(value, list | tuple):
        return ", ".join(_parts(value, unit))
    if unit in (Unit.EUROS, Unit.EUROS_PER_MONTH):
        return euros(value) + (" par mois" if unit == Unit.EUROS_PER_MONTH else "")
    if unit == Unit.DATE:
        return date_num_fr(date.fromisoformat(value))
    if value == 0 and unit in DURATIONS:
        return "sans délai"
    if isinstance(value, int | float | Decimal):
        return f"{nombre(value)} {_unit(value, unit)}".strip()
    return _word(str(value))


def short(value: Any, unit: str) -> str:
    """A value as a sentence says it: « 15 jours », « 6 semaines », « 1 mois »."""
    return said(value, unit).replace(" calendaires", "").replace(" calendaire", "")


def typed(value: Any, unit: str) -> str:
    """A value as one types it in the form."""
    if unit in (Unit.EUROS, Unit.EUROS_PER_MONTH):
        return f"{Decimal(str(value)):.2f}".replace(".", ",")
    if unit == Unit.WEEK_HOURS:
        return ", ".join(_hours(part) for part in value)
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else said(value, unit)


def _parts(value: list[Any] | tuple[Any, ...], unit: str) -> list[str]:
    if unit == Unit.WEEK_HOURS:
        return [f"{day} {_hours(part)}" for day, part in zip(DAYS, value, strict=True)]
    return [_word(part) for part in value]


def _hours(part: Any) -> str:
    """The hours of a day, stored as a text or read as two hours."""
    if isinstance(part, str):
        return part
    return f"{part[0]:%H:%M}-{part[1]:%H:%M}" if part else CLOSED


def _unit(value: Any, unit: str) -> str:
    if abs(value) < 2 and unit in SINGULAR:
        return SINGULAR[Unit(unit)]
    return str(Unit(unit).label)


def _word(text: str) -> str:
    return WORDS.get(text, text)
