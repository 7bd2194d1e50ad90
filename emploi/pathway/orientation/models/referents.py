"""Who was somebody's référent unique before the present one (RG-57, TR-13): one at a time, each with her dates."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.orientation.models.decision import Decision


class FormerReferent(models.Model):
    """One referent replaced within an orientation; the present one is on the decision, with the day it began."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="former_referents")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="persons_left")
    since = models.DateField("depuis le", null=True, blank=True)
    until = models.DateField("jusqu’au")
    reason = models.CharField("pourquoi", max_length=300)

    class Meta:
        verbose_name = "ancien référent"
        verbose_name_plural = "anciens référents"
        ordering: ClassVar = ["-until", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(until__gte=F("since")), name="former_referent_dates_in_order"
            ),
        ]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"Ancien référent {self.pk}"
