"""Two records of one human being put together, with all it takes to part them again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.beneficiaries.models.people import Person


class MergeRecord(models.Model):
    """One merge: who stays, who is absorbed, each row changed with its values before and after (caf-flows.md §3).

    `changes` is a list of {model, id, before, after} limited to the columns that changed; `created` the rows the merge
    added; `attached` the rows that already hung on a moved row, so that what came later is told apart.
    """

    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="fiche gardée")
    absorbed = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name="fiche absorbée"
    )
    reason = models.CharField("raison", max_length=400)
    merged_at = models.DateTimeField("réunies le")
    merged_by = models.CharField("réunies par", max_length=120)
    adopted = models.JSONField("valeurs reprises de la fiche absorbée", default=list)
    changes = models.JSONField("lignes changées", default=list)
    created = models.JSONField("lignes ajoutées", default=list)
    attached = models.JSONField("lignes déjà rattachées", default=dict)
    left = models.JSONField("lignes restées sur la fiche absorbée", default=dict)
    undone_at = models.DateTimeField("défaite le", null=True, blank=True)
    undone_by = models.CharField("défaite par", max_length=120, blank=True, db_default="")
    undone_reason = models.CharField("raison de défaire", max_length=400, blank=True, db_default="")

    class Meta:
        verbose_name = "fusion de fiches"
        verbose_name_plural = "fusions de fiches"
        ordering: ClassVar = ["-merged_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(undone_at__isnull=True), name="merge_absorbed_once"
            ),
            models.CheckConstraint(condition=~Q(kept=F("absorbed")), name="merge_of_two_records"),
            models.CheckConstraint(condition=~Q(reason=""), name="merge_with_a_reason"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by="", undone_reason="")
                | (Q(undone_at__isnull=False) & ~Q(undone_by="") & ~Q(undone_reason="")),
                name="merge_undone_with_a_reason",
            ),
        ]
        triggers: ClassVar = [*guarded(history=["undone_at"])]

    def __str__(self) -> str:
        return f"fusion {self.pk} : {self.absorbed_id} dans {self.kept_id}"
