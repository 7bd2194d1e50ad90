"""Frozen figures: once a month is published, neither its numbers nor the list behind them are rewritten."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models

from emploi.foundation.audit.triggers import guarded
from emploi.oversight.steering.enums import Cohort
from emploi.territory.geography.models import Commune, Territory


def _never_rewritten(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


class FrozenMonth(models.Model):
    """A month of entry whose figures are final for one promise (definitions.md, Rates)."""

    cohort = models.CharField("promesse", max_length=24, choices=Cohort.choices)
    month = models.DateField("mois d’entrée")
    as_of = models.DateField("situation au")
    frozen_at = models.DateTimeField("figé le")

    class Meta:
        verbose_name = "mois figé"
        verbose_name_plural = "mois figés"
        constraints: ClassVar = [models.UniqueConstraint(fields=["cohort", "month"], name="month_frozen_once")]
        triggers: ClassVar = [_never_rewritten("month_never_rewritten")]

    def __str__(self) -> str:
        return f"{self.cohort} {self.month:%Y-%m}"


class FrozenRow(models.Model):
    """One entry as it stood when its month was frozen: the list behind the published number."""

    frozen_month = models.ForeignKey(FrozenMonth, models.PROTECT, related_name="rows")
    entry_id = models.BigIntegerField("entrée")
    person_id = models.BigIntegerField("personne")
    month = models.DateField("mois d’entrée")
    opened_on = models.DateField("J0")
    entry_kind = models.CharField("nature", max_length=12)
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, related_name="+")
    # No constraint: a territory removed later must not rewrite what was published.
    territory = models.ForeignKey(Territory, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    due_on = models.DateField("échéance")
    met_on = models.DateField("tenu le", null=True)
    days = models.IntegerField("délai en jours", null=True)
    days_since_claim = models.IntegerField("délai depuis la demande", null=True)
    days_since_payer = models.IntegerField("délai depuis la date de l’organisme payeur", null=True)
    state = models.CharField("situation", max_length=8)
    outcome = models.CharField("raison", max_length=20, blank=True)
    basis = models.CharField("fondement", max_length=12, blank=True)
    is_over = models.BooleanField("délai échu")
    in_time = models.BooleanField("tenu dans le délai")
    proposed = models.BooleanField("proposé")
    booked = models.BooleanField("fixé")
    remote = models.BooleanField("à distance")
    followed = models.BooleanField("déjà suivi par France Travail")

    class Meta:
        verbose_name = "ligne figée"
        verbose_name_plural = "lignes figées"
        triggers: ClassVar = [_never_rewritten("row_never_rewritten")]

    def __str__(self) -> str:
        return f"entrée {self.entry_id} ({self.state})"


class FrozenSum(models.Model):
    """The sums of a frozen month in one territory: what the pages add up instead of reading every row again."""

    frozen_month = models.ForeignKey(FrozenMonth, models.PROTECT, related_name="sums")
    territory = models.ForeignKey(Territory, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    counts = models.JSONField("nombres par ligne")
    # Delay in days to number of people, three times: from J0, from the claim, from the payer's date.
    days = models.JSONField("délais")

    class Meta:
        verbose_name = "somme figée"
        verbose_name_plural = "sommes figées"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["frozen_month", "territory"], name="sum_once", nulls_distinct=False)
        ]
        triggers: ClassVar = [_never_rewritten("sum_never_rewritten")]

    def __str__(self) -> str:
        return f"somme de {self.frozen_month_id}"


class TypedFigure(models.Model):
    """A figure somebody typed for a period; the latest of a period is in force, the others are its history.

    Without value, the figure of that period is withdrawn.
    """

    indicator = models.CharField("indicateur", max_length=80)
    since = models.DateField("premier mois")
    until = models.DateField("dernier mois")
    value = models.DecimalField("valeur", max_digits=14, decimal_places=2, null=True, blank=True)
    comment = models.CharField("d’où vient ce chiffre", max_length=500, blank=True)
    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="saisi par"
    )
    typed_by_label = models.CharField("saisi par (nom)", max_length=200)
    typed_at = models.DateTimeField("saisi le")

    class Meta:
        verbose_name = "chiffre saisi"
        verbose_name_plural = "chiffres saisis"
        indexes: ClassVar = [models.Index(fields=["indicator", "since", "until", "-id"], name="typed_figure_in_force")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(until__gte=models.F("since")), name="typed_figure_in_order")
        ]
        triggers: ClassVar = [*guarded(history=[]), _never_rewritten("typed_figure_never_rewritten")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.since:%Y-%m}"


class Snapshot(models.Model):
    """A published figure of one indicator, for one month and one territory (none: the whole Département)."""

    indicator = models.CharField("indicateur", max_length=80)
    period = models.DateField("mois")
    # No constraint: a territory removed later must not rewrite what was published.
    territory = models.ForeignKey(Territory, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    territory_name = models.CharField("territoire", max_length=120, blank=True)
    numerator = models.IntegerField("numérateur")
    denominator = models.IntegerField("dénominateur", null=True)
    value = models.DecimalField("valeur", max_digits=12, decimal_places=2, null=True)
    frozen_at = models.DateTimeField("figé le")

    class Meta:
        verbose_name = "figure publiée"
        verbose_name_plural = "figures publiées"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "period", "territory_name"], name="snapshot_once", nulls_distinct=False
            )
        ]
        triggers: ClassVar = [_never_rewritten("snapshot_never_rewritten")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period:%Y-%m} {self.territory_name}"
