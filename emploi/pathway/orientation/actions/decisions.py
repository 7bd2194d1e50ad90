"""Deciding an orientation: a named agent, under a delegation, with the person, for reasons that are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.texts.guard import check_texts
from emploi.foundation.ui.french import date_long_fr
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks import actions as clocks
from emploi.pathway.clocks.enums import FOLLOW_UP, DeadlineKind, VoidReason
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions.capacity import check_places
from emploi.pathway.orientation.actions.conditions import check_basis, check_target
from emploi.pathway.orientation.actions.interviews import agent_id, complete_step, locked_step
from emploi.pathway.orientation.actions.proposals import compute_proposal
from emploi.pathway.orientation.actions.reorienting.clock import stop_contracts
from emploi.pathway.orientation.actions.reorienting.requests import settle_by
from emploi.pathway.orientation.enums import Basis, Decider, LegalPath, OpinionChoice, StepKind, StepState
from emploi.pathway.orientation.events import OrientationDecided
from emploi.pathway.orientation.models import Decision, Modality, Proposal
from emploi.territory.agents.models import Agent
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook import queries as rulebook


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What the agent and the person chose together, or what allows to decide without her."""

    modality_id: int
    responsible_organization_id: int
    basis: str = Basis.INTERVIEW
    interview_id: int | None = None
    referent_id: int | None = None
    proposal_id: int | None = None
    previous_id: int | None = None
    decider: str = Decider.DEPARTEMENT
    decided_on: date | None = None
    opinion: str = OpinionChoice.NO_OPINION
    person_opinion: str = ""
    agreed_with_person: bool = False
    override_reason: str = ""
    delegation: str = ""
    knows_it_is_late: bool = False
    keeps_health_words: bool = False
    knows_it_is_full: bool = False
    is_joint: bool = False
    basis_details: dict[str, str] = field(default_factory=dict)


@action
def decide_orientation(*, entry_id: int, draft: Draft, by: Actor, at: datetime) -> Decision:
    """Decide the orientation of an entry (TR-06), or a new one that follows the current one (TR-13).

    Raises DomainError when somebody else decided meanwhile, when the facts moved since the proposal was read,
    when a reason is missing, or when the conditions of the basis are not met.
    """
    entry = Entry.objects.select_for_update(of=("self",)).select_related("person").get(pk=entry_id)
    _check_written(draft)
    is_theirs = draft.decider == Decider.FRANCE_TRAVAIL
    decided_on = draft.decided_on or at.date()
    _check_entry(entry, decided_on, at)
    previous = _previous(entry, draft)
    modality, organization = _target(draft, entry, decided_on)
    # legal.md §0: the day the Département received the information picks the regime.
    legal_date = entry.reopened_on or entry.opened_on
    details = check_basis(draft, entry, modality, organization, legal_date, at)
    _check_six_weeks(draft, entry, previous, decided_on)
    proposal = _proposal(draft, entry, by, at)
    reasons = _reasons(draft, modality, proposal)
    agent = Agent.objects.get(pk=agent_id(by))
    _leave(previous)
    decision = Decision.objects.create(
        entry=entry,
        person_id=entry.person_id,
        interview_id=draft.interview_id,
        proposal=proposal,
        modality=modality,
        legal_path=modality.legal_path,
        responsible_organization=organization,
        **_referent(draft, decided_on),
        basis="" if is_theirs else draft.basis,
        decider=draft.decider,
        decided_on=decided_on,
        decided_by=agent,
        recorded_at=at,
        delegation=_signed(draft, agent),
        agreed_with_person=draft.agreed_with_person,
        opinion=draft.opinion,
        person_opinion=draft.person_opinion.strip(),
        override_reason=draft.override_reason.strip(),
        basis_details=details,
        reasons=reasons,
        regime_code=rulebook.regime(legal_date).code,
        ruleset=proposal.ruleset if proposal else "",
        is_joint=draft.is_joint and modality.legal_path == LegalPath.SOCIAL,
        to_transmit=not is_theirs,  # it already knows what it decided itself
        previous=previous,
    )
    _after(decision, by, at)
    return decision


@action
def confirm_after_reopening(*, entry_ids: list[int], on: date, by: Actor, at: datetime) -> int:
    """Keep the orientation of entries that reopen within the return gap: their six weeks are met if they ever wait."""
    oriented = list(Decision.objects.current().filter(entry_id__in=entry_ids).values_list("entry_id", flat=True))
    if oriented:
        clocks.meet(entry_ids=oriented, kind=DeadlineKind.ORIENTATION_SIX_WEEKS, on=on, by=by, at=at)
    return len(oriented)


def _target(draft: Draft, entry: Entry, decided_on: date) -> tuple[Modality, Organization]:
    """Return the pathway and the body, which has a place left unless France Travail decided."""
    modality, organization = check_target(draft, entry)
    if draft.decider != Decider.FRANCE_TRAVAIL:
        check_places(organization, modality, entry, decided_on, knows_it_is_full=draft.knows_it_is_full)
    return modality, organization


def _leave(previous: Decision | None) -> None:
    if previous is not None:
        Decision.objects.filter(pk=previous.pk).update(is_current=False)


def _check_written(draft: Draft) -> None:
    """Check the texts, and that a decision of France Travail comes with its own day."""
    texts = {
        "person_opinion": draft.person_opinion,
        "override_reason": draft.override_reason,
        "reason": draft.basis_details.get("reason", ""),
    }
    check_texts(texts, keeps_health_words=draft.keeps_health_words)
    if draft.decider == Decider.FRANCE_TRAVAIL and draft.decided_on is None:
        raise DomainError("Indiquez le jour où France Travail a décidé.", field="decided_on")


