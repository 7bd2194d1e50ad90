"""Appointments that take place in somebody else's agenda: known here, neither booked nor marked here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.beneficiaries.models import Entry, Person


class OutsideAppointment(models.Model):
    """A coming appointment held by the responsible body in its own agenda, so that nobody is called twice."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="outside_appointments")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="outside_appointments")
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    starts_at = models.DateTimeField("le")
    who = models.CharField("avec", max_length=120, blank=True)
    place = models.CharField("où", max_length=160, blank=True)
    recorded_at = models.DateTimeField("noté")
    run_id = models.BigIntegerField("import", null=True, blank=True)

    class Meta:
        verbose_name = "rendez-vous chez un organisme"
        verbose_name_plural = "rendez-vous chez un organisme"
        ordering: ClassVar = ["starts_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "starts_at"], name="outside_appointment_once"),
        ]
        triggers: ClassVar = [*guarded(history=["starts_at", "who", "place"])]

    def __str__(self) -> str:
        return f"Rendez-vous chez un organisme {self.pk}"
