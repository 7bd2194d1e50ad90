"""Orientations decided without an interview, several at once: each person alone succeeds or is left with a reason."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.orientation.enums import Basis
from emploi.pathway.orientation.models.decision import Decision

AGENT = settings.AUTH_USER_MODEL


class OrientationBatch(models.Model):
    """One agent decides on file, or by default, for the people she ticked after reading each line."""

    basis = models.CharField("fondement", max_length=12, choices=Basis.choices)
    reason = models.CharField("pourquoi", max_length=500)
    created_at = models.DateTimeField("le")
    created_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+")
    total = models.PositiveIntegerField("personnes choisies", default=0)
    done = models.PositiveIntegerField("personnes traitées", default=0)
    worked_at = models.DateTimeField("dernier lot", null=True, blank=True)
    letters = models.ForeignKey("documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "lot d’orientations sans entretien"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="orientation_batch_has_a_reason"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="orientation_batch_not_beyond_its_end"),
        ]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"Lot d’orientations {self.pk}"

    @property
    def is_running(self) -> bool:
        """Tell whether people are still to treat."""
        return self.done < self.total


class BatchedEntry(models.Model):
    """One person of a batch: what was planned when it was asked, then the decision or why there is none."""

    batch = models.ForeignKey(OrientationBatch, on_delete=models.PROTECT, related_name="rows")
    entry = models.ForeignKey("beneficiaries.Entry", on_delete=models.PROTECT, related_name="+")
    plan = models.JSONField("prévu", default=dict)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="batched")
    refusal = models.CharField("pourquoi pas", max_length=500, blank=True)

    class Meta:
        verbose_name = "personne d’un lot d’orientations"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "entry"], name="batched_entry_once"),
            models.CheckConstraint(condition=Q(decision=None) | Q(refusal=""), name="batched_entry_decided_or_refused"),
        ]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.batch} : {self.entry_id}"
