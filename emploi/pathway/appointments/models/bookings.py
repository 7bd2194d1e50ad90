"""Appointments: who comes, to whom, where, when, and whether they came."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from emploi.foundation.audit.triggers import guarded
from emploi.pathway.appointments.enums import (
    ACTIVE_STATUSES,
    CANCELLED_STATUSES,
    AppointmentStatus,
    BookedVia,
    Modality,
)
from emploi.pathway.appointments.models.invitations import Invitation
from emploi.pathway.appointments.models.kinds import Kind
from emploi.pathway.appointments.models.openings import Slot, seats_counter
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.territory.geography.models import Place

AGENT = settings.AUTH_USER_MODEL
IS_ACTIVE = Q(status__in=ACTIVE_STATUSES)
IS_CANCELLED = Q(status__in=CANCELLED_STATUSES)
IS_MARKED = Q(status__in=[AppointmentStatus.HELD, AppointmentStatus.ABSENT, AppointmentStatus.EXCUSED])
IS_FIRST_AND_ALIVE = Q(is_first_interview=True, status__in=[AppointmentStatus.PLANNED, AppointmentStatus.HELD])


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Scopes over appointments."""

    def planned(self) -> AppointmentQuerySet:
        """Appointments nobody has marked nor cancelled."""
        return self.filter(status=AppointmentStatus.PLANNED)

    def unmarked(self, at: datetime) -> AppointmentQuerySet:
        """Planned appointments whose hour has passed."""
        return self.planned().filter(ends_at__lte=at)

    def first_interviews(self) -> AppointmentQuerySet:
        """First interviews only (RG-01)."""
        return self.filter(is_first_interview=True)

    def cancelled_for_good(self) -> AppointmentQuerySet:
        """Cancellations that are not the former place of a moved appointment."""
        return self.filter(IS_CANCELLED, next=None)


class Appointment(models.Model):
    """One person's seat in one slot; moving it makes another row that points to this one.

    Without an entry, the person waits for the decision of the payer; the entry is written when it opens.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    # Found by `appointment_of_entry`.
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments", db_index=False
    )
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="appointments", verbose_name="type")
    invitation = models.ForeignKey(
        Invitation, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="appointments")
    seat = models.PositiveSmallIntegerField("place", default=1)
    agent = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="appointments", verbose_name="avec")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="appointments", verbose_name="lieu")
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    is_first_interview = models.BooleanField(default=False, editable=False)
    modality = models.CharField("modalité", max_length=10, choices=Modality.choices, default=Modality.PHYSICAL)
    modality_reason = models.CharField("raison de la modalité", max_length=200, blank=True)
    # Where to call for this appointment, when the person asked for another number than the one known.
    phone = models.CharField("numéro à appeler", max_length=20, blank=True, db_default="")
    status = models.CharField(
        "état", max_length=20, choices=AppointmentStatus.choices, default=AppointmentStatus.PLANNED
    )
    booked_at = models.DateTimeField("pris le")
    booked_via = models.CharField("pris", max_length=12, choices=BookedVia.choices)
    booked_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    marked_at = models.DateTimeField("présence notée le", null=True, blank=True)
    marked_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The absence an excuse came after: it comes back when the excuse is withdrawn.
    missed_at = models.DateTimeField("absence notée le", null=True, blank=True)
    missed_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    marked_reason = models.CharField("raison de l'absence", max_length=200, blank=True)
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    cancelled_reason = models.CharField("raison de l'annulation", max_length=200, blank=True)
    # The person left the pathway, and somebody decided that she is still expected.
    kept_at = models.DateTimeField("gardé après la sortie le", null=True, blank=True)
    kept_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField("remarque", max_length=500, blank=True)
    previous = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="next")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "rendez-vous"
        verbose_name_plural = "rendez-vous"
        ordering: ClassVar = ["starts_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["slot", "seat"], condition=IS_ACTIVE, name="appointment_one_a_seat"),
            models.UniqueConstraint(
                fields=["entry"], condition=IS_FIRST_AND_ALIVE, name="appointment_one_first_interview"
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(is_first_interview=True, status=AppointmentStatus.PLANNED, entry=None),
                name="appointment_one_first_interview_before_entry",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="appointment_hours_in_order"),
            models.CheckConstraint(condition=Q(seat__gte=1), name="appointment_has_a_seat"),
            # RG-08, AMB-55: the first interview is physical, or somebody wrote why.
            models.CheckConstraint(
                condition=Q(is_first_interview=False) | Q(modality=Modality.PHYSICAL) | ~Q(modality_reason=""),
                name="appointment_remote_with_a_reason",
            ),
            models.CheckConstraint(
                condition=(IS_MARKED & Q(marked_at__isnull=False)) | (~IS_MARKED & Q(marked_at=None)),
                name="appointment_marked_with_a_date",
            ),
            models.CheckConstraint(
                condition=(IS_CANCELLED & Q(cancelled_at__isnull=False)) | (~IS_CANCELLED & Q(cancelled_at=None)),
                name="appointment_cancelled_with_a_date",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agent", "starts_at"], name="appointment_of_agent"),
            models.Index(fields=["place", "starts_at"], name="appointment_at_place"),
            models.Index(fields=["person", "-starts_at"], name="appointment_of_person"),
            models.Index(fields=["starts_at"], condition=Q(status="planned"), name="appointment_planned"),
            # What the funnel reads of each entrant, without opening the table.
            models.Index(
                fields=["entry"],
                include=["is_first_interview", "status", "kind", "booked_at", "starts_at"],
                name="appointment_of_entry",
            ),
        ]
        triggers: ClassVar = [
            *guarded(history=["status", "modality", "marked_at", "cancelled_at"]),
            seats_counter(),
        ]

    def __str__(self) -> str:
        return f"Rendez-vous {self.pk}"

    @property
    def opens_interview(self) -> bool:
        """Tell whether the five steps are gone through there."""
        return self.is_first_interview or bool(self.kind.interview_about)
