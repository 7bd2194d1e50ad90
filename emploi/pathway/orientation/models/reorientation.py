"""Asking for another orientation: who asks, by which route, what became of it (DIS-009, RG-13)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.orientation.enums import (
    AskedVia,
    Initiator,
    NotificationMeans,
    ReorientationCause,
    ReorientationState,
    Route,
)
from emploi.pathway.orientation.models.decision import Decision, Modality

AGENT = settings.AUTH_USER_MODEL
OPEN = (ReorientationState.REQUESTED, ReorientationState.EXAMINING)


class Reorientation(models.Model):
    """One request, from the person, her referent or the Département; it ends by a decision, a refusal or is dropped."""

    entry = models.ForeignKey("beneficiaries.Entry", on_delete=models.PROTECT, related_name="reorientations")
    person = models.ForeignKey("beneficiaries.Person", on_delete=models.PROTECT, related_name="reorientations")
    initiator = models.CharField("demandée par", max_length=12, choices=Initiator.choices)
    asked_on = models.DateField("demandée le")
    recorded_at = models.DateTimeField()
    # Empty when the person asked by herself, on her link.
    recorded_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    via = models.CharField("par", max_length=8, choices=AskedVia.choices, default=AskedVia.AGENT, db_default="agent")
    cause = models.CharField("motif", max_length=12, choices=ReorientationCause.choices, blank=True, db_default="")
    reason = models.TextField("pourquoi", blank=True)
    wished = models.ForeignKey(Modality, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Both delays are those of the day of the request, kept as they were.
    due_on = models.DateField("à examiner avant le")
    silence_on = models.DateField("le silence vaut refus le")
    state = models.CharField(
        "état", max_length=12, choices=ReorientationState.choices, default=ReorientationState.REQUESTED
    )
    route = models.CharField("examinée", max_length=12, choices=Route.choices, blank=True)
    # The meeting where it is examined; moved, it is followed to the row that replaces it.
    appointment = models.ForeignKey(
        "appointments.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opinion = models.TextField("avis de l’équipe pluridisciplinaire", blank=True)
    opinion_on = models.DateField("avis du", null=True, blank=True)
    settled_on = models.DateField("réglée le", null=True, blank=True)
    settled_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    outcome_reason = models.TextField("raison de la réponse", blank=True)
    # A refusal without its reasons is void (CRPA L211-2), and an envelope may be opened by others: never health.
    letter_reason = models.TextField("raison imprimée dans la lettre", blank=True, db_default="")
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="reorientation"
    )

    # A refusal is told like a decision: on a certain date, from which the appeal runs (CRPA L211-2, CASF L262-47).
    letter = models.ForeignKey("documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    letter_asked_at = models.DateTimeField("lettre demandée", null=True, blank=True)
    letter_means = models.CharField(max_length=10, choices=NotificationMeans.choices, blank=True, db_default="")
    told_on = models.DateField("refus notifié le", null=True, blank=True)

    class Meta:
        verbose_name = "demande de réorientation"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=False) | Q(via=AskedVia.ONLINE), name="reorientation_recorded_by"
            ),
            models.CheckConstraint(condition=~Q(reason="") | ~Q(cause=""), name="reorientation_says_why"),
            models.CheckConstraint(
                condition=Q(told_on=None) | Q(state=ReorientationState.REFUSED, told_on__gte=F("settled_on")),
                name="reorientation_refusal_told_after",
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state__in=OPEN), name="reorientation_one_open_per_entry"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReorientationState.DECIDED) | Q(decision__isnull=False),
                name="reorientation_decided_by_a_decision",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReorientationState.REFUSED) | ~Q(outcome_reason=""),
                name="reorientation_refused_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(settled_on=None) | Q(settled_on__gte=F("asked_on")), name="reorientation_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN) | Q(settled_on__isnull=False), name="reorientation_settled_on_a_day"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_on", "id"], condition=Q(state__in=OPEN), name="reorientation_due"),
            models.Index(fields=["person", "-asked_on"], name="reorientation_person"),
        ]
        triggers: ClassVar = [*guarded(history=["state", "outcome_reason", "opinion", "told_on"])]

    def __str__(self) -> str:
        return f"Réorientation demandée le {self.asked_on:%d/%m/%Y}"

    @property
    def is_open(self) -> bool:
        """Tell whether an answer is still owed."""
        return self.state in OPEN
