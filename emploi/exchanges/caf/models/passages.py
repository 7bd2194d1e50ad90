"""Where the whole of a dossier lies in the archived files: nothing is copied, every block stays readable."""

from typing import ClassVar

from django.db import models

from emploi.foundation.intake.models import Row, Run
from emploi.pathway.beneficiaries.models import Household


class DossierPassage(models.Model):
    """The bytes of one dossier in one file, kept when they differ from what the former file said of it."""

    household = models.ForeignKey(
        Household, on_delete=models.CASCADE, related_name="passages", db_index=False, verbose_name="dossier"
    )
    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="passages", db_index=False, verbose_name="import"
    )
    # A dossier refused then taken again is read from its refused line: agents may have mended what refused it.
    row = models.ForeignKey(
        Row, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="ligne"
    )
    offset = models.BigIntegerField("position dans le fichier")
    length = models.PositiveIntegerField("longueur")
    content_hash = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "passage d’un fichier"
        verbose_name_plural = "passages de fichiers"
        ordering: ClassVar = ["household", "-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["household", "run"], name="passage_once_in_a_file")]

    def __str__(self) -> str:
        return f"dossier {self.household_id} du fichier {self.run_id}"
