"""The dates a contact file states beside those of the benefits file: kept as facts, none replaces another."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.beneficiaries.enums import StatedKind
from emploi.pathway.beneficiaries.models.people import Person


class StatedDate(models.Model):
    """One date as a contact file stated it (caf-flows.md §2.6), with the day it was received; a row by change."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stated_dates", verbose_name="personne")
    kind = models.CharField("quelle date", max_length=8, choices=StatedKind.choices)
    stated_on = models.DateField("date dite")
    received_on = models.DateField("reçue le")
    run_id = models.BigIntegerField("import", null=True, blank=True)

    class Meta:
        verbose_name = "date dite par le fichier de contacts"
        verbose_name_plural = "dates dites par le fichier de contacts"
        ordering: ClassVar = ["person", "-received_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind", "stated_on"], name="stated_date_once"),
        ]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.stated_on:%d/%m/%Y}"
