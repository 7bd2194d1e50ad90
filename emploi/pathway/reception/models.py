"""Calls received and the calls back they are owed (DIS-075)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.reception.enums import CallState, Reached, Subject

AGENT = settings.AUTH_USER_MODEL


class CallQuerySet(models.QuerySet["Call"]):
    """Scopes over calls."""

    def waiting(self) -> CallQuerySet:
        """Those somebody must still ring."""
        return self.filter(state=CallState.TO_CALL_BACK)

    def late(self, today: date) -> CallQuerySet:
        """Those somebody should have rung already."""
        return self.waiting().filter(due_on__lt=today)


class Call(models.Model):
    """One call received: a person of ours, or a name as it was said."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="calls_received", verbose_name="personne"
    )
    caller = models.CharField("nom donné", max_length=120, blank=True)
    number = models.CharField("numéro où rappeler", max_length=20, blank=True)
    subject = models.CharField("sujet", max_length=12, choices=Subject.choices)
    question = models.TextField("demande")
    answer = models.TextField("réponse", blank=True)
    state = models.CharField("état", max_length=12, choices=CallState.choices)
    received_at = models.DateTimeField("reçu le")
    received_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+", verbose_name="reçu par")
    # Nobody in particular: whoever holds the reception calls back.
    owner = models.ForeignKey(
        AGENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="à rappeler par"
    )
    due_on = models.DateField("à rappeler avant le", null=True, blank=True)
    closed_at = models.DateTimeField("terminé le", null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = "appel reçu"
        verbose_name_plural = "appels reçus"
        indexes: ClassVar = [
            models.Index(fields=["due_on", "id"], condition=Q(state="to_call_back"), name="call_waiting"),
            models.Index(fields=["person", "-received_at"], name="call_person"),
            models.Index(fields=["-received_at", "-id"], name="call_newest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(person__isnull=False) | ~Q(caller=""), name="call_of_somebody"),
            models.CheckConstraint(
                condition=~Q(state="to_call_back") | Q(due_on__isnull=False), name="call_back_dated"
            ),
            models.CheckConstraint(condition=Q(state="to_call_back") | Q(closed_at__isnull=False), name="call_closed"),
        ]
        triggers: ClassVar = [*guarded(history=["state", "owner_id", "due_on"])]

    def __str__(self) -> str:
        return f"Appel du {self.received_at:%d/%m/%Y}"

    @property
    def who(self) -> str:
        """Return who called."""
        return self.person.full_name if self.person else self.caller


class CallBack(models.Model):
    """One attempt to ring somebody back."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="attempts", verbose_name="appel")
    outcome = models.CharField("résultat", max_length=12, choices=Reached.choices)
    at = models.DateTimeField("le")
    by = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "rappel"
        verbose_name_plural = "rappels"
        ordering: ClassVar = ["at", "id"]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} ({self.at:%d/%m/%Y})"
