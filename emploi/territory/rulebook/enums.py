"""Closed lists of the rulebook."""

from django.db import models


class Status(models.TextChoices):
    """How sure we are of a value of the law."""

    VERIFIED = "verified", "Vérifiée"
    TO_CONFIRM = "to_confirm", "À confirmer par un juriste"


class Unit(models.TextChoices):
    """Unit of a value."""

    DAYS = "days", "jours calendaires"
    WORKING_DAYS = "working_days", "jours ouvrés"
    WEEKS = "weeks", "semaines"
    MONTHS = "months", "mois"
    HOURS = "hours", "heures"
    MINUTES = "minutes", "minutes"
    YEARS = "years", "ans"
    EUROS = "euros", "euros"
    EUROS_PER_MONTH = "euros_per_month", "euros par mois"
    PERCENT = "percent", "%"
    COUNT = "count", ""
    BOOLEAN = "boolean", "oui ou non"
    DATE = "date", "date"
    TEXT = "text", ""
    LIST = "list", "liste"
    WEEK_HOURS = "week_hours", "heures de chaque jour"


class Nature(models.TextChoices):
    """Who decides of a parameter."""

    LAW = "law", "Loi ou règlement"
    PROMISE = "promise", "Promesse du plan départemental"
    SETTING = "setting", "Réglage du Département"
