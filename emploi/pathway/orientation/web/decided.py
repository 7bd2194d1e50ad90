"""What a decision's own page shows, whichever form of it was just refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from emploi.foundation import clock, department
from emploi.pathway.orientation import permissions, queries
from emploi.pathway.orientation.enums import BY_POST, Decider
from emploi.pathway.orientation.models import Decision
from emploi.pathway.orientation.web.forms import ContractForm, NotifiedForm, NotifyForm
from emploi.pathway.orientation.web.proposed import reasons_shown
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.words import pathway_shown, referents_shown, words_of
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission
from emploi.territory.rulebook import queries as rulebook

AUTHORITIES: dict[str, Callable[[], str]] = {
    Decider.DEPARTEMENT: lambda: department.identity().authority,
    Decider.FRANCE_TRAVAIL: lambda: Decider.FRANCE_TRAVAIL.label,
}


def visible_decisions(agent: Agent) -> QuerySet[Decision]:
    """Return the decisions this agent may see, with everything a page shows."""
    return queries.decisions().filter(pk__in=permissions.visible_to(agent).order_by().values("pk"))


def decision_context(
    request: AgentRequest,
    decision: Decision,
    *,
    notify: NotifyForm | None = None,
    noted: NotifiedForm | None = None,
    contract_form: ContractForm | None = None,
) -> dict[str, Any]:
    """Return what the page of a decision shows; the forms given are shown again with their errors."""
    agent = request.user
    sees_health = permissions.sees_health(agent)
    can_decide = agent.can(Permission.DECIDE_ORIENTATION)
    can_notify = agent.can(Permission.NOTIFY_ORIENTATIONS)
    registered = queries.registered_letter_of(decision.notification_id)
    today = clock.today()
    appeal = queries.appeal_of(decision)
    return {
        "decision": decision,
        "authority": AUTHORITIES[decision.decider](),
        "regime": rulebook.regimes().filter(code=decision.regime_code).first(),
        "rules_used": queries.mention_in_words(decision.ruleset),
        "person": decision.person,
        "words": words_of(decision, sees_health=sees_health),
        "reasons": reasons_shown(decision.reasons, sees_health=sees_health),
        "printed_at": queries.printed_at(decision),
        "appeal": appeal,
        "appeal_is_over": appeal is not None and appeal.last_on < today,
        "contract": queries.engagement_of(decision.pk),
        "former": [
            (row, permissions.modality_name(row.modality, agent))
            for row in queries.history_of(decision.person_id)
            if row.pk != decision.pk
        ],
        "can_decide": can_decide,
        "departure": queries.departure_of(decision),
        "can_write_departure": can_decide or agent.can(Permission.TRANSMIT_ORIENTATIONS),
        "sendings": queries.sendings_of(decision),
        "notify": (notify or NotifyForm(initial={"on": today})) if can_notify and decision.is_to_notify else None,
        # A registered letter has its own page: number, receipt, return, proof.
        "registered": registered if agent.can(Permission.PRINT_LETTERS) else None,
        "noted": (noted or NotifiedForm(decision.notification_means, initial={"on": today}))
        if can_notify and not registered and _left_by_post(decision)
        else None,
        **referents_shown(decision, decision.person_id, agent),
        **_new_contract(decision, agent, today, contract_form),
        **pathway_shown(decision, agent),
    }


def _left_by_post(decision: Decision) -> bool:
    return decision.notification_asked_at is not None and decision.notification_means in BY_POST


def _new_contract(decision: Decision, agent: Agent, today: date, form: ContractForm | None) -> dict[str, Any]:
    """Return the delay of the contract that is owed, and the form that notes its signature."""
    may_note = agent.can(Permission.ASK_REORIENTATION)
    if (stock := queries.stock_contract_of(decision, today)) is not None:
        blank = form or ContractForm(initial={"on": today})
        return {"contract_due": None, "stock_contract": stock, "contract_form": blank if may_note else None}
    if decision.previous_id is None or not decision.is_current:
        return {"contract_due": None}
    due = queries.contract_due(decision.entry_id)
    if due is None or due.voided_on is not None:
        return {"contract_due": None}
    may_note = may_note and due.met_on is None
    return {
        "contract_due": due,
        "contract_is_late": due.met_on is None and due.due_on < today,
        "contract_form": (form or ContractForm(initial={"on": today})) if may_note else None,
    }
