"""What a person needs to come to an appointment, asked once and kept for the next ones."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.beneficiaries.enums import NEEDS_IN_SHORT, Source, VisitNeed
from emploi.pathway.beneficiaries.models.people import Person


class VisitNeeds(models.Model):
    """What was said one day of what somebody needs to come; a row by statement, the last one holds.

    Here and not with the appointments: it is about the person, is said once whatever the appointment, serves every
    app that receives her, and follows her when two records are put together. The language of the interpreter stays
    where it already was, on the person: one thing, one place.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="visit_needs", verbose_name="personne")
    needs = ArrayField(
        models.CharField(max_length=12, choices=VisitNeed.choices), verbose_name="besoins", default=list, blank=True
    )
    other = models.CharField("autre besoin pratique", max_length=200, blank=True)
    source = models.CharField("source", max_length=6, choices=Source.choices)
    told_at = models.DateTimeField("dit le")
    told_by = models.CharField("enregistré par", max_length=120)

    class Meta:
        verbose_name = "besoins pour venir"
        verbose_name_plural = "besoins pour venir"
        ordering: ClassVar = ["person", "-told_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["person", "-told_at", "-id"], name="visit_needs_last")]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"Besoins pour venir {self.pk}"

    @property
    def in_words(self) -> str:
        """What was said, in one line; the interpreter is on the person."""
        return ", ".join([*(NEEDS_IN_SHORT[need] for need in self.needs), *([self.other] if self.other else [])])
