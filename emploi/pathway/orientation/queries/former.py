"""People taken over from a former tool: who still needs a contrat d'engagement, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation.enums import FormerContractKind
from emploi.pathway.orientation.models import Decision, FormerContract
from emploi.pathway.orientation.queries.decisions import decisions
from emploi.territory.agents.models import Agent
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook import queries as rulebook
from emploi.territory.rulebook.facts import Source


@dataclass(frozen=True, slots=True)
class StockDeadline:
    """The last day to sign, for those already accompanied when the law began, with the text it comes from."""

    last_on: date
    began_on: date
    source: Source
    is_to_confirm: bool
    days_left: int


def stock_deadline(today: date) -> StockDeadline:
    """Return the last day of the transition (legal.md §2.8); UnknownValue when the rulebook has none."""
    found = rulebook.parameter("contract_stock_deadline", today)
    last_on = found.value if isinstance(found.value, date) else date.fromisoformat(str(found.value))
    to_confirm = found.status == "to_confirm"
    return StockDeadline(last_on, found.valid_from, found.source, to_confirm, (last_on - today).days)


def contracts_due(began_on: date, today: date) -> QuerySet[Decision]:
    """Return the orientations in force of those accompanied before the law, or still under a former contract.

    Left out: a contrat d'engagement that runs, or signed after a reorientation. The last former contract comes along.
    """
    entry = OuterRef("entry_id")
    signed = Deadline.objects.filter(entry_id=entry, kind=DeadlineKind.CONTRACT, met_on__isnull=False)
    contracts = FormerContract.objects.filter(entry_id=entry).order_by("-signed_on", "-id")
    former = contracts.exclude(kind=FormerContractKind.ENGAGEMENT)
    before = Decision.objects.filter(entry_id=entry, decided_on__lt=began_on)
    return (
        decisions()
        .filter(is_current=True, entry__closed_on=None, person__died_on=None)
        .filter(Q(Exists(before)) | Q(Exists(former)))
        .filter(~Exists(FormerContract.objects.engagements(today).filter(entry_id=entry)), ~Exists(signed))
        .annotate(
            last_kind=Subquery(contracts.values("kind")[:1]),
            last_signed_on=Subquery(contracts.values("signed_on")[:1]),
            last_ends_on=Subquery(contracts.values("ends_on")[:1]),
        )
    )


def stock_contract_of(decision: Decision, today: date) -> StockDeadline | None:
    """Return the last day to sign of somebody of the list, None for who is not in it or under no such text."""
    if not decision.is_current:
        return None
    try:
        deadline = stock_deadline(today)
    except rulebook.UnknownValue:
        return None
    return deadline if contracts_due(deadline.began_on, today).filter(pk=decision.pk).exists() else None


def referents_in_charge() -> QuerySet[Agent]:
    """Return the referents of the orientations in force."""
    current = Decision.objects.current().filter(referent=OuterRef("pk"), entry__closed_on=None)
    return Agent.objects.filter(Exists(current)).order_by("last_name", "first_name", "pk")


def bodies_in_charge() -> QuerySet[Organization]:
    """Return the responsible bodies of the orientations in force."""
    current = Decision.objects.current().filter(responsible_organization=OuterRef("pk"), entry__closed_on=None)
    return Organization.objects.filter(Exists(current)).order_by("name", "pk")


def former_contracts_of(person_id: int) -> list[FormerContract]:
    """Return the contracts a person had before this tool, the latest first."""
    return list(FormerContract.objects.filter(person_id=person_id))
