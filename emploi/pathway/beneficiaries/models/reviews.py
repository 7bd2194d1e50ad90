"""What a human must check: the machine flags, it never merges nor closes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.beneficiaries.enums import ReviewKind
from emploi.pathway.beneficiaries.models.households import Household
from emploi.pathway.beneficiaries.models.people import Person


class ReviewItem(models.Model):
    """One point to check about a person, once; "not the same person" is remembered because it stays settled."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reviews", verbose_name="personne")
    other = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews_as_other", db_index=False
    )
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews", db_index=False
    )
    kind = models.CharField("à vérifier", max_length=16, choices=ReviewKind.choices)
    detail = models.CharField("détail", max_length=600, blank=True, db_default="")
    key = models.CharField("clé", max_length=80)
    created_at = models.DateTimeField("signalé le")
    settled_at = models.DateTimeField("réglé le", null=True, blank=True)
    settled_by = models.CharField("réglé par", max_length=120, blank=True, db_default="")
    outcome = models.CharField("réponse", max_length=200, blank=True, db_default="")
    run_id = models.BigIntegerField("import", null=True, blank=True)

    class Meta:
        verbose_name = "point à vérifier"
        verbose_name_plural = "points à vérifier"
        ordering: ClassVar = ["created_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["kind", "created_at"], name="review_open", condition=Q(settled_at__isnull=True)),
            models.Index(fields=["key"], name="review_key"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], condition=Q(settled_at__isnull=True), name="review_once_open"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by="") | (Q(settled_at__isnull=False) & ~Q(settled_by="")),
                name="review_settled_by_someone",
            ),
        ]
        triggers: ClassVar = [*guarded(history=["settled_at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.person_id}"
