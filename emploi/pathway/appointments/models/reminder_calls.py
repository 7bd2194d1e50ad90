"""Calls that stand for the reminder of those whom neither an SMS nor an e-mail reaches (RG-06)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.appointments.enums import CallOutcome
from emploi.pathway.appointments.models.bookings import Appointment


class ReminderCall(models.Model):
    """Somebody called to remind of an appointment, with or without an answer."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="reminder_calls")
    outcome = models.CharField("résultat", max_length=16, choices=CallOutcome.choices)
    note = models.CharField("ce qui a été dit", max_length=500, blank=True)
    called_at = models.DateTimeField("appelé le")
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "appel de rappel"
        verbose_name_plural = "appels de rappel"
        ordering: ClassVar = ["-called_at"]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"Rappel par téléphone {self.pk}"
