"""Dated parameters with their legal source, and the legal regimes."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from emploi.foundation.audit.triggers import guarded
from emploi.territory.rulebook.enums import Status, Unit


class Validity(Func):
    """The days a row holds, first and last included, as a PostgreSQL range."""

    function = "DATERANGE"
    output_field = DateRangeField()


def _validity() -> Validity:
    """Range from valid_from to valid_to, both included, open when valid_to is empty."""
    return Validity("valid_from", "valid_to", RangeBoundary(inclusive_lower=True, inclusive_upper=True))


class Sourced(models.Model):
    """A dated statement with the text it comes from."""

    valid_from = models.DateField("à partir du")
    valid_to = models.DateField("jusqu'au", null=True, blank=True)
    source_title = models.CharField("source", max_length=240)
    source_href = models.URLField("lien vers la source", max_length=400, blank=True)
    status = models.CharField("état", max_length=12, choices=Status.choices, default=Status.TO_CONFIRM)
    note = models.TextField("remarque", blank=True)

    class Meta:
        abstract = True


class ParameterValue(Sourced):
    """The value of one parameter of the rulebook during a period."""

    slug = models.SlugField("paramètre", max_length=80)
    value = models.JSONField("valeur")
    unit = models.CharField("unité", max_length=20, choices=Unit.choices)
    is_local = models.BooleanField("valeur du Département", default=False)

    class Meta:
        verbose_name = "valeur d'un paramètre"
        verbose_name_plural = "valeurs des paramètres"
        ordering: ClassVar = ["slug", "-valid_from"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="parameter_one_value_a_day",
                expressions=[(F("slug"), RangeOperators.EQUAL), (_validity(), RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="parameter_dates_in_order"
            ),
        ]
        triggers: ClassVar = [*guarded(history=["value", "unit", "valid_from", "valid_to", "status"])]

    def __str__(self) -> str:
        return f"{self.slug} à partir du {self.valid_from:%d/%m/%Y}"


class Regime(Sourced):
    """A set of legal rules in force during a period (R0 … R2d)."""

    code = models.CharField("code", max_length=8)
    title = models.CharField("intitulé", max_length=160)

    class Meta:
        verbose_name = "régime"
        ordering: ClassVar = ["-valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="regime_code_once"),
            ExclusionConstraint(name="regime_one_a_day", expressions=[(_validity(), RangeOperators.OVERLAPS)]),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="regime_dates_in_order"
            ),
        ]
        triggers: ClassVar = [*guarded(history=["valid_from", "valid_to", "title"])]

    def __str__(self) -> str:
        return f"{self.code} — {self.title}"
