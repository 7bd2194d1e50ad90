"""What the person said once: answers, insert on change, and brakes."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.orientation.enums import AnswerSource, BrakeKind, Severity
from emploi.pathway.orientation.models.interview import Interview


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Scopes of answers."""

    def in_force(self) -> AnswerQuerySet:
        """Return the last answer of each question: the one in force."""
        return self.order_by("person_id", "question", "-id").distinct("person_id", "question")


class Answer(models.Model):
    """One answer as it was said, with its source and date; never overwritten, the latest wins (RG-09)."""

    person = models.ForeignKey("beneficiaries.Person", on_delete=models.PROTECT, related_name="answers")
    question = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    source = models.CharField(max_length=16, choices=AnswerSource.choices)
    source_on = models.DateField("dit le")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="answers_recorded"
    )
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, null=True, blank=True, related_name="answers")

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse"
        indexes: ClassVar = [models.Index(fields=["person", "question", "-id"], name="answer_latest")]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.question} ({self.get_source_display()})"


class BrakeQuerySet(models.QuerySet["Brake"]):
    """Scopes of brakes."""

    def active(self) -> BrakeQuerySet:
        """Return the brakes still there."""
        return self.filter(ended_on__isnull=True)


class Brake(models.Model):
    """A difficulty that stands in the way, how much, and whether the person wants help with it."""

    person = models.ForeignKey("beneficiaries.Person", on_delete=models.PROTECT, related_name="brakes")
    kind = models.CharField("frein", max_length=12, choices=BrakeKind.choices)
    subtype = models.CharField("précision", max_length=30, blank=True)
    severity = models.PositiveSmallIntegerField("importance", choices=Severity.choices)
    wants_help = models.BooleanField("veut de l’aide", default=False)
    note = models.CharField("ce que dit la personne", max_length=500, blank=True)
    found_on = models.DateField("repéré le")
    source = models.CharField(max_length=16, choices=AnswerSource.choices, default=AnswerSource.PERSON)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="brakes_recorded"
    )
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, null=True, blank=True, related_name="brakes")
    ended_on = models.DateField("levé le", null=True, blank=True)

    objects = BrakeQuerySet.as_manager()

    class Meta:
        verbose_name = "frein"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind", "subtype"], condition=Q(ended_on__isnull=True), name="brake_once_while_active"
            ),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="brake_severity_known"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("found_on")), name="brake_dates_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind"], condition=Q(ended_on__isnull=True), name="brake_active_kind")
        ]
        triggers: ClassVar = [*guarded(history=["severity", "ended_on"])]

    def __str__(self) -> str:
        return self.get_kind_display()
