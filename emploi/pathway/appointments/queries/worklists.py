"""Work lists of the relaunch, the call and the convocation: "due and not done", never "exactly n days ago" (TR-33)."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment, CallAttempt, Invitation
from emploi.pathway.appointments.queries.following.relaunches import SETTLED, left_alone
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.clocks.queries import owed


def due_and_not_done(kind: str, today: date) -> QuerySet[Deadline]:
    """Deadlines of a kind that are due, of open entries nobody has met nor booked, not suspended; the oldest first."""
    booked = Appointment.objects.filter(entry_id=OuterRef("entry_id"), is_first_interview=True, status__in=SETTLED)
    last = Invitation.objects.filter(entry_id=OuterRef("entry_id")).order_by("-sent_at")
    called = CallAttempt.objects.filter(entry_id=OuterRef("entry_id")).order_by("-called_at")
    first = Deadline.objects.filter(entry_id=OuterRef("entry_id"), kind=DeadlineKind.FIRST_INTERVIEW).order_by(
        "-sequence"
    )
    return (
        left_alone(Deadline.objects.actionable(), today)
        .filter(~Exists(booked), kind=kind, due_on__lte=today, entry__closed_on=None)
        .select_related("person", "entry__commune")
        .annotate(
            last_sent_at=Subquery(last.values("sent_at")[:1]),
            last_is_alone=Subquery(last.values("batch__is_automatic")[:1]),
            last_opened_at=Subquery(last.values("first_opened_at")[:1]),
            last_call_at=Subquery(called.values("called_at")[:1]),
            last_call_outcome=Subquery(called.values("outcome")[:1]),
            meet_before=Subquery(first.values("due_on")[:1]),
        )
        .order_by("due_on", "id")
    )


def to_relaunch(today: date) -> QuerySet[Deadline]:
    """People invited, or absent, some days ago without appointment; the never invited are "Nouveaux entrants"."""
    return due_and_not_done(DeadlineKind.RELAUNCH, today)


def to_call(today: date) -> QuerySet[Deadline]:
    """People to call because neither the invitation nor the relaunch gave an appointment."""
    return due_and_not_done(DeadlineKind.CALL, today)


def to_convene(today: date) -> QuerySet[Deadline]:
    """People to whom a date must now be imposed (AMB-57)."""
    return due_and_not_done(DeadlineKind.CONVOCATION, today)


def absent_without_new_date(today: date) -> QuerySet[Appointment]:
    """First interviews missed by people still to be met and who have no other appointment: to invite again.

    Whoever was oriented without an interview since is no longer expected (definitions: an absence is not a rupture).
    """
    expected = owed(DeadlineKind.FIRST_INTERVIEW).order_by().values("entry_id")
    again = Appointment.objects.filter(entry_id=OuterRef("entry_id"), is_first_interview=True, status__in=SETTLED)
    # A link withdrawn since, or a meeting for several people, brings nobody to the first interview.
    later = Invitation.objects.filter(
        entry_id=OuterRef("entry_id"), sent_at__gt=OuterRef("starts_at"), kind__is_first_interview=True, revoked_at=None
    )
    missed = Q(status=AppointmentStatus.ABSENT) | Q(status=AppointmentStatus.EXCUSED)
    latest = Appointment.objects.filter(missed, entry_id=OuterRef("entry_id"), is_first_interview=True)
    return (
        Appointment.objects.filter(
            missed,
            pk=Subquery(latest.order_by("-starts_at", "-pk").values("pk")[:1]),
            is_first_interview=True,
            entry__closed_on=None,
            entry_id__in=expected,
            starts_at__date__lte=today,
        )
        .filter(~Exists(again), ~Exists(later))
        .select_related("person", "entry__commune", "place")
        .order_by("starts_at", "id")
    )
