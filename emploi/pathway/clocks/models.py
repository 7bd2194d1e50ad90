"""Deadlines of an entry, as rows computed once from the rulebook and never re-derived."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.fields.generated import GeneratedField

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.clocks.enums import DeadlineKind, Owner, VoidReason


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    """Scopes over deadlines."""

    def waiting(self) -> DeadlineQuerySet:
        """Neither met nor void: something is still owed."""
        return self.filter(met_on__isnull=True, voided_on__isnull=True)

    def actionable(self) -> DeadlineQuerySet:
        """Waiting, and somebody may still act: what the work lists read."""
        return self.filter(is_actionable=True)


class Deadline(models.Model):
    """One delay of an entry: started, due, met or void, with the rule that gave it."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="deadlines", verbose_name="entrée")
    # Beside the entry: work lists read one table, and no cascade can lose a deadline.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="deadlines", verbose_name="personne")
    kind = models.CharField("délai", max_length=24, choices=DeadlineKind.choices)
    sequence = models.PositiveSmallIntegerField("numéro", default=1, db_default=1)
    started_on = models.DateField("départ")
    due_on = models.DateField("échéance")
    met_on = models.DateField("tenu le", null=True, blank=True)
    # Met before the start counts as the first day, so as met in time.
    met_late = GeneratedField(
        expression=Q(met_on__isnull=False, met_on__gt=F("due_on")),  # type: ignore[arg-type]  # django-stubs lags
        output_field=models.BooleanField(null=True),
        db_persist=True,
    )
    voided_on = models.DateField("sans objet depuis le", null=True, blank=True)
    void_reason = models.CharField("raison", max_length=12, choices=VoidReason.choices, blank=True, db_default="")
    # Still waiting, and nobody has to act any more: its entry is closed, or oriented in another way (on file, by
    # default: the referent meets the person). It stays missed and counts as such; only the work lists let it go.
    let_go_on = models.DateField("plus rien à faire depuis le", null=True, blank=True)
    # One column rather than three conditions: the database knows how few they are and reads them first.
    is_actionable = GeneratedField(
        expression=Q(met_on__isnull=True, voided_on__isnull=True, let_go_on__isnull=True),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )
    rule_slug = models.CharField("règle", max_length=80)
    rule_valid_from = models.DateField("règle en vigueur depuis le")
    owner = models.CharField("à la charge de", max_length=10, choices=Owner.choices, db_default="department")

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = "délai"
        ordering: ClassVar = ["due_on", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["kind", "due_on", "id"],
                name="deadline_actionable",
                condition=Q(is_actionable=True),
            ),
            models.Index(fields=["kind", "started_on"], name="deadline_cohort"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "kind", "sequence"], name="deadline_once"),
            models.UniqueConstraint(
                fields=["entry", "kind"],
                condition=Q(met_on__isnull=True, voided_on__isnull=True),
                name="deadline_one_waiting",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("started_on")), name="deadline_due_after_start"),
            models.CheckConstraint(
                condition=Q(voided_on__isnull=True, void_reason="") | (Q(voided_on__isnull=False) & ~Q(void_reason="")),
                name="deadline_void_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(met_on__isnull=True) | Q(voided_on__isnull=True), name="deadline_met_or_void"
            ),
            models.CheckConstraint(
                condition=Q(let_go_on__isnull=True) | Q(met_on__isnull=True, voided_on__isnull=True),
                name="deadline_let_go_while_waiting",
            ),
        ]
        triggers: ClassVar = [*guarded(history=["started_on", "due_on", "met_on", "voided_on"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.due_on:%d/%m/%Y}"
