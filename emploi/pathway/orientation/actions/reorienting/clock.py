"""After a reorientation, a new contrat d'engagement is due within the delay of the law (CT D5411-14-2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.clock import ZONE
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.ui.french import date_long_fr
from emploi.pathway.clocks import actions as clocks
from emploi.pathway.clocks.enums import DeadlineKind, VoidReason
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.enums import FormerContractKind
from emploi.pathway.orientation.events import ContractSigned
from emploi.pathway.orientation.models import Decision, FormerContract


@action
def note_contract_signed(*, decision_id: int, on: date, by: Actor, at: datetime) -> Decision:
    """Note the day the contract was signed with the body: after a reorientation, or by somebody of the stock."""
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision_id)
    stock = queries.stock_contract_of(decision, at.astimezone(ZONE).date())
    if not decision.is_current or (decision.previous_id is None and stock is None):
        raise DomainError("Seule une réorientation en vigueur demande un nouveau contrat d’engagement.")
    if on > at.date():
        raise DomainError("Cette date ne peut pas être dans le futur.", field="on")
    if on < decision.decided_on:
        raise DomainError(
            f"L’orientation a été décidée le {date_long_fr(decision.decided_on)} : pas avant.", field="on"
        )
    if stock is not None and on < stock.began_on:
        raise DomainError(f"Le contrat d’engagement existe depuis le {date_long_fr(stock.began_on)}.", field="on")
    clocks.meet(entry_ids=[decision.entry_id], kind=DeadlineKind.CONTRACT, on=on, by=by, at=at)
    if stock is not None:
        _keep_signature(decision, on, by, at)
    signed = ContractSigned(person_id=decision.person_id, entry_id=decision.entry_id, decision_id=decision.pk, on=on)
    publish(signed, by=by, at=at)
    return decision


def _keep_signature(decision: Decision, on: date, by: Actor, at: datetime) -> None:
    """Keep the contract of somebody accompanied before the law: no delay of ours tells it was signed."""
    FormerContract.objects.get_or_create(
        entry_id=decision.entry_id,
        kind=FormerContractKind.ENGAGEMENT,
        signed_on=on,
        defaults={"person_id": decision.person_id, "source": f"noté par {by.label}"[:200], "recorded_at": at},
    )


def run_contracts(decisions: Sequence[Decision], by: Actor, at: datetime) -> None:
    """Start the delay of the decisions in force that follow another one, from the day each was told.

    The day may be noted later than it was first: a contract signed meanwhile is not owed again.
    """
    owed = [row for row in decisions if row.previous_id is not None and row.is_current and row.notified_on is not None]
    signed = _signed(owed)
    by_day: dict[date, list[int]] = defaultdict(list)
    for decision in owed:
        if decision.notified_on is not None and decision.pk not in signed:
            by_day[decision.notified_on].append(decision.entry_id)
    for day, entry_ids in by_day.items():
        clocks.start_contract(entry_ids=entry_ids, on=day, by=by, at=at)


def _signed(decisions: Sequence[Decision]) -> set[int]:
    """Return the decisions whose new contract was signed already, told a first time since they were taken."""
    if not decisions:
        return set()
    latest = (
        Deadline.objects.filter(entry_id__in=[row.entry_id for row in decisions], kind=DeadlineKind.CONTRACT)
        .order_by("entry_id", "-sequence")
        .distinct("entry_id")
    )
    begun = {row.entry_id: row.started_on for row in latest if row.met_on is not None}
    return {row.pk for row in decisions if row.entry_id in begun and begun[row.entry_id] >= row.decided_on}


def stop_contracts(decisions: Sequence[Decision], on: date, by: Actor, at: datetime) -> None:
    """Stop the delay of those who were told nothing after all, or whose orientation is replaced."""
    entry_ids = [decision.entry_id for decision in decisions if decision.previous_id is not None]
    if entry_ids:
        kinds = [DeadlineKind.CONTRACT]
        clocks.void(entry_ids=entry_ids, kinds=kinds, on=on, reason=VoidReason.SETTLED, by=by, at=at)
