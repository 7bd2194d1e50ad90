"""The first interview and its five steps (RG-07)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.orientation.enums import Arrival, StepKind, StepState


class InterviewQuerySet(models.QuerySet["Interview"]):
    """Scopes of interviews."""

    def real(self) -> InterviewQuerySet:
        """Leave out those begun by mistake."""
        return self.filter(cancelled_at=None)


class Interview(models.Model):
    """One interview held for one entry; a couple has two, never mixed."""

    # Found by `interview_of_entry`.
    entry = models.ForeignKey(
        "beneficiaries.Entry", on_delete=models.PROTECT, related_name="interviews", db_index=False
    )
    person = models.ForeignKey("beneficiaries.Person", on_delete=models.PROTECT, related_name="interviews")
    appointment = models.OneToOneField(
        "appointments.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="interview"
    )
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interviews")
    started_at = models.DateTimeField("commencé")
    closed_at = models.DateTimeField("terminé", null=True, blank=True)
    arrival = models.CharField("venue", max_length=10, choices=Arrival.choices, default=Arrival.PRESENT)
    # Begun by mistake: nothing was recorded in it; its appointment is free again.
    cancelled_at = models.DateTimeField("annulé", null=True, blank=True)
    cancelled_reason = models.CharField("pourquoi annulé", max_length=300, blank=True)

    objects = InterviewQuerySet.as_manager()

    class Meta:
        verbose_name = "entretien"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(closed_at__isnull=True), name="interview_one_open_per_entry"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("started_at")), name="interview_times_in_order"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None)
                | (Q(closed_at__isnull=False, appointment=None) & ~Q(cancelled_reason="")),
                name="interview_cancelled_with_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-started_at"], name="interview_person"),
            models.Index(fields=["entry"], include=["id"], name="interview_of_entry"),
            models.Index(fields=["officer"], condition=Q(closed_at__isnull=True), name="interview_open_officer"),
        ]
        triggers: ClassVar = [*guarded(history=["officer_id", "closed_at", "cancelled_at"])]

    def __str__(self) -> str:
        return f"Entretien {self.pk}"


class Step(models.Model):
    """One step of an interview: to do, done, or left open with a reason and an owner."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField("étape", max_length=20, choices=StepKind.choices)
    state = models.CharField("état", max_length=10, choices=StepState.choices, default=StepState.OPEN)
    reason = models.CharField("raison", max_length=500, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="steps_owned"
    )
    details = models.JSONField("précisions", default=dict, blank=True)
    done_at = models.DateTimeField("fait", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="steps_done"
    )

    class Meta:
        verbose_name = "étape d’entretien"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["interview", "step"], name="step_once_per_interview"),
            models.CheckConstraint(
                condition=~Q(state=StepState.DONE) | Q(done_at__isnull=False), name="step_done_has_a_moment"
            ),
            models.CheckConstraint(
                condition=~Q(state=StepState.LEFT_OPEN) | (Q(owner__isnull=False) & ~Q(reason="")),
                name="step_left_open_has_reason_and_owner",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner"], condition=Q(state=StepState.LEFT_OPEN), name="step_left_open_owner")
        ]
        triggers: ClassVar = [*guarded(history=["state", "owner_id"])]

    def __str__(self) -> str:
        return f"{self.get_step_display()} ({self.get_state_display()})"
