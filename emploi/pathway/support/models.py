"""Regular meetings agreed with a person (DIS-059): the rhythm is kept, when the next one is due is computed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.appointments.enums import Modality
from emploi.pathway.appointments.models import Kind
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.support.enums import EndReason

AGENT = settings.AUTH_USER_MODEL
RUNS = Q(ended_on=None)
LONGEST_WEEKS = 52


class RhythmQuerySet(models.QuerySet["Rhythm"]):
    """Scopes over rhythms."""

    def running(self) -> RhythmQuerySet:
        """Those not ended, waiting for a new referent or not."""
        return self.filter(RUNS)

    def confirmed(self) -> RhythmQuerySet:
        """Those that call for meetings."""
        return self.filter(RUNS, to_confirm_since=None)

    def to_confirm(self) -> RhythmQuerySet:
        """Those a new referent has not taken on."""
        return self.filter(RUNS, to_confirm_since__isnull=False)


class Rhythm(models.Model):
    """A meeting of one kind, every so many weeks, with somebody."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rhythms", verbose_name="personne")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="rhythms", verbose_name="entrée")
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="+", verbose_name="type de rendez-vous")
    modality = models.CharField("comment", max_length=10, choices=Modality.choices)
    every_weeks = models.PositiveSmallIntegerField("toutes les (semaines)")
    since = models.DateField("premier entretien à partir du")
    # Nobody: the body in charge names no referent of its own.
    agent = models.ForeignKey(
        AGENT, on_delete=models.PROTECT, null=True, blank=True, related_name="rhythms", verbose_name="avec"
    )
    reason = models.TextField("pourquoi")
    set_at = models.DateTimeField("fixé le")
    set_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+", verbose_name="fixé par")
    to_confirm_since = models.DateField("à confirmer depuis le", null=True, blank=True)
    ended_on = models.DateField("arrêté le", null=True, blank=True)
    end_reason = models.CharField("raison de l’arrêt", max_length=12, choices=EndReason.choices, blank=True)
    end_note = models.CharField("précision sur l’arrêt", max_length=200, blank=True)

    objects = RhythmQuerySet.as_manager()

    class Meta:
        verbose_name = "entretiens réguliers"
        verbose_name_plural = "entretiens réguliers"
        ordering: ClassVar = ["-set_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["agent"], condition=RUNS, name="rhythm_of_agent"),
            models.Index(fields=["person", "-set_at"], name="rhythm_of_person"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry"], condition=RUNS, name="rhythm_one_an_entry"),
            models.CheckConstraint(
                condition=Q(every_weeks__gte=1, every_weeks__lte=LONGEST_WEEKS), name="rhythm_within_a_year"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, end_reason="") | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="rhythm_ended_for_a_reason",
            ),
        ]
        triggers: ClassVar = [*guarded(history=["every_weeks", "modality", "agent_id", "to_confirm_since", "ended_on"])]

    def __str__(self) -> str:
        return f"Toutes les {self.every_weeks} semaines dès le {self.since:%d/%m/%Y}"

    def awaits(self, agent_id: int) -> bool:
        """Tell whether this agent may take it on: the one named, anybody when nobody was."""
        return self.to_confirm_since is not None and self.agent_id in (None, agent_id)
