"""Contracts people already had when their file was taken over: facts with their dates, never written here."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.orientation.enums import FormerContractKind


class FormerContractQuerySet(models.QuerySet["FormerContract"]):
    """Scopes of contracts taken over."""

    def engagements(self, today: date) -> FormerContractQuerySet:
        """Return the contrats d'engagement that still run."""
        running = Q(ends_on=None) | Q(ends_on__gte=today)
        return self.filter(running, kind=FormerContractKind.ENGAGEMENT)


class FormerContract(models.Model):
    """One contract signed before this tool: its kind and dates, and the file it was taken from.

    Beside EngagementContract and not in it: nobody agreed to anything here (docs/decisions/0006).
    """

    person = models.ForeignKey("beneficiaries.Person", on_delete=models.PROTECT, related_name="former_contracts")
    entry = models.ForeignKey("beneficiaries.Entry", on_delete=models.PROTECT, related_name="former_contracts")
    kind = models.CharField("type", max_length=12, choices=FormerContractKind.choices)
    signed_on = models.DateField("signé le")
    ends_on = models.DateField("fin prévue le", null=True, blank=True)
    source = models.CharField("repris de", max_length=200)
    recorded_at = models.DateTimeField("repris")
    run_id = models.BigIntegerField("import", null=True, blank=True)

    objects = FormerContractQuerySet.as_manager()

    class Meta:
        verbose_name = "contrat repris"
        verbose_name_plural = "contrats repris"
        ordering: ClassVar = ["-signed_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "kind", "signed_on"], name="former_contract_once"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("signed_on")), name="former_contract_dates_in_order"
            ),
        ]
        triggers: ClassVar = [*guarded(history=["kind", "signed_on", "ends_on"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.signed_on:%d/%m/%Y}"
