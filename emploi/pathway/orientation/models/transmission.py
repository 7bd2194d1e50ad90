"""Decisions sent to France Travail: each sending, what it answers to each decision, and why we departed from it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.orientation.models.decision import Decision


class Receipt(models.TextChoices):
    """What France Travail answers to a decision it received."""

    NONE = "", "Sans réponse"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"


class Transmission(models.Model):
    """One sending of decisions to France Travail; a mistake is undone, and stays readable."""

    sent_on = models.DateField("envoyée le")
    recorded_at = models.DateTimeField("notée le")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField("annulée le", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_reason = models.CharField("pourquoi", max_length=300, blank=True)

    class Meta:
        verbose_name = "envoi à France Travail"
        verbose_name_plural = "envois à France Travail"
        ordering: ClassVar = ["-sent_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(undone_at=None) | ~Q(undone_reason=""), name="transmission_undone_with_a_reason"
            ),
        ]
        triggers: ClassVar = [*guarded(history=["undone_at"])]

    def __str__(self) -> str:
        return f"Envoi {self.pk} du {self.sent_on:%d/%m/%Y}"


class SentDecision(models.Model):
    """A decision in a sending, and the answer of France Travail: a refused one is to be sent again."""

    transmission = models.ForeignKey(Transmission, on_delete=models.PROTECT, related_name="rows")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="sendings")
    answer = models.CharField("réponse", max_length=8, choices=Receipt.choices, blank=True, db_default="")
    answered_on = models.DateField("répondu le", null=True, blank=True)
    answer_code = models.CharField("code", max_length=20, blank=True, db_default="")
    answer_words = models.CharField("raison", max_length=300, blank=True, db_default="")
    run_id = models.BigIntegerField("import", null=True, blank=True)

    class Meta:
        verbose_name = "décision envoyée à France Travail"
        verbose_name_plural = "décisions envoyées à France Travail"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transmission", "decision"], name="sent_once_in_a_sending"),
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None) | (~Q(answer="") & Q(answered_on__isnull=False)),
                name="sent_decision_answered_one_day",
            ),
        ]
        triggers: ClassVar = [*guarded(history=["answer", "answered_on"])]

    def __str__(self) -> str:
        return f"{self.transmission_id} : {self.decision_id}"


class DepartureReason(models.Model):
    """Why a decision departs from the recommendation of France Travail, in the words it will read: never health."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="departure")
    text = models.CharField("raison donnée à France Travail", max_length=500)
    written_at = models.DateTimeField("écrite le")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "écart avec la recommandation"
        verbose_name_plural = "écarts avec les recommandations"
        triggers: ClassVar = [*guarded(history=["text"])]

    def __str__(self) -> str:
        return f"Écart de la décision {self.decision_id}"
