"""Contrat d'engagement d'orientation: objectives written together, two time-stamped agreements, a PDF (AMB-06)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.documents import actions as documents
from emploi.foundation.documents.typst import typst_pdf
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.texts.guard import check_texts
from emploi.pathway.orientation.actions.interviews import agent_id, complete_step, locked_step
from emploi.pathway.orientation.actions.papers import engagement_data
from emploi.pathway.orientation.enums import StepKind, StepState
from emploi.pathway.orientation.events import EngagementAgreed
from emploi.pathway.orientation.models import Decision, EngagementContract, Interview
from emploi.territory.rulebook import queries as rulebook

PARTIES = ("person", "officer")
MAX_OBJECTIVES = 6
CHANGED_MEANWHILE = (
    "Un collègue a changé ce contrat pendant que vous écriviez. Rien n’est enregistré : relisez son texte ci-dessous, "
    "complétez le vôtre, puis validez de nouveau."
)
CHANGED_SINCE_READ = (
    "Ce contrat a changé depuis que vous l’avez lu. L’accord n’est pas enregistré : relisez ensemble le texte "
    "ci-dessous, puis donnez de nouveau votre accord."
)


@action
def write_objectives(
    *,
    decision_id: int,
    interview_id: int,
    objectives: Sequence[dict[str, str]],
    seen: str | None = None,
    keeps_health_words: bool = False,
    by: Actor,
    at: datetime,
) -> EngagementContract:
    """Write what each one will do; changing the text takes back the agreements already given.

    `seen` is `fingerprint` of the text shown on the screen: what somebody wrote since is never overwritten unseen.
    """
    cleaned = _cleaned(objectives, keeps_health_words=keeps_health_words)
    decision = Decision.objects.filter(pk=decision_id, is_current=True).first()
    if decision is None:
        raise DomainError("Décidez d’abord l’orientation : le contrat en dépend.")
    locked_step(interview_id, StepKind.ENGAGEMENT)
    contract, _ = EngagementContract.objects.select_for_update(of=("self",)).get_or_create(
        decision=decision, defaults={"interview_id": interview_id}
    )
    if contract.is_complete:
        raise DomainError("Ce contrat est déjà accepté par les deux : il ne change plus.")
    if contract.objectives != cleaned:
        if seen is not None and seen != fingerprint(contract):
            raise DomainError(CHANGED_MEANWHILE, field="objectives")
        contract.objectives = cleaned
        contract.person_agreed_at = contract.officer_agreed_at = None
        contract.save(update_fields=["objectives", "person_agreed_at", "officer_agreed_at"])
    return contract


def fingerprint(contract: EngagementContract | None) -> str:
    """Return what tells one state of the text from another; the same before anything is written."""
    text = json.dumps(contract.objectives if contract else [], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def version_of(contract: EngagementContract) -> str:
    """Return what tells one state of the whole contract from another: its text, its pathway, its body, its referent."""
    decision = contract.decision
    parts = [fingerprint(contract), decision.pk, decision.responsible_organization_id, decision.referent_id]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


@action
def agree_engagement(*, contract_id: int, party: str, read: str, by: Actor, at: datetime) -> EngagementContract:
    """Record the agreement of one of the two, with its moment; with both, the PDF is made and the step is done.

    `read` is `version_of` the contract as it was on the screen: nobody agrees to a text changed since.
    """
    if party not in PARTIES:
        raise DomainError("Indiquez qui donne son accord.")
    # The interview before the contract, as who writes the objectives: two screens never wait for each other.
    held = Interview.objects.filter(engagements=contract_id).order_by()
    list(held.select_for_update(of=("self",)).values_list("pk", flat=True))
    contract = EngagementContract.objects.select_for_update(of=("self",)).select_related("decision").get(pk=contract_id)
    if not contract.objectives:
        raise DomainError("Écrivez au moins un engagement avant de donner son accord.", field="objectives")
    if contract.is_complete:
        return contract
    if read != version_of(contract):
        raise DomainError(CHANGED_SINCE_READ)
    if party == "person" and contract.person_agreed_at is None:
        contract.person_agreed_at = at
    elif party == "officer" and contract.officer_agreed_at is None:
        contract.officer_agreed_at, contract.officer_id = at, agent_id(by)
    contract.save(update_fields=["person_agreed_at", "officer_agreed_at", "officer"])
    decision = contract.decision
    event = EngagementAgreed(
        person_id=decision.person_id,
        entry_id=decision.entry_id,
        contract_id=contract.pk,
        party=party,
        complete=contract.is_complete,
    )
    publish(event, by=by, at=at)
    if contract.is_complete:
        _conclude(contract, by, at)
    return contract


def _conclude(contract: EngagementContract, by: Actor, at: datetime) -> None:
    # RG-11: once the carnet de bord replaces it, the agreement is kept and no paper is made.
    if rulebook.value("engagement_on_paper", at.date()):
        _write_paper(contract, by, at)
    if contract.interview_id is None:
        return
    step = locked_step(contract.interview_id, StepKind.ENGAGEMENT)
    if step.state != StepState.DONE:
        details = {"contract": contract.pk}
        complete_step(interview_id=contract.interview_id, step=StepKind.ENGAGEMENT, details=details, by=by, at=at)


def _cleaned(objectives: Sequence[dict[str, str]], *, keeps_health_words: bool) -> list[dict[str, str]]:
    rows = []
    for row in objectives:
        text = row.get("text", "").strip()
        if not text:
            continue
        who = row.get("who", "person")
        rows.append({"text": text, "who": who if who in PARTIES else "person", "by": row.get("by", "").strip()})
    if not rows:
        raise DomainError("Écrivez au moins un engagement.", field="objectives")
    if len(rows) > MAX_OBJECTIVES:
        raise DomainError(f"Pas plus de {MAX_OBJECTIVES} engagements : gardez les plus utiles.", field="objectives")
    texts = [row[part] for row in rows for part in ("text", "by")]
    check_texts({"objectives": "\n".join(texts)}, keeps_health_words=keeps_health_words)
    return rows


def _write_paper(contract: EngagementContract, by: Actor, at: datetime) -> None:
    pdf = typst_pdf("orientation/engagement", engagement_data(contract, at.date()))
    contract.document = documents.store(
        name=f"contrat-engagement-orientation-{contract.pk}.pdf",
        content=pdf,
        kind="engagement_contract",
        person_id=contract.decision.person_id,
        by=by,
        at=at,
    )
    contract.save(update_fields=["document"])
