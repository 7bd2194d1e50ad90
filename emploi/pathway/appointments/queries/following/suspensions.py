"""Who is left alone for now: suspended by an agent, with a reason, until a day; that day over, nobody has to act."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import F, Q, QuerySet

from emploi.foundation import clock
from emploi.pathway.appointments.models import InvitationStop
from emploi.territory.rulebook import queries as rulebook


def running_stops(today: date) -> QuerySet[InvitationStop]:
    """The suspensions in force on a day; the last day said is the last one in force."""
    return InvitationStop.objects.filter(Q(last_day=None) | Q(last_day__gte=today), ended_at=None)


def running_stop(person_id: int, today: date) -> InvitationStop | None:
    """The suspension in force for a person."""
    found = running_stops(today).filter(person_id=person_id)
    return found.select_related("started_by").first()


def stops_of(person_ids: Collection[int], today: date) -> dict[int, InvitationStop]:
    """The suspensions in force among people, in one query."""
    return {stop.person_id: stop for stop in running_stops(today).filter(person_id__in=person_ids)}


def stops_by_end(today: date) -> QuerySet[InvitationStop]:
    """The suspensions in force, those that end first at the head; those without an end wait for one at the very top."""
    found = running_stops(today).filter(person__died_on=None, person__merged_into=None)
    return found.select_related("person", "started_by").order_by(F("last_day").asc(nulls_first=True), "pk")


def to_review(today: date) -> QuerySet[InvitationStop]:
    """Those that end soon, or that nobody gave an end: is the reason still true?"""
    soon = clock.add_days(today, int(rulebook.value("suspension_review_days", today)))
    return stops_by_end(today).filter(Q(last_day=None) | Q(last_day__lte=soon))


def usual_end(today: date) -> date:
    """The last day proposed for a suspension."""
    return clock.add_days(today, int(rulebook.value("suspension_days", today)))
