"""After a reorientation, a new contrat d'engagement is due within the delay of the law (CT D5411-14-2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.ui.french import date_long_fr
from emploi.pathway.clocks import actions as clocks
from emploi.pathway.clocks.enums import DeadlineKind, VoidReason
from emploi.pathway.orientation.events import ContractSigned
from emploi.pathway.orientation.models import Decision


@action
def note_contract_signed(*, decision_id: int, on: date, by: Actor, at: datetime) -> Decision:
    """Note the day the new contract was signed with the body: the delay is met."""
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision_id)
    if not decision.is_current or decision.previous_id is None:
        raise DomainError("Seule une réorientation en vigueur demande un nouveau contrat d’engagement.")
    if on > at.date():
        raise DomainError("Cette date ne peut pas être dans le futur.", field="on")
    if on < decision.decided_on:
        raise DomainError(
            f"La réorientation a été décidée le {date_long_fr(decision.decided_on)} : pas avant.", field="on"
        )
    clocks.meet(entry_ids=[decision.entry_id], kind=DeadlineKind.CONTRACT, on=on, by=by, at=at)
    signed = ContractSigned(person_id=decision.person_id, entry_id=decision.entry_id, decision_id=decision.pk, on=on)
    publish(signed, by=by, at=at)
    return decision


def run_contracts(decisions: Sequence[Decision], by: Actor, at: datetime) -> None:
    """Start the delay of the decisions in force that follow another one, from the day each was told."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for decision in decisions:
        if decision.previous_id is not None and decision.is_current and decision.notified_on is not None:
            by_day[decision.notified_on].append(decision.entry_id)
    for day, entry_ids in by_day.items():
        clocks.start_contract(entry_ids=entry_ids, on=day, by=by, at=at)


def stop_contracts(decisions: Sequence[Decision], on: date, by: Actor, at: datetime) -> None:
    """Stop the delay of those who were told nothing after all, or whose orientation is replaced."""
    entry_ids = [decision.entry_id for decision in decisions if decision.previous_id is not None]
    if entry_ids:
        kinds = [DeadlineKind.CONTRACT]
        clocks.void(entry_ids=entry_ids, kinds=kinds, on=on, reason=VoidReason.SETTLED, by=by, at=at)
