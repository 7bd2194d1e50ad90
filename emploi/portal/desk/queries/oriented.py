"""What the next step needs to know once an orientation is in force: who accompanies, and whether it has begun."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Case, DateField, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, TruncDate

from emploi.foundation import clock
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment, OutsideAppointment
from emploi.pathway.orientation import queries as orientation
from emploi.pathway.orientation.enums import Basis, StepKind, StepState
from emploi.pathway.orientation.models import Decision, Reorientation, Step


def oriented(entry_ids: Collection[int], today: date) -> dict[int, dict[str, Any]]:
    """Return, for each of these entries that has an orientation, the facts of what follows it; one query."""
    rows = (
        Decision.objects.current()
        .filter(entry_id__in=list(entry_ids))
        .select_related("responsible_organization", "referent")
        .annotate(
            has_left=Case(When(orientation.referent_has_left(today), then=True), default=Value(False)),
            waits_engagement=Exists(_engagement_to_sign()),
            person_agreed_at=F("engagement__person_agreed_at"),
            request_id=Subquery(_request().values("pk")[:1]),
            request_due=Subquery(_request().values("due_on")[:1]),
            is_met=Exists(_held_since()),
            given_on=Subquery(_given_by_body().values("day")[:1]),
            taken_over_on=Subquery(_outside().order_by("-day").values("day")[:1]),
        )
    )
    return {row.entry_id: _facts(row, today) for row in rows}


def _facts(row: Any, today: date) -> dict[str, Any]:
    name = row.referent.full_name if row.referent else ""
    given = [day for day in (row.given_on, row.taken_over_on) if day is not None]
    coming = [day for day in given if day >= today]
    known_elsewhere = row.basis == Basis.TAKEN_OVER or not row.responsible_organization.agenda_is_ours
    return {
        "decision_id": row.pk,
        "notified": not row.is_to_notify,
        "reorientation_id": row.request_id,
        "reorientation_due": row.request_due,
        "to_agree_in": row.interview_id if row.waits_engagement else None,
        "person_agreed": row.person_agreed_at is not None,
        "referent": "" if row.has_left else name,
        "former_referent": name if row.has_left else "",
        "body": row.responsible_organization.name,
        "body_id": row.responsible_organization_id,
        "outside_on": min(coming, default=None),
        "met_by_body": row.is_met or known_elsewhere or len(given) > len(coming),
    }


def _engagement_to_sign() -> QuerySet[Step]:
    """The contrat d'engagement d'orientation is signed in the interview that decided, and nowhere else (AMB-06)."""
    mine = Step.objects.filter(interview=OuterRef("interview"), step=StepKind.ENGAGEMENT)
    return mine.exclude(state=StepState.DONE)


def _request() -> QuerySet[Reorientation]:
    """The request of another orientation that waits: there is one at a time (RG-13)."""
    return Reorientation.objects.filter(orientation.WAITING, entry=OuterRef("entry")).order_by("pk")


def _held_since() -> QuerySet[Appointment]:
    """The appointments that begin the support, held since the decision: those the funnel counts."""
    held = Appointment.objects.filter(entry=OuterRef("entry"), status=AppointmentStatus.HELD, is_first_interview=False)
    begun = held.filter(kind__starts_support=True, kind__is_collective=False).order_by()
    day = TruncDate("starts_at", tzinfo=clock.ZONE)
    return begun.annotate(day=day).filter(day__gte=OuterRef("decided_on"))


def _given_by_body() -> QuerySet[Any]:
    """The day another body gave at the end of an interview, the last said first."""
    said = Step.objects.filter(
        interview__entry=OuterRef("entry"), step=StepKind.NEXT_APPOINTMENT, details__has_key="on"
    )
    day = Cast(KeyTextTransform("on", "details"), DateField())
    return said.annotate(day=day).filter(day__gte=OuterRef("decided_on")).order_by("-day")


def _outside() -> QuerySet[Any]:
    """The appointments a former tool had already given with the body."""
    given = OutsideAppointment.objects.filter(entry=OuterRef("entry")).order_by()
    return given.annotate(day=TruncDate("starts_at", tzinfo=clock.ZONE)).filter(day__gte=OuterRef("decided_on"))
