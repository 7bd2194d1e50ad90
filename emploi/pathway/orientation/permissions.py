"""Who may hold, see and decide: the interview of a person entrusted to the agent, her health under its own right."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from emploi.foundation.documents.access import register_access
from emploi.foundation.documents.models import Document
from emploi.foundation.messaging.printing import KIND as LETTERS
from emploi.foundation.messaging.queries import batch_of
from emploi.foundation.texts.guard import speaks_of_health
from emploi.pathway.beneficiaries import permissions as beneficiaries
from emploi.pathway.orientation.enums import Initiator
from emploi.pathway.orientation.models import (
    BroughtPaper,
    Decision,
    EngagementContract,
    Interview,
    Modality,
    OrientationBatch,
    Reorientation,
)
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import ROLE_PERMISSIONS, Permission, Role

RESERVED = "Voie réservée"


def visible_to(agent: Agent) -> QuerySet[Decision]:
    """The orientations of the people this agent may see."""
    return Decision.objects.filter(person__in=beneficiaries.visible_to(agent).order_by())


def visible_interviews(agent: Agent) -> QuerySet[Interview]:
    """The interviews this agent may open: hers and her colleagues', for the people she may see."""
    if not agent.can(Permission.HOLD_INTERVIEW):
        return Interview.objects.none()
    return Interview.objects.real().filter(person__in=beneficiaries.visible_to(agent).order_by())


def readable_interviews(agent: Agent) -> QuerySet[Interview]:
    """The interviews whose summary this agent may read back to the person: those of the people she may see."""
    if not (agent.can(Permission.HOLD_INTERVIEW) or agent.can(Permission.SEE_ORIENTATIONS)):
        return Interview.objects.none()
    return Interview.objects.real().filter(person__in=beneficiaries.visible_to(agent).order_by())


def sees_health(agent: Agent) -> bool:
    """Tell whether health answers, brakes and reasons may be shown to this agent."""
    return agent.can(Permission.SEE_HEALTH)


def may_update_diagnosis(agent: Agent) -> bool:
    """Tell whether the agent may say that a paper was shown or a difficulty settled, between two interviews.

    Who holds interviews, and who accompanies the person and already reads her diagnosis.
    """
    accompanies = agent.can(Permission.HOLD_INTERVIEW) or agent.can(Permission.PLAN_MEETINGS)
    return accompanies and agent.can(Permission.SEE_ORIENTATIONS)


def modality_name(modality: Modality, agent: Agent) -> str:
    """Return the name of a pathway, hidden when it says the health of the person to somebody who may not know it."""
    return RESERVED if modality.is_sensitive and not sees_health(agent) else modality.name


def check_can_decide(agent: Agent, person_id: int) -> None:
    """Refuse, with the reason, to decide for a person one may not see or without the right to decide."""
    if not agent.can(Permission.DECIDE_ORIENTATION):
        raise PermissionDenied("Votre rôle ne permet pas de décider une orientation.")
    beneficiaries.check_can_see_person(agent, person_id)


def may_name_referent(agent: Agent, organization_id: int | None) -> bool:
    """Tell whether this agent names the referent of a body's people: who decides, or an agent of that very body."""
    return agent.can(Permission.DECIDE_ORIENTATION) or organization_id in _bodies_of(agent)


def to_name_by(agent: Agent) -> QuerySet[Decision]:
    """The orientations in force whose referent this agent may name: those she decides, else those of her own body."""
    mine = visible_to(agent).filter(is_current=True, entry__closed_on=None)
    if agent.can(Permission.DECIDE_ORIENTATION):
        return mine
    return mine.filter(responsible_organization__in=_bodies_of(agent))


def _bodies_of(agent: Agent) -> set[int]:
    """The bodies for which a role of the agent names referents: the role and the body are those of one membership."""
    return {
        membership.organization_id
        for membership in agent.active_memberships
        if agent.is_active and Permission.NAME_REFERENT in ROLE_PERMISSIONS.get(membership.role, frozenset())
    }


