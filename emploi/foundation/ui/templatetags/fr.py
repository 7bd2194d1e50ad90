"""French dates, hours, numbers and telephones in templates."""

from __future__ import annotations

from datetime import date

from django import template

from emploi.foundation.ui import french

register = template.Library()

for _name in (
    "date_fr", "date_year_fr", "date_long_fr", "date_short_fr",
    "day_short_fr", "date_num_fr", "month_fr",
    "hour_fr", "moment_fr", "moment_year_fr", "nombre", "pourcent", "euros", "phone_fr", "days_fr", "liste_fr",
):  # fmt: skip
    register.filter(_name, getattr(french, _name))


@register.filter
def near_fr(value: date | None, today: date) -> str:
    """Return "mar. 24 nov.", with its year when it is not this year's: {{ d|near_fr:today }}."""
    return french.near_fr(value, today)


@register.filter
def pluriel(count: int | None, words: str) -> str:
    """Return "12 personnes" for {{ n|pluriel:"personne" }} or {{ n|pluriel:"cheval,chevaux" }}."""
    one, _, many = words.partition(",")
    return french.pluriel(count, one, many)


@register.filter
def s(count: int | None) -> str:
    """Return the plural "s" of French, where zero and one are singular."""
    return "s" if abs(count or 0) >= 2 else ""
