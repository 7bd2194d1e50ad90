"""What is wrong or missing in the dossiers of a file, so that it can be sent back to the payer."""

from typing import ClassVar

from django.db import models

from emploi.exchanges.caf.quality.kinds import DefectKind
from emploi.foundation.intake.models import Run


class Defect(models.Model):
    """One kind of defect of one dossier in one file; `detail` never holds a name nor a number of a person."""

    run = models.ForeignKey(
        Run, on_delete=models.CASCADE, related_name="defects", db_index=False, verbose_name="import"
    )
    kind = models.CharField("défaut", max_length=20, choices=DefectKind.choices)
    claim_number = models.CharField("numéro de demande", max_length=11, blank=True)
    number = models.PositiveIntegerField("rang dans le fichier")
    detail = models.CharField("détail", max_length=200, blank=True)

    class Meta:
        verbose_name = "défaut d’un dossier reçu"
        verbose_name_plural = "défauts des dossiers reçus"
        ordering: ClassVar = ["run", "kind", "number"]
        indexes: ClassVar = [models.Index(fields=["run", "kind", "number"], name="defect_of_a_file")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.claim_number}"
