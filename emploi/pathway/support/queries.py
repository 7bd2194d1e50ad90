"""Regular meetings: those agreed, those due and not planned ("due and not done", never "exactly on the day")."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate

from emploi.foundation import clock
from emploi.foundation.ui.french import date_num_fr
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.orientation.models import Decision
from emploi.pathway.support.models import Rhythm, RhythmQuerySet
from emploi.pathway.support.permissions import visible_to
from emploi.territory.rulebook import queries as rulebook

DAYS_A_WEEK = 7


def with_due_dates(rhythms: RhythmQuerySet, today: date) -> RhythmQuerySet:
    """Add the last one held (`last_on`), when the next is due (`due_on`) and the one planned (`planned_at`).

    `due_on` says in SQL what rules.due_on says of one. A planned one whose day has passed without a mark is neither.
    """
    theirs = Appointment.objects.filter(person=OuterRef("person_id"), kind=OuterRef("kind_id")).order_by()
    held = theirs.filter(status=AppointmentStatus.HELD).annotate(day=TruncDate("starts_at", tzinfo=clock.ZONE))
    coming = Q(starts_at__gte=clock.start_of(today))
    planned = theirs.filter(coming, status=AppointmentStatus.PLANNED).order_by("starts_at")
    found: RhythmQuerySet = rhythms.annotate(
        last_on=Subquery(held.filter(day__gte=OuterRef("since")).order_by("-starts_at").values("day")[:1]),
        planned_at=Subquery(planned.values("starts_at")[:1]),
    ).annotate(
        due_on=Coalesce(
            ExpressionWrapper(F("last_on") + F("every_weeks") * DAYS_A_WEEK, output_field=DateField()), F("since")
        )
    )
    return found


def due_for(agent: Any, today: date) -> QuerySet[Rhythm]:
    """The meetings this agent must plan: due, or soon, and none planned; the longest awaited first."""
    last = today + timedelta(days=int(rulebook.value("rhythm_notice_days", today)))
    mine: Any = with_due_dates(visible_to(agent).confirmed().filter(agent=agent.pk), today)
    due: QuerySet[Rhythm] = mine.filter(planned_at=None, due_on__lte=last)
    return due.select_related("person", "kind").order_by(F("due_on"), "pk")


def to_confirm_by(agent: Any) -> QuerySet[Rhythm]:
    """The rhythms agreed with another referent that this agent has not taken on yet.

    Nobody was named in her place: those who work for the body in charge, and who agreed the meetings, see them too.
    """
    bodies = [membership.organization_id for membership in agent.active_memberships]
    theirs = Decision.objects.current().filter(entry=OuterRef("entry"), responsible_organization__in=bodies)
    nobody = Q(agent=None) & (Q(set_by=agent.pk) | Exists(theirs))
    waiting: QuerySet[Rhythm] = visible_to(agent).to_confirm().filter(Q(agent=agent.pk) | nobody)
    return waiting.select_related("person", "kind").order_by("to_confirm_since", "pk")


def rhythms_of(person_id: int, today: date) -> QuerySet[Rhythm]:
    """The regular meetings of a person, those that run first."""
    found: QuerySet[Rhythm] = with_due_dates(Rhythm.objects.filter(person=person_id), today)
    return found.select_related("kind", "agent", "set_by").order_by(F("ended_on").desc(nulls_first=True), "-set_at")


def running_rhythm(entry_id: int) -> Rhythm | None:
    """The regular meetings agreed for an entry, if any."""
    return Rhythm.objects.running().filter(entry=entry_id).select_related("kind", "agent").first()


def every_words(weeks: int) -> str:
    """How often, in words."""
    return "chaque semaine" if weeks == 1 else f"toutes les {weeks} semaines"


def rhythms_in_words(person_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the regular meetings of these people as lines, the latest first."""
    lines: dict[int, list[str]] = defaultdict(list)
    for rhythm in Rhythm.objects.filter(person__in=person_ids).select_related("kind").order_by("-set_at", "-pk"):
        ended = f", arrêtés le {date_num_fr(rhythm.ended_on)}" if rhythm.ended_on else ""
        lines[rhythm.person_id].append(f"{rhythm.kind.name} {every_words(rhythm.every_weeks)}{ended}")
    return lines
