"""The words a Département gives to the codes of the payers, in place of those the product ships."""

from typing import ClassVar

from django.db import models

from emploi.foundation.audit.triggers import guarded


class CodeLabel(models.Model):
    """One wording of one code; the latest one counts, an empty one gives the shipped label back."""

    tag = models.CharField("balise", max_length=40)
    code = models.CharField("code", max_length=20)
    label = models.CharField("libellé", max_length=200, blank=True)
    by_label = models.CharField("par", max_length=120)
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "libellé local d’un code"
        verbose_name_plural = "libellés locaux des codes"
        ordering: ClassVar = ["tag", "code", "-id"]
        indexes: ClassVar = [models.Index(fields=["tag", "code", "-id"], name="codelabel_latest")]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.tag} {self.code} : {self.label}"
