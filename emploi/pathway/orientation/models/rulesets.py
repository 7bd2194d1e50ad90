"""The rules of orientation as dated data, and what a candidate would have changed for the last entrants."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from emploi.foundation.audit.triggers import guarded

AGENT = settings.AUTH_USER_MODEL


class RulesetVersionQuerySet(models.QuerySet["RulesetVersion"]):
    """Scopes of versions."""

    def in_force(self, on: date) -> RulesetVersionQuerySet:
        """Return the versions that began by that day, the one in force first."""
        return self.filter(in_force_from__lte=on).order_by("-in_force_from")


class RulesetVersion(models.Model):
    """A set of rules prepared on screen or from a file: a draft until a day is given, frozen from then on."""

    slug = models.CharField("identifiant", max_length=60)
    version = models.CharField("version", max_length=20)
    title = models.CharField("titre", max_length=160)
    data = models.JSONField("règles")
    based_on = models.CharField("copie de", max_length=90, blank=True)
    revision = models.PositiveIntegerField("modifications", default=0)
    created_at = models.DateTimeField("créée le")
    created_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+")
    in_force_from = models.DateField("en vigueur à partir du", null=True, blank=True, unique=True)
    switched_on_at = models.DateTimeField("mise en vigueur décidée le", null=True, blank=True)
    switched_on_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField("pourquoi", max_length=500, blank=True)

    objects = RulesetVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "règles d’orientation"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["slug", "version"], name="ruleset_version_once"),
            models.CheckConstraint(
                condition=Q(in_force_from=None)
                | (Q(switched_on_at__isnull=False, switched_on_by__isnull=False) & ~Q(reason="")),
                name="ruleset_switched_on_by_somebody",
            ),
            # Rules never govern the past: they were decided before, or on, the day they begin.
            models.CheckConstraint(
                condition=Q(in_force_from=None) | Q(switched_on_at__date__lte=F("in_force_from")),
                name="ruleset_never_retroactive",
            ),
        ]
        triggers: ClassVar = [*guarded(history=["data", "in_force_from"])]

    def __str__(self) -> str:
        return self.identity

    @property
    def identity(self) -> str:
        """Return "slug version", the mention kept by proposals and decisions."""
        return f"{self.slug} {self.version}"

    @property
    def is_draft(self) -> bool:
        """Tell whether the rules may still be edited."""
        return self.in_force_from is None


class Simulation(models.Model):
    """One comparison of the rules in force with a candidate, on the entrants of a period."""

    candidate = models.ForeignKey(RulesetVersion, on_delete=models.CASCADE, related_name="simulations")
    candidate_revision = models.PositiveIntegerField("modification simulée")
    # Both are kept as they were read: a result must still say what it compared once the draft has moved.
    candidate_data = models.JSONField("règles simulées")
    reference = models.CharField("règles en vigueur", max_length=90)
    reference_data = models.JSONField("règles comparées")
    since = models.DateField("entrants depuis le")
    until = models.DateField("jusqu’au")
    entry_ids = ArrayField(models.BigIntegerField(), default=list)
    total = models.PositiveIntegerField("entrants", default=0)
    done = models.PositiveIntegerField("comparés", default=0)
    asked_at = models.DateTimeField("demandée le")
    asked_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+")
    worked_at = models.DateTimeField("dernier lot", null=True, blank=True)
    error = models.CharField("pourquoi elle s’est arrêtée", max_length=300, blank=True)

    class Meta:
        verbose_name = "simulation de règles"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="simulation_period_in_order"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="simulation_not_beyond_its_end"),
        ]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"Simulation {self.pk}"

    @property
    def is_running(self) -> bool:
        """Tell whether entrants are still to compare."""
        return not self.error and self.done < self.total


class SimulatedEntry(models.Model):
    """What both sets of rules propose first for one entrant, with the rules that spoke and the nearest body."""

    simulation = models.ForeignKey(Simulation, on_delete=models.CASCADE, related_name="rows")
    entry = models.ForeignKey("beneficiaries.Entry", on_delete=models.CASCADE, related_name="+")
    is_answered = models.BooleanField("une réponse est connue")
    before = models.CharField("voie en vigueur", max_length=60)
    after = models.CharField("voie simulée", max_length=60)
    before_rules = ArrayField(models.CharField(max_length=80), default=list)
    after_rules = ArrayField(models.CharField(max_length=80), default=list)
    before_body = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    after_body = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "entrant simulé"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["simulation", "entry"], name="simulated_entry_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["simulation", "before", "after"], name="simulated_cell")]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
