"""Places of the bodies that accompany: lots of a public contract, or what a service can follow at a time."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.orientation.enums import Measure
from emploi.pathway.orientation.models.decision import Modality

# The day range of a lot, both days inside.
DAYS = Func(
    F("starts_on"),
    F("ends_on"),
    RangeBoundary(inclusive_lower=True, inclusive_upper=True),
    function="daterange",
    output_field=DateRangeField(),
)


class LotQuerySet(models.QuerySet["Lot"]):
    """Scopes of lots."""

    def running(self, on: date) -> LotQuerySet:
        """Return the lots that hold that day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


class Lot(models.Model):
    """What one body may take in one pathway, in one territory or everywhere, over a period."""

    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="lots")
    modality = models.ForeignKey(Modality, on_delete=models.PROTECT, related_name="lots")
    territory = models.ForeignKey(
        "geography.Territory", on_delete=models.PROTECT, null=True, blank=True, related_name="lots"
    )
    reference = models.CharField("marché et lot", max_length=120, blank=True)
    measure = models.CharField("ce qui est compté", max_length=8, choices=Measure.choices, default=Measure.STOCK)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au", null=True, blank=True)
    minimum = models.PositiveIntegerField("au moins", null=True, blank=True)
    maximum = models.PositiveIntegerField("au plus", null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = "places d’un organisme"
        ordering: ClassVar = ["organization__name", "modality__position", "starts_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="lot_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(minimum=None) | Q(maximum=None) | Q(maximum__gte=F("minimum")), name="lot_minimum_below"
            ),
            # A number of people over a period needs an end: a public contract has one.
            models.CheckConstraint(
                condition=~Q(measure=Measure.FLOW) | Q(ends_on__isnull=False), name="lot_of_a_contract_ends"
            ),
            ExclusionConstraint(
                name="lot_once_a_day",
                expressions=[
                    (F("organization"), RangeOperators.EQUAL),
                    (F("modality"), RangeOperators.EQUAL),
                    (Coalesce(F("territory"), Value(0), output_field=models.BigIntegerField()), RangeOperators.EQUAL),
                    (F("measure"), RangeOperators.EQUAL),
                    (DAYS, RangeOperators.OVERLAPS),
                ],
            ),
        ]
        triggers: ClassVar = [*guarded(history=["starts_on", "ends_on", "minimum", "maximum"])]

    def __str__(self) -> str:
        return f"{self.organization} : {self.modality}"
