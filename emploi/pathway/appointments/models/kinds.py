"""Kinds of appointment are data: who may book, how long, under which conditions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Kind(models.Model):
    """A kind of appointment; the business meaning is in its columns, never in its name."""

    slug = models.SlugField("identifiant", max_length=60, unique=True)
    name = models.CharField("nom", max_length=120)
    presentation = models.TextField("à quoi il sert, dit à la personne", blank=True)
    what_to_bring = models.TextField("ce qu'il faut apporter, une chose par ligne", blank=True)
    duration_minutes = models.PositiveSmallIntegerField("durée en minutes")
    is_first_interview = models.BooleanField("premier rendez-vous d'orientation", default=False)
    physical_required = models.BooleanField("sur place sauf raison écrite", default=True)
    bookable_by_person = models.BooleanField("la personne choisit elle-même", default=True)
    booking_horizon_days = models.PositiveSmallIntegerField("réservable jusqu'à (jours à l'avance)", default=60)
    position = models.PositiveSmallIntegerField("ordre", default=0)
    is_active = models.BooleanField("proposé", default=True)

    class Meta:
        verbose_name = "type de rendez-vous"
        verbose_name_plural = "types de rendez-vous"
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_first_interview"], condition=Q(is_first_interview=True), name="kind_one_first_interview"
            ),
            models.CheckConstraint(condition=Q(duration_minutes__gte=5), name="kind_lasts_five_minutes"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def things_to_bring(self) -> list[str]:
        """The lines of what to bring, without blanks."""
        return [line.strip() for line in self.what_to_bring.splitlines() if line.strip()]
