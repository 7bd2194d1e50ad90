"""What a service was told by e-mail: once while it lasts, again only when it begins again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from emploi.pathway.appointments.models.calendars import ExternalCalendar
from emploi.pathway.appointments.models.kinds import Kind
from emploi.territory.geography.models import Place


class ServiceAlert(models.Model):
    """Something that blocks people and that nobody sees by itself: no slot left somewhere, a calendar unread."""

    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    calendar = models.ForeignKey(ExternalCalendar, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField("depuis")
    told_at = models.DateTimeField("signalé le", null=True, blank=True)
    ended_at = models.DateTimeField("fini le", null=True, blank=True)

    class Meta:
        verbose_name = "alerte au service"
        verbose_name_plural = "alertes au service"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "place"], condition=Q(ended_at=None, calendar=None), name="alert_one_running_a_place",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["calendar"], condition=Q(ended_at=None, calendar__isnull=False), name="alert_one_a_calendar"
            ),
            models.CheckConstraint(
                condition=Q(calendar=None, kind__isnull=False) | Q(calendar__isnull=False, kind=None, place=None),
                name="alert_about_one_thing",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Alerte {self.pk}"
