"""What France Travail says of a person: its recommendations and its follow-up, each with its day and its source.

Facts only add up: what is true now is the newest of them, whatever the order in which they came. A fact several files
say is one row, that keeps each time it was said: taking a file back takes its word away, not that of the others.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.orientation.enums import LegalPath


class StatedBy(models.TextChoices):
    """Who brought a fact here."""

    FILE = "file", "Fichier de France Travail"
    AGENT = "agent", "Saisi par un agent"


class Statement(models.Model):
    """What every fact of France Travail carries: where it comes from, when it was received, what tells it apart."""

    source = models.CharField("source", max_length=8, choices=StatedBy.choices)
    source_label = models.CharField("fichier ou agent", max_length=200)
    received_on = models.DateField("reçu le")
    first_received_on = models.DateField("reçu la première fois le")
    # Each time it was said: day of reception, file or agent, import, day the line is about.
    told = models.JSONField("chaque fois", default=list)
    recorded_at = models.DateTimeField("enregistré le")
    run_id = models.BigIntegerField("import", null=True, blank=True)
    # The number the line is about: France Travail alone knows when it changes.
    number = models.CharField("numéro France Travail", max_length=20, blank=True)
    # The same fact said twice is one fact: this is the digest of all it says.
    mark = models.CharField("empreinte", max_length=64)

    class Meta:
        abstract = True

    def settle(self) -> None:
        """Read again, from each time it was said, its days and who said it last."""
        received, label, run_id, _ = max(self.told, key=lambda one: (one[3], one[0], one[1], one[2] or 0))
        self.received_on, self.source_label, self.run_id = date.fromisoformat(received), label, run_id
        self.first_received_on = date.fromisoformat(min(one[0] for one in self.told))


class Recommendation(Statement):
    """The pathway France Travail recommends one day, or decided itself beyond six weeks; it decides nothing here."""

    person = models.ForeignKey("beneficiaries.Person", on_delete=models.PROTECT, related_name="recommendations")
    # Empty: an agent says that the recommendation of that day does not hold.
    legal_path = models.CharField("parcours recommandé", max_length=20, choices=LegalPath.choices, blank=True)
    recommended_on = models.DateField("recommandé le")
    # As France Travail writes them: a body of its own list is not one of ours until somebody chooses it.
    body_name = models.CharField("organisme proposé", max_length=160, blank=True)
    agency_code = models.CharField("agence (code SAFIR)", max_length=10, blank=True)
    adviser = models.CharField("conseiller", max_length=120, blank=True)
    # D262-65-2: beyond six weeks, France Travail decides the first orientation; an agent still records it.
    is_decision = models.BooleanField("décidée par France Travail", default=False, db_default=False)

    class Meta:
        verbose_name = "recommandation de France Travail"
        verbose_name_plural = "recommandations de France Travail"
        ordering: ClassVar = ["-recommended_on", "-received_on", "-mark"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "mark"], name="recommendation_said_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-recommended_on"], name="recommendation_latest"),
            models.Index(fields=["recommended_on"], condition=Q(is_decision=True), name="recommendation_decided"),
        ]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"Recommandation de France Travail {self.pk}"


class FollowUp(Statement):
    """Whether France Travail follows the person, as of one day."""

    person = models.ForeignKey("beneficiaries.Person", on_delete=models.PROTECT, related_name="follow_ups")
    stated_on = models.DateField("situation au")
    # Unknown is an answer: an agent may say that nobody knows any more. From a file, the line only gives a number.
    followed = models.BooleanField("suivi par France Travail", null=True, blank=True)
    since = models.DateField("suivi depuis le", null=True, blank=True)
    ended_on = models.DateField("suivi jusqu’au", null=True, blank=True)
    agency_code = models.CharField("agence (code SAFIR)", max_length=10, blank=True)
    category = models.CharField("catégorie", max_length=40, blank=True)

    class Meta:
        verbose_name = "suivi par France Travail"
        verbose_name_plural = "suivis par France Travail"
        ordering: ClassVar = ["-stated_on", "-received_on", "-mark"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "mark"], name="follow_up_said_once"),
            models.CheckConstraint(
                condition=Q(since=None) | Q(followed=True) | Q(ended_on__isnull=False),
                name="follow_up_since_when_followed",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-stated_on"], name="follow_up_latest")]
        triggers: ClassVar = [*guarded(history=[])]

    def __str__(self) -> str:
        return f"Suivi par France Travail {self.pk}"

    def settle(self) -> None:
        """A situation said again is the same one, as of a later day."""
        super().settle()
        self.stated_on = date.fromisoformat(max(one[3] for one in self.told))
