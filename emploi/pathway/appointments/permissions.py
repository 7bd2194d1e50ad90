"""Whose appointments and agendas an agent may see and change."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from emploi.foundation.documents.access import register_access
from emploi.foundation.documents.models import Document
from emploi.foundation.messaging.printing import KIND as LETTERS
from emploi.foundation.messaging.printing import hide_addresses_with
from emploi.foundation.messaging.queries import batch_of
from emploi.pathway.appointments.hooks import followed_by
from emploi.pathway.appointments.models import Appointment, Kind, Opening, Slot
from emploi.pathway.beneficiaries import permissions as beneficiaries
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.queries import hidden_people
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission

NOT_YOURS = "Ce rendez-vous n’est pas dans vos dossiers."


def visible_to(agent: Agent) -> QuerySet[Appointment]:
    """Appointments of the people an agent may see, and those the agent gives."""
    if beneficiaries.sees_everybody(agent):
        return Appointment.objects.all()
    return Appointment.objects.filter(Q(agent=agent) | Q(person__in=beneficiaries.visible_to(agent)))


def may_change(agent: Agent, appointment: Appointment) -> bool:
    """Those who book for others; and whoever gives the appointment, within her own agenda."""
    return agent.can(Permission.BOOK_FOR_CALLER) or _gives(agent, appointment)


def may_book(agent: Agent) -> bool:
    """Those who take appointments, for a caller or for the people they follow."""
    return agent.can(Permission.BOOK_FOR_CALLER) or agent.can(Permission.PLAN_MEETINGS)


def followed_people(agent: Agent) -> QuerySet[Person]:
    """The people an agent may see whom she, or her body, accompanies (RG-12)."""
    return beneficiaries.visible_to(agent).filter(followed_by(agent))


def may_write_to(agent: Agent, person_id: int) -> bool:
    """Those who invite for the service, to anybody; those who accompany, to the people they follow."""
    if agent.can(Permission.INVITE):
        return beneficiaries.can_see_person(agent, person_id)
    return agent.can(Permission.INVITE_FOLLOWED) and followed_people(agent).filter(pk=person_id).exists()


def kinds_to_write(agent: Agent, kinds: QuerySet[Kind]) -> QuerySet[Kind]:
    """Among these kinds, those an agent invites or convenes to; the first interview stays with the service."""
    return kinds if agent.can(Permission.INVITE) else kinds.filter(by_follower=True)


def own_slots_only(agent: Agent) -> bool:
    """True for who moves her own appointments without booking for others: she moves them among her own slots."""
    return not agent.can(Permission.BOOK_FOR_CALLER)


def _gives(agent: Agent, appointment: Appointment) -> bool:
    return agent.can(Permission.MARK_ATTENDANCE) and appointment.agent_id == agent.pk


def manages_every_opening(agent: Agent) -> bool:
    """Those who book for others also open hours for others."""
    return agent.can(Permission.MANAGE_OPENINGS) and agent.can(Permission.BOOK_FOR_CALLER)


def may_lead(agent: Agent, session: Slot) -> bool:
    """Whoever leads a session, and those who book for others, enrol people, move it or cancel it."""
    own = agent.can(Permission.MARK_ATTENDANCE) and session.agent_id == agent.pk
    return own or agent.can(Permission.BOOK_FOR_CALLER)


def can_manage_openings_of(agent: Agent, other_id: int | None) -> bool:
    """One's own agenda; anybody's, or a whole place (None), for those who book for others."""
    own = agent.can(Permission.MANAGE_OPENINGS) and agent.pk == other_id
    return own or manages_every_opening(agent)


def check_can_manage_openings_of(agent: Agent, other_id: int | None) -> None:
    """Refuse, with the reason, an agent who opens somebody else's hours."""
    if not can_manage_openings_of(agent, other_id):
        raise PermissionDenied("Vous ne pouvez changer que vos propres permanences.")


def manageable_openings(agent: Agent) -> QuerySet[Opening]:
    """The openings an agent may change."""
    openings = Opening.objects.all()
    return openings if manages_every_opening(agent) else openings.filter(agent=agent)


def sees_other_agendas(agent: Agent) -> bool:
    """Partners see their own agenda only."""
    return beneficiaries.sees_everybody(agent)


def _may_open_letters(agent: Any, document: Document) -> bool:
    """The letters of a batch of invitations open for those who invite."""
    return agent.can(Permission.INVITE) and bool(batch_of(document, "appointments"))


register_access(LETTERS, _may_open_letters)


def _may_open_proof(agent: Any, document: Document) -> bool:
    """The proof of a convocation opens for those who see the person's appointments."""
    if document.person_id is None or not agent.can(Permission.SEE_PERSONS):
        return False
    return beneficiaries.can_see_person(agent, document.person_id)


# Named as actions.convocations keeps it.
register_access("convocation_proof", _may_open_proof)


hide_addresses_with(hidden_people)
