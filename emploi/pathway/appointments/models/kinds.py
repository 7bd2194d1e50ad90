"""Kinds of appointment are data: who may book, how long, under which conditions."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from emploi.pathway.appointments.enums import Act, InterviewAbout, Modality
from emploi.territory.geography.enums import PlaceKind
from emploi.territory.geography.models import Place


def every_modality() -> list[str]:
    """Every way to meet, on the spot first (RG-08)."""
    return list(Modality.values)


class Kind(models.Model):
    """A kind of appointment; the business meaning is in its columns, never in its name."""

    slug = models.SlugField("identifiant", max_length=60, unique=True)
    name = models.CharField("nom", max_length=120)
    presentation = models.TextField("à quoi il sert, dit à la personne", blank=True)
    what_to_bring = models.TextField("ce qu'il faut apporter, une chose par ligne", blank=True)
    duration_minutes = models.PositiveSmallIntegerField("durée en minutes")
    is_first_interview = models.BooleanField("premier rendez-vous d'orientation", default=False)
    # Empty: the five steps are not gone through there (DIS-005, DIS-009).
    interview_about = models.CharField(
        "entretien qui s'y mène", max_length=14, choices=InterviewAbout.choices, blank=True, default="", db_default=""
    )
    # Offered at the fifth step, for the first meeting with the referent (RG-07, TR-07).
    offered_after_interview = models.BooleanField("proposé à la fin d'un entretien", default=False, db_default=False)
    physical_required = models.BooleanField("sur place sauf raison écrite", default=True)
    # The first one is what is meant when nobody says otherwise; an opening may only be given in one of these ways.
    modalities = ArrayField(
        models.CharField(max_length=10, choices=Modality.choices), verbose_name="façons de se rencontrer",
        default=every_modality,
    )  # fmt: skip
    is_collective = models.BooleanField("plusieurs personnes reçues ensemble", default=False)
    # Without any of the two, everywhere; a place of one of these kinds needs no change when it opens.
    place_kinds = ArrayField(
        models.CharField(max_length=20, choices=PlaceKind.choices), verbose_name="sortes de lieux où il se donne",
        default=list, blank=True,
    )  # fmt: skip
    places = models.ManyToManyField(Place, related_name="+", blank=True, verbose_name="lieux où il se donne")
    bookable_by_person = models.BooleanField("la personne choisit elle-même", default=True)
    with_referent_only = models.BooleanField("avec son référent seulement", default=False)
    # Neither the first interview, nor what changes or repairs the orientation (RG-12, RG-15): the first one held after
    # the decision is where the dead time ends. A collective session starts nobody's support whatever is written here.
    starts_support = models.BooleanField("commence l'accompagnement", default=True, db_default=True)
    booking_horizon_days = models.PositiveSmallIntegerField("réservable jusqu'à (jours à l'avance)", default=60)
    # Null in the next ones: the value of the rulebook.
    booking_notice_hours = models.PositiveSmallIntegerField("prévenance pour choisir (heures)", null=True, blank=True)
    can_be_invited = models.BooleanField("on peut y inviter", default=True)
    can_be_summoned = models.BooleanField("on peut y convoquer", default=False)
    invitation_validity_days = models.PositiveSmallIntegerField("validité du lien (jours)", null=True, blank=True)
    convocation_notice_days = models.PositiveSmallIntegerField("prévenance de convocation", null=True, blank=True)
    # RG-12: who accompanies invites and convenes the people she follows herself; never to the first interview.
    by_follower = models.BooleanField("le référent et son organisme y invitent", default=False, db_default=False)
    absence_after_invitation = models.TextField("ce qu'entraîne une absence, après une invitation", blank=True)
    absence_after_convocation = models.TextField("ce qu'entraîne une absence, après une convocation", blank=True)
    # [{"hours": 48, "channels": ["sms", "email"]}, …]; an empty list is no reminder at all.
    reminders = models.JSONField("rappels", null=True, blank=True)
    # [{"days": 3, "channels": ["sms", "email"]}, …] after the invitation, or the absence at the first interview.
    relaunches = models.JSONField("relances", null=True, blank=True)
    relaunches_alone = models.BooleanField("relances envoyées toutes seules", default=False, db_default=False)
    # What fell due before belongs to the agents: switching it on never writes to a whole past at once.
    relaunches_alone_since = models.DateField("toutes seules depuis le", null=True, blank=True)
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
            models.CheckConstraint(condition=Q(modalities__len__gte=1), name="kind_met_somehow"),
            models.CheckConstraint(
                condition=Q(is_first_interview=False) | Q(by_follower=False), name="kind_first_interview_by_the_service"
            ),
            # A collective session is no first interview, and that one is physical by default (definitions, RG-08).
            models.CheckConstraint(
                condition=Q(is_first_interview=False)
                | Q(is_collective=False, physical_required=True, modalities__0=Modality.PHYSICAL),
                name="kind_first_interview_alone_and_physical",
            ),
            models.CheckConstraint(
                condition=Q(is_first_interview=False) | Q(interview_about="", offered_after_interview=False),
                name="kind_first_interview_follows_none",
            ),
            models.CheckConstraint(
                condition=Q(is_collective=False) | Q(interview_about=""), name="kind_interview_with_one_person"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def default_modality(self) -> str:
        """How people meet when nobody says otherwise."""
        return self.modalities[0]

    @property
    def opens_interview(self) -> bool:
        """Tell whether the five steps are gone through there: the first interview, or one that follows it."""
        return self.is_first_interview or bool(self.interview_about)

    def absence_means(self, act: str) -> str:
        """What not coming entails, as said to the person: not the same after an invitation and a convocation."""
        return self.absence_after_convocation if act == Act.CONVOCATION else self.absence_after_invitation

    @property
    def things_to_bring(self) -> list[str]:
        """The lines of what to bring, without blanks."""
        return [line.strip() for line in self.what_to_bring.splitlines() if line.strip()]
