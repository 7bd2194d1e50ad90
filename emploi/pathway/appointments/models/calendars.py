"""An agent's calendar kept elsewhere, when it says she is taken, and the address at which she reads ours."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Func, Q

AGENT = settings.AUTH_USER_MODEL


class ExternalCalendar(models.Model):
    """The address of a calendar kept elsewhere (Outlook or another); it is a secret, kept encrypted."""

    agent = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="external_calendars")
    address = models.BinaryField("adresse, chiffrée")
    host = models.CharField("serveur", max_length=253)
    added_at = models.DateTimeField("ajouté le")
    added_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, related_name="+")
    tried_at = models.DateTimeField("dernier essai", null=True, blank=True)
    read_at = models.DateTimeField("dernière lecture", null=True, blank=True)
    failing_since = models.DateTimeField("illisible depuis", null=True, blank=True)
    error = models.CharField("pourquoi", max_length=200, blank=True)
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "agenda extérieur"
        verbose_name_plural = "agendas extérieurs"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agent"], condition=Q(removed_at=None), name="external_calendar_one_each"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tried_at"], condition=Q(removed_at=None), name="external_calendar_to_read")
        ]

    def __str__(self) -> str:
        return f"Agenda extérieur {self.pk}"


class BusyTime(models.Model):
    """A moment at which a calendar kept elsewhere says its owner is taken; nothing more is kept of it."""

    calendar = models.ForeignKey(ExternalCalendar, on_delete=models.CASCADE, related_name="busy")
    agent = models.ForeignKey(AGENT, on_delete=models.CASCADE, related_name="+")
    period = DateTimeRangeField()
    starts_at = models.GeneratedField(
        expression=Func(F("period"), function="lower"), output_field=models.DateTimeField(), db_persist=True
    )
    ends_at = models.GeneratedField(
        expression=Func(F("period"), function="upper"), output_field=models.DateTimeField(), db_persist=True
    )

    class Meta:
        verbose_name = "moment pris ailleurs"
        verbose_name_plural = "moments pris ailleurs"
        indexes: ClassVar = [models.Index(fields=["agent", "starts_at"], name="busy_of_agent")]

    def __str__(self) -> str:
        return f"Moment pris ailleurs {self.pk}"


class AgendaFeed(models.Model):
    """The secret address at which an agent's other calendar reads her appointments; changed, the former dies."""

    agent = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="agenda_feeds")
    # The address is made from this and from the installation's key: a copy of the database alone opens nothing.
    seed = models.CharField(max_length=32)
    created_at = models.DateTimeField("créée le")
    revoked_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "adresse d'agenda"
        verbose_name_plural = "adresses d'agenda"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agent"], condition=Q(revoked_at=None), name="agenda_feed_one_each"),
        ]

    def __str__(self) -> str:
        return f"Adresse d'agenda {self.pk}"
