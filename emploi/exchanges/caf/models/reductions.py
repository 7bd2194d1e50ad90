"""The reduction that runs on a dossier, as the last file says it: what tells that one begins or ends."""

from django.db import models

from emploi.pathway.beneficiaries.models import Household


class Reduction(models.Model):
    """A reduction decided by the Département and applied by the payer (ReductionRSA)."""

    household = models.OneToOneField(
        Household, on_delete=models.CASCADE, related_name="reduction", verbose_name="dossier"
    )
    amount = models.CharField("montant", max_length=12)

    class Meta:
        verbose_name = "réduction appliquée"
        verbose_name_plural = "réductions appliquées"

    def __str__(self) -> str:
        return f"{self.amount} € sur le dossier {self.household_id}"
