"""What a decision's own page shows, whichever form of it was just refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from emploi.foundation import clock, department
from emploi.pathway.orientation import permissions, queries
from emploi.pathway.orientation.enums import BY_POST, Decider
from emploi.pathway.orientation.models import Decision
from emploi.pathway.orientation.web.forms import NotifiedForm, NotifyForm
from emploi.pathway.orientation.web.proposed import reasons_shown
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.words import pathway_shown, words_of
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
    request: AgentRequest, decision: Decision, *, notify: NotifyForm | None = None, noted: NotifiedForm | None = None
) -> dict[str, Any]:
    """Return what the page of a decision shows; `notify` and `noted` are forms to show again with their errors."""
    agent = request.user
    sees_health = permissions.sees_health(agent)
    can_decide = agent.can(Permission.DECIDE_ORIENTATION)
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
        "notify": (notify or NotifyForm(initial={"on": today})) if can_decide and decision.is_to_notify else None,
        "noted": (noted or NotifiedForm(decision.notification_means, initial={"on": today}))
        if can_decide and decision.notification_asked_at and decision.notification_means in BY_POST
        else None,
        "referents": queries.referents_of(decision.responsible_organization_id, today) if can_decide else [],
        **pathway_shown(decision, agent),
    }
