"""Asking the rules: a proposal with its reasons, kept as it was shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.events import ProposalComputed
from emploi.pathway.orientation.models import Modality, Proposal
from emploi.pathway.orientation.rules.proposing import FALLBACK_RULE, propose


@action
def compute_proposal(*, entry_id: int, interview_id: int | None = None, by: Actor, at: datetime) -> Proposal:
    """Apply the rules in force to what is known; the same facts and rules give back the same proposal."""
    entry = Entry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise DomainError("Cette entrée dans le dispositif n’existe pas.")
    rules, facts = queries.ruleset(at.date()), queries.facts_of(entry)
    fingerprint = queries.fingerprint_of(facts)
    latest = queries.latest_proposal(entry_id)
    if latest is not None and latest.fingerprint == fingerprint and latest.ruleset == rules.identity:
        return latest
    result = propose(rules, facts, queries.nomenclature())
    ranked = _open_only([item.as_dict() for item in result.ranked], rules.fallback_sentence)
    proposal = Proposal.objects.create(
        entry=entry,
        interview_id=interview_id,
        ruleset=rules.identity,
        computed_at=at,
        ranked=ranked,
        not_applied=[item.as_dict() for item in result.not_applied],
        missing=list(result.missing),
        fingerprint=fingerprint,
    )
    event = ProposalComputed(
        person_id=entry.person_id, entry_id=entry.pk, proposal_id=proposal.pk, ruleset=rules.identity
    )
    publish(event, by=by, at=at)
    return proposal


def _open_only(ranked: list[dict[str, Any]], last_resort: str) -> list[dict[str, Any]]:
    """Leave out the pathways the Département closed; when none is left, the first open one is still proposed."""
    open_slugs = list(
        Modality.objects.filter(is_active=True).order_by("position", "name").values_list("slug", flat=True)
    )
    kept = [item for item in ranked if item["modality"] in open_slugs]
    if kept:
        return kept
    if not open_slugs:
        raise DomainError("Aucune voie d’orientation n’est ouverte : l’administrateur doit en ouvrir une.")
    reason = {"rule": FALLBACK_RULE, "sentence": last_resort, "sensitive": False, "facts": []}
    return [{"modality": open_slugs[0], "reasons": [reason]}]
