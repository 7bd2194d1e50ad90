"""The référent unique of each person (RG-57): who is in place, who has left, who it was from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When

from emploi.foundation.ui.french import pluriel
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.orientation.models import Decision, FormerReferent
from emploi.pathway.orientation.queries.decisions import REFERENT_ROLES, decisions
from emploi.territory.agents.models import Membership


@dataclass(frozen=True, slots=True)
class ReferentPeriod:
    """Somebody who accompanied a person, from when to when; an unknown day is before this tool."""

    name: str
    body: str
    since: date | None
    until: date | None
    reason: str = ""


def referent_has_left(on: date) -> Q:
    """Return the condition for orientations whose referent no longer works for the body in charge.

    The account is closed, or the role held there has ended: read from the accounts, so that reopening one is enough.
    """
    held = Membership.objects.active(on=on).filter(role__in=REFERENT_ROLES, agent__is_active=True)
    here = held.filter(agent=OuterRef("referent"), organization=OuterRef("responsible_organization"))
    return Q(~Exists(here), referent__isnull=False)


def with_departures(rows: QuerySet[Decision], on: date) -> QuerySet[Decision]:
    """Add `referent_left` to orientations: their referent no longer works for the body."""
    gone = Case(When(referent_has_left(on), then=Value(True)), default=Value(False), output_field=BooleanField())
    return rows.annotate(referent_left=gone)


def has_lost_referent(decision: Decision, on: date) -> bool:
    """Tell whether the referent of an orientation no longer works for its body."""
    return decision.referent_id is not None and (
        Decision.objects.filter(referent_has_left(on), pk=decision.pk, is_current=True).exists()
    )


def referents_to_name(on: date) -> QuerySet[Decision]:
    """Return the orientations in force without anybody in place: never named, or gone since."""
    running = decisions().filter(is_current=True, entry__closed_on=None, person__died_on=None)
    return with_departures(running.filter(Q(referent=None) | referent_has_left(on)), on)


def referent_departure(agent_id: int) -> str:
    """Say how many people lose their referent when an account closes, nothing when nobody does."""
    current = Decision.objects.current().filter(referent=agent_id, entry__closed_on=None, person__died_on=None)
    count = current.count()
    if not count:
        return ""
    people = pluriel(count, "personne suivie perdra son référent", "personnes suivies perdront leur référent")
    return f"{people} : elles paraîtront dans « Référents à nommer »."


def referent_periods(person_id: int) -> list[ReferentPeriod]:
    """Return every referent of a person, the present one first, former orientations included; two queries."""
    rows = decisions().filter(person_id=person_id).select_related("following")
    found = [
        ReferentPeriod(row.referent.full_name, row.responsible_organization.name, row.referent_since, _end(row))
        for row in rows
        if row.referent is not None
    ]
    former = FormerReferent.objects.filter(decision__person_id=person_id).select_related(
        "agent", "decision__responsible_organization"
    )
    found += [
        ReferentPeriod(
            row.agent.full_name, row.decision.responsible_organization.name, row.since, row.until, row.reason
        )
        for row in former
    ]
    return sorted(found, key=lambda period: (period.until or date.max, period.since or date.min), reverse=True)


def coming_with(decision: Decision, at: datetime) -> QuerySet[Appointment]:
    """Return the appointments still planned with the referent in place: whoever follows sees them before naming."""
    planned = Appointment.objects.planned().filter(entry=decision.entry_id, starts_at__gt=at)
    return planned.filter(agent=decision.referent_id).select_related("kind", "place").order_by("starts_at")


def _end(row: Decision) -> date | None:
    """A referent stays until the next orientation, or until the person leaves the pathway."""
    following = getattr(row, "following", None)
    return following.decided_on if following is not None else row.entry.closed_on