def may_withdraw(agent: Agent, row: Reorientation) -> bool:
    """Tell whether this agent may drop a request: who decides, who noted it, or a referent what referents asked."""
    return (
        agent.can(Permission.DECIDE_ORIENTATION)
        or (row.recorded_by_id is not None and row.recorded_by_id == agent.pk)
        or row.initiator == Initiator.REFERENT
    )


def may_come_back_to(person_id: int) -> QuerySet[Agent]:
    """The agents to whom a step may be left: they hold interviews and may see this person."""
    roles = [role for role in Role.values if Permission.HOLD_INTERVIEW in ROLE_PERMISSIONS.get(role, frozenset())]
    holds = Q(memberships__role__in=roles, memberships__ended_on=None)
    agents = Agent.objects.filter(is_active=True)
    ours = agents.filter(holds, memberships__organization__kind__in=beneficiaries.OWN_SERVICES)
    partners = agents.filter(holds).exclude(pk__in=ours.order_by().values("pk")).distinct()
    trusted = [agent.pk for agent in partners if beneficiaries.can_see_person(agent, person_id)]
    found = agents.filter(Q(pk__in=ours.order_by().values("pk")) | Q(pk__in=trusted))
    return found.order_by("last_name", "first_name", "id")


@beneficiaries.register_scope
def entrusted_to(agent: Agent) -> Q:
    """The people whose orientation in force names the agent's organisation or herself (legal.md §5.1)."""
    organizations = [membership.organization_id for membership in agent.active_memberships]
    current = Decision.objects.current().filter(
        Q(responsible_organization_id__in=organizations) | Q(referent=agent), entry__closed_on__isnull=True
    )
    return Q(pk__in=current.values("person_id"))


def _may_open(agent: Agent, document: Document) -> bool:
    """A paper of the orientation opens for who sees the person and, on a health pathway, may see health."""
    if not agent.can(Permission.SEE_ORIENTATIONS) or document.person_id is None:
        return False
    if not beneficiaries.can_see_person(agent, document.person_id):
        return False
    decision = Decision.objects.select_related("modality").filter(notification_id=document.pk).first()
    if decision is not None:
        return not decision.modality.is_sensitive or sees_health(agent)
    contract = EngagementContract.objects.select_related("decision__modality").filter(document_id=document.pk).first()
    if contract is None:
        return False
    texts = [row[part] for row in contract.objectives for part in ("text", "by") if part in row]
    return not (contract.decision.modality.is_sensitive or speaks_of_health(*texts)) or sees_health(agent)


def _may_open_refusal(agent: Agent, document: Document) -> bool:
    """The answer to a request opens for who may ask for one and sees the person; health stays under its right."""
    row = Reorientation.objects.select_related("wished").filter(letter_id=document.pk).first()
    if row is None or not agent.can(Permission.ASK_REORIENTATION):
        return False
    if not beneficiaries.can_see_person(agent, row.person_id):
        return False
    is_health = bool(row.wished and row.wished.is_sensitive) or speaks_of_health(row.outcome_reason)
    return sees_health(agent) or not is_health


def _may_open_copy(agent: Agent, document: Document) -> bool:
    """The copy of a paper opens for who holds interviews and sees the person; a health one for who may see health."""
    row = BroughtPaper.objects.filter(copy_id=document.pk).first()
    if row is None or not agent.can(Permission.HOLD_INTERVIEW):
        return False
    return beneficiaries.can_see_person(agent, row.person_id) and (sees_health(agent) or not row.is_sensitive)


def _may_open_letters(agent: Agent, document: Document) -> bool:
    """The letters of a batch open for those who decide and may open each of them: every person, health if there is."""
    batch = OrientationBatch.objects.filter(pk=batch_of(document, "orientation") or 0).first()
    if batch is None or not agent.can(Permission.DECIDE_ORIENTATION):
        return False
    told = Decision.objects.filter(batched__batch=batch)
    if told.exclude(person__in=beneficiaries.visible_to(agent).order_by()).exists():
        return False
    return sees_health(agent) or not told.filter(modality__is_sensitive=True).exists()


register_access(LETTERS, _may_open_letters)
register_access("orientation_decision", _may_open)
register_access("reorientation_refusal", _may_open_refusal)
register_access("brought_paper", _may_open_copy)
register_access("engagement_contract", _may_open)
