"""How a person asks to be written to; a row by statement, the last one holds."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.beneficiaries.enums import Source, WrittenBy
from emploi.pathway.beneficiaries.models.people import Person


class WritingWish(models.Model):
    """What was said one day of how to reach somebody: by which means, and whether she reads SMS."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="writing_wishes", verbose_name="personne")
    means = models.CharField("moyen préféré", max_length=10, choices=WrittenBy.choices, blank=True)
    reads_sms = models.BooleanField("lit les SMS", default=True)
    source = models.CharField("source", max_length=6, choices=Source.choices)
    told_at = models.DateTimeField("dit le")
    told_by = models.CharField("enregistré par", max_length=120)

    class Meta:
        verbose_name = "façon de lui écrire"
        verbose_name_plural = "façons de lui écrire"
        ordering: ClassVar = ["person", "-told_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["person", "-told_at", "-id"], name="writing_wish_last")]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"Façon de lui écrire {self.pk}"

    @property
    def in_words(self) -> str:
        """What was said, in one line; empty when she asks for nothing."""
        said = [WrittenBy(self.means).label] if self.means else []
        return ", ".join([*said, *([] if self.reads_sms else ["Ne lit pas les SMS"])])
