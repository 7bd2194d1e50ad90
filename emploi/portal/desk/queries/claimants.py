"""« Demandeurs »: who asked for the RSA and waits for the payer; they may be invited, no clock runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from emploi.pathway.appointments import queries as appointments
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Invitation
from emploi.pathway.appointments.queries import Reach
from emploi.pathway.beneficiaries.models import Address, HouseholdRole
from emploi.portal.desk.queries.entrants import reached_digitally
from emploi.portal.desk.queries.people import only_visible
from emploi.territory.agents.models import Agent
from emploi.territory.geography import queries as geography
from emploi.territory.geography.models import Territory


@dataclass(frozen=True, slots=True)
class Claimant:
    """One line of the list."""

    role: HouseholdRole
    reach: Reach
    invitation: Invitation | None
    appointment: Appointment | None
    territory: Territory | None
    is_lost: bool

    @property
    def asked_on(self) -> date | None:
        """The day of the claim."""
        return self.role.household.claimed_on


def claimants(agent: Agent) -> QuerySet[HouseholdRole]:
    """Return the claims that wait, of the people this agent may see, the oldest first."""
    mine = Q(entry=None, person_id=OuterRef("person_id"))
    alive = Q(status__in=[AppointmentStatus.PLANNED, AppointmentStatus.HELD], is_first_interview=True)
    return (
        only_visible(appointments.claimants(), agent)
        .annotate(
            is_booked=Exists(Appointment.objects.filter(mine, alive)),
            is_invited=Exists(Invitation.objects.filter(mine, revoked_at=None, kind__is_first_interview=True)),
        )
        .order_by(F("household__claimed_on").asc(nulls_last=True), "person__sort_name", "pk")
    )


def reachable(how: str) -> Q:
    """Return the condition for a way to reach people: digital, letter only, or none."""
    digital = reached_digitally()
    postal = Exists(
        Address.objects.filter(household_id=OuterRef("household_id"), is_current=True)
        .exclude(postal_code="")
        .exclude(city="")
    )
    return {"digital": Q(digital), "letter": ~Q(digital) & Q(postal), "none": ~Q(digital) & ~Q(postal)}[how]


def lines(rows: Sequence[HouseholdRole], *, at: datetime) -> list[Claimant]:
    """Complete a page of claims into lines, in a constant number of queries."""
    person_ids = [row.person_id for row in rows]
    reach = appointments.reach_of_homes({row.person_id: row.household_id for row in rows})
    invitations = appointments.last_before_entry(person_ids)
    planned = appointments.next_before_entry(person_ids, at=at)
    communes = {row.household.commune_id for row in rows if row.household.commune_id}
    territories = geography.territories_of(communes)
    lost = appointments.people_with_lost_contacts(person_ids)
    return [
        Claimant(
            role=row,
            reach=reach[row.person_id],
            invitation=invitations.get(row.person_id),
            appointment=planned.get(row.person_id),
            territory=territories.get(row.household.commune_id or ""),
            is_lost=row.person_id in lost,
        )
        for row in rows
    ]
