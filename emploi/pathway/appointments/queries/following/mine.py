"""Among the people one accompanies: who did not come and has no other date, who does not answer an invitation."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from emploi.foundation import clock
from emploi.pathway.appointments.enums import Act, AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Invitation
from emploi.pathway.appointments.queries.following.relaunches import SETTLED, left_alone
from emploi.pathway.beneficiaries.models import Person
from emploi.territory.rulebook import queries as rulebook

MISSED = (AppointmentStatus.ABSENT, AppointmentStatus.EXCUSED)


def absents_among(people: QuerySet[Person], today: date) -> QuerySet[Appointment]:
    """The last meeting each of these people missed, when nothing followed: no other date, nothing written since.

    The first interview has its own list: the service looks after it.
    """
    same = Appointment.objects.filter(entry_id=OuterRef("entry_id"), kind_id=OuterRef("kind_id"))
    later = same.filter(starts_at__gt=OuterRef("starts_at"), status__in=[*SETTLED, *MISSED])
    written = Invitation.objects.filter(
        entry_id=OuterRef("entry_id"), kind_id=OuterRef("kind_id"), sent_at__gt=OuterRef("starts_at"), revoked_at=None
    )
    missed = Appointment.objects.filter(
        status__in=MISSED, is_first_interview=False, kind__is_collective=False, entry__closed_on=None,
        entry__isnull=False, person__in=people.order_by(),
    )  # fmt: skip
    found = left_alone(missed, today).filter(~Exists(later), ~Exists(written))
    return found.select_related("person", "entry__commune", "kind", "place").order_by("starts_at", "pk")


def unanswered_among(people: QuerySet[Person], today: date) -> QuerySet[Invitation]:
    """The invitations of these people, for what who accompanies them invites to, that gave no date in time."""
    since = clock.add_days(today, -int(rulebook.value("relaunch_days", today)))
    taken = Appointment.objects.filter(entry_id=OuterRef("entry_id"), kind_id=OuterRef("kind_id"))
    taken = taken.filter(Q(status=AppointmentStatus.PLANNED) | Q(booked_at__gte=OuterRef("sent_at")))
    found = Invitation.objects.filter(
        act=Act.INVITATION, kind__by_follower=True, kind__is_active=True, superseded_at=None, revoked_at=None,
        entry__closed_on=None, entry__isnull=False, sent_on__lte=since, person__in=people.order_by(),
    )  # fmt: skip
    found = left_alone(found, today).filter(~Exists(taken))
    return found.select_related("person", "entry__commune", "kind").order_by("sent_on", "pk")
