"""The register of information given to people who are not in the scheme yet (DIS-085, non-recours)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.outreach.enums import ContactForm, Outcome, Topic
from emploi.territory.geography.models import Commune
from emploi.territory.organizations.models import Organization

AGENT = settings.AUTH_USER_MODEL


class InformationQuerySet(models.QuerySet["Information"]):
    """Scopes over the register."""

    def counted(self) -> InformationQuerySet:
        """Lines that were not taken out."""
        return self.filter(cancelled_at__isnull=True)


class Information(models.Model):
    """One moment when people were told of their rights: alone, together or by phone; nobody needs to be named."""

    held_on = models.DateField("date")
    kind = models.CharField("forme", max_length=12, choices=ContactForm.choices)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="informations", verbose_name="commune")
    partner = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="informations",
        verbose_name="partenaire",
    )  # fmt: skip
    place = models.CharField("lieu", max_length=120, blank=True)
    people = models.PositiveSmallIntegerField("nombre de personnes", default=1)
    topics = ArrayField(models.CharField(max_length=16, choices=Topic.choices), verbose_name="sujets", default=list)
    outcome = models.CharField("suite", max_length=16, choices=Outcome.choices)
    claims_filed = models.PositiveSmallIntegerField("demandes de RSA déposées", default=0)
    note = models.CharField("remarque", max_length=500, blank=True)
    # Only when she enters later and somebody recognises her: the register itself names nobody.
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="informations", verbose_name="personne"
    )
    recorded_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+", verbose_name="noté par")
    recorded_at = models.DateTimeField("noté le")
    cancelled_at = models.DateTimeField("retiré le", null=True, blank=True)
    cancelled_reason = models.CharField("raison du retrait", max_length=200, blank=True)

    objects = InformationQuerySet.as_manager()

    class Meta:
        verbose_name = "information donnée"
        verbose_name_plural = "informations données"
        ordering: ClassVar = ["-held_on", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["-held_on", "-id"], name="information_by_date"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(people__gte=1), name="information_of_somebody"),
            models.CheckConstraint(condition=Q(claims_filed__lte=F("people")), name="information_claims_within_people"),
            models.CheckConstraint(
                condition=Q(person=None) | ~Q(kind=ContactForm.COLLECTIVE), name="information_of_one_person"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(cancelled_reason=""), name="information_cancelled_with_a_reason"
            ),
        ]
        triggers: ClassVar = [*guarded(history=["held_on", "people", "claims_filed", "outcome", "cancelled_at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.held_on:%d/%m/%Y}"

    @property
    def topics_in_words(self) -> str:
        """The topics, as labels."""
        return ", ".join(str(Topic(topic).label) for topic in self.topics)