def _signed(draft: Draft, agent: Agent) -> str:
    """Say under whose name the decision is: an agent records that of France Travail, she does not sign it."""
    if draft.decider == Decider.FRANCE_TRAVAIL:
        return f"Décision de France Travail, enregistrée par {agent.full_name}"
    return draft.delegation.strip() or queries.default_delegation(agent)


def _check_entry(entry: Entry, decided_on: date, at: datetime) -> None:
    if entry.closed_on is not None:
        raise DomainError(f"Cette personne est sortie du dispositif le {date_long_fr(entry.closed_on)}.")
    if decided_on > at.date():
        raise DomainError("La date de la décision ne peut pas être dans le futur.", field="decided_on")
    if decided_on < entry.opened_on:
        raise DomainError("La décision ne peut pas être antérieure à l’entrée dans le dispositif.", field="decided_on")


def _previous(entry: Entry, draft: Draft) -> Decision | None:
    """Return the decision this one follows; refuse when another was taken since the screen was read."""
    current = Decision.objects.select_related("decided_by").filter(entry=entry, is_current=True).first()
    if (current.pk if current else None) == draft.previous_id:
        return current
    if current is None:
        raise DomainError("L’orientation que vous vouliez remplacer n’est plus en vigueur. Rechargez la page.")
    raise DomainError(
        f"{current.decided_by.full_name} vient de décider une orientation pour cette personne, "
        f"le {date_long_fr(current.decided_on)}. Rien n’est changé : rechargez la page pour la lire."
    )


def _check_six_weeks(draft: Draft, entry: Entry, previous: Decision | None, decided_on: date) -> None:
    """D262-65-2: beyond six weeks France Travail decides the first orientation; the president keeps later ones."""
    if previous is not None or draft.decider == Decider.FRANCE_TRAVAIL or draft.knows_it_is_late:
        return
    ended_on = queries.six_weeks_overdue_on(entry.pk, decided_on)
    if ended_on is not None:
        delay = queries.legal_delay(entry)
        raise DomainError(
            f"Le délai de {delay} est passé depuis le {date_long_fr(ended_on)} : France Travail décide cette première "
            "orientation. Indiquez sa décision, ou cochez que vous avez vérifié avec France Travail.",
            field="knows_it_is_late",
        )


def _proposal(draft: Draft, entry: Entry, by: Actor, at: datetime) -> Proposal | None:
    """Return the proposal the decision answers to: the one that was read, still true to the facts.

    None by default: nobody told anything the rules could read, the law says where (R262-65-3).
    """
    if draft.decider == Decider.FRANCE_TRAVAIL or draft.basis == Basis.BY_DEFAULT:
        return None
    proposal = compute_proposal(entry_id=entry.pk, interview_id=draft.interview_id, by=by, at=at)
    if draft.proposal_id is not None and proposal.pk != draft.proposal_id:
        raise DomainError(
            "Les réponses ont changé depuis la proposition affichée. Relisez la nouvelle proposition avant de décider."
        )
    return proposal


def _reasons(draft: Draft, modality: Modality, proposal: Proposal | None) -> list[dict[str, object]]:
    """Return the reasons of the chosen pathway; another one than the first proposed needs a written reason."""
    if proposal is None:
        return []
    if modality.slug != proposal.ranked[0]["modality"] and not draft.override_reason.strip():
        raise DomainError(
            "Ce n’est pas la première voie proposée : écrivez pourquoi vous choisissez celle-ci.",
            field="override_reason",
        )
    return next((item["reasons"] for item in proposal.ranked if item["modality"] == modality.slug), [])


def _referent(draft: Draft, on: date) -> dict[str, Any]:
    """Return who accompanies, from the day of the decision; nobody yet when the body names later."""
    if draft.referent_id is None:
        return {}
    if not queries.referents_of(draft.responsible_organization_id, on).filter(pk=draft.referent_id).exists():
        raise DomainError("Ce professionnel ne travaille pas dans l’organisme choisi.", field="referent")
    return {"referent_id": draft.referent_id, "referent_since": on}


def _after(decision: Decision, by: Actor, at: datetime) -> None:
    """Answer the request, meet the clocks, tell the others, and mark the step of the interview."""
    settle_by(decision, by, at)
    if decision.previous is not None:
        stop_contracts([decision.previous], decision.decided_on, by, at)
    for kind in (DeadlineKind.ORIENTATION_MONTH, DeadlineKind.ORIENTATION_SIX_WEEKS):
        clocks.meet(entry_ids=[decision.entry_id], kind=kind, on=decision.decided_on, by=by, at=at)
    # Once oriented, relaunches towards the first interview have nothing left to obtain.
    clocks.void(
        entry_ids=[decision.entry_id], kinds=FOLLOW_UP, on=decision.decided_on, reason=VoidReason.SETTLED, by=by, at=at
    )
    clocks.follow_orientations(entry_ids=[decision.entry_id], by=by, at=at)
    event = OrientationDecided(
        person_id=decision.person_id,
        entry_id=decision.entry_id,
        decision_id=decision.pk,
        decided_on=decision.decided_on,
        legal_path=decision.legal_path,
        basis=decision.basis,
        responsible_organization_id=decision.responsible_organization_id,
        previous_id=decision.previous_id,
    )
    publish(event, by=by, at=at)
    if decision.interview_id is not None:
        step = locked_step(decision.interview_id, StepKind.ORIENTATION)
        if step.state != StepState.DONE:
            details = {"decision": decision.pk}
            complete_step(interview_id=decision.interview_id, step=StepKind.ORIENTATION, details=details, by=by, at=at)
