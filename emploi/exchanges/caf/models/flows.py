"""Lines of the flows that complete the dossiers: transferred debts (VRSC0201) and accounts (VRSF0501)."""

from typing import ClassVar

from django.db import models

from emploi.foundation.intake.models import Run
from emploi.pathway.beneficiaries.models import Household


class Flow(models.TextChoices):
    """The flows read beside that of beneficiaries (caf-flows.md §2.1)."""

    DEBTS = "VRSC0201", "Créances transférées"
    ACCOUNTS = "VRSF0501", "Acomptes et comptabilité"


class FlowRecord(models.Model):
    """One dossier as one of these files says it, whole; kept even when no dossier of that number is known yet."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="flow_records", verbose_name="import")
    flow = models.CharField("flux", max_length=8, choices=Flow.choices)
    number = models.PositiveIntegerField("rang dans le fichier")
    claim_number = models.CharField("numéro de demande", max_length=11, db_index=True)
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, null=True, blank=True, related_name="flow_records", verbose_name="dossier"
    )
    reference_on = models.DateField("date de référence")
    # The blocks as received, tag by tag; sums and dates only, identities are left in the archived file.
    content = models.JSONField("contenu")

    class Meta:
        verbose_name = "ligne de créance ou de comptabilité"
        verbose_name_plural = "lignes de créances et de comptabilité"
        ordering: ClassVar = ["household", "flow", "-reference_on", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "number"], name="flowrecord_once_in_a_file")]

    def __str__(self) -> str:
        return f"{self.flow} {self.claim_number}"
