"""Calls received and the calls back they are owed (DIS-075); replies to our messages, in the same list."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from emploi.foundation.audit.triggers import guarded
from emploi.foundation.messaging.models import Reply
from emploi.foundation.ui.french import phone_fr
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.reception.enums import WAITING, CallState, Means, Reached, Subject
from emploi.territory.organizations.models import Organization

_WAITING = Q(state__in=[str(state) for state in WAITING])
AGENT = settings.AUTH_USER_MODEL


class CallQuerySet(models.QuerySet["Call"]):
    """Scopes over calls and replies."""

    def waiting(self) -> CallQuerySet:
        """Those somebody must still ring, or read and settle."""
        return self.filter(state__in=WAITING)

    def late(self, today: date) -> CallQuerySet:
        """Those somebody should have dealt with already."""
        return self.waiting().filter(due_on__lt=today)


class Call(models.Model):
    """One call received, or one reply: a person of ours, a name as it was said, or a number nobody knows."""

    means = models.CharField("moyen", max_length=5, choices=Means.choices, default=Means.PHONE)
    reply = models.OneToOneField(
        Reply, on_delete=models.PROTECT, null=True, blank=True, related_name="reception", verbose_name="réponse reçue"
    )

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="calls_received", verbose_name="personne"
    )
    caller = models.CharField("nom donné", max_length=120, blank=True)
    number = models.CharField("numéro où rappeler", max_length=20, blank=True)
    subject = models.CharField("sujet", max_length=12, choices=Subject.choices)
    question = models.TextField("demande", blank=True)
    answer = models.TextField("réponse", blank=True)
    state = models.CharField("état", max_length=12, choices=CallState.choices)
    received_at = models.DateTimeField("reçu le")
    received_by = models.ForeignKey(
        AGENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="reçu par"
    )
    # Nobody in particular: whoever holds the reception calls back.
    owner = models.ForeignKey(
        AGENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="à rappeler par"
    )
    service = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="confié au service",
    )
    due_on = models.DateField("à rappeler avant le", null=True, blank=True)
    closed_at = models.DateTimeField("terminé le", null=True, blank=True)
    closed_by = models.ForeignKey(
        AGENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="terminé par"
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = "appel reçu"
        verbose_name_plural = "appels reçus"
        indexes: ClassVar = [
            models.Index(fields=["due_on", "id"], condition=_WAITING, name="call_waiting"),
            models.Index(fields=["person", "-received_at"], name="call_person"),
            models.Index(fields=["-received_at", "-id"], name="call_newest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(caller="") | Q(reply__isnull=False), name="call_of_somebody"
            ),
            models.CheckConstraint(condition=~_WAITING | Q(due_on__isnull=False), name="call_back_dated"),
            models.CheckConstraint(condition=_WAITING | Q(closed_at__isnull=False), name="call_closed"),
            models.CheckConstraint(
                condition=Q(means="phone", reply__isnull=True, received_by__isnull=False)
                | (~Q(means="phone") & Q(reply__isnull=False)),
                name="call_heard_or_written",
            ),
        ]
        triggers: ClassVar = [*guarded(history=["state", "owner_id", "due_on", "person_id"])]

    def __str__(self) -> str:
        return f"Appel du {self.received_at:%d/%m/%Y}"

    @property
    def who(self) -> str:
        """Return who called or wrote; the number or the address when nobody knows."""
        if self.person or self.reply is None:
            return self.person.full_name if self.person else self.caller
        return self.reply.sender_name or (phone_fr(self.reply.sender) if self.means == Means.SMS else self.reply.sender)

    @property
    def is_waiting(self) -> bool:
        """Tell whether somebody must still deal with it."""
        return self.state in WAITING

    @property
    def words(self) -> str:
        """Return what was asked: as noted by an agent, or as written by the person."""
        return self.reply.text if self.reply else self.question


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
