"""Phones and addresses that failed: somebody must find the person again."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from emploi.foundation.audit.triggers import guarded
from emploi.foundation.messaging.enums import Channel
from emploi.pathway.beneficiaries.models import Person


class LostContact(models.Model):
    """What we wrote to did not reach the person; settled when another way is found, or this one works again."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="lost_contacts")
    channel = models.CharField("moyen", max_length=8, choices=Channel.choices)
    value = models.TextField("coordonnée")
    reason = models.CharField("raison", max_length=200)
    message_id = models.BigIntegerField("envoi", null=True, blank=True)
    found_at = models.DateTimeField("depuis le")
    settled_at = models.DateTimeField("réglée le", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField("suite donnée", max_length=200, blank=True)
    restored_at = models.DateTimeField("de nouveau bonne depuis le", null=True, blank=True)

    class Meta:
        verbose_name = "coordonnée à retrouver"
        verbose_name_plural = "coordonnées à retrouver"
        ordering: ClassVar = ["found_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "channel", "value"], condition=Q(settled_at=None), name="lost_contact_once"
            ),
            models.CheckConstraint(condition=Q(settled_at=None) | ~Q(outcome=""), name="lost_contact_settled_how"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person"], condition=Q(channel="letter", restored_at=None), name="lost_letters"),
        ]
        triggers: ClassVar = [*guarded(history=["settled_at", "restored_at"])]

    def __str__(self) -> str:
        return f"Coordonnée à retrouver {self.pk}"
