"""What people wrote freely, as each reader may see it: one guard for every screen of the orientation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from emploi.foundation import clock
from emploi.foundation.texts.guard import RESERVED, shown_to
from emploi.pathway.orientation import permissions, queries
from emploi.pathway.orientation.models import Decision, EngagementContract, Step
from emploi.pathway.orientation.queries import ReferentPeriod
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission


@dataclass(frozen=True, slots=True)
class Words:
    """The free texts of a decision."""

    opinion: str
    without_interview: str
    choice: str
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the contrat d'engagement d'orientation."""

    text: str
    who: str
    by: str


def pathway_shown(decision: Decision | None, agent: Agent) -> dict[str, Any]:
    """Return the name of the pathway and whether its description may be read, for a template."""
    if decision is None:
        return {"modality_name": "", "sees_pathway": False}
    sees = permissions.sees_health(agent) or not decision.modality.is_sensitive
    return {"modality_name": permissions.modality_name(decision.modality, agent), "sees_pathway": sees}


def words_of(decision: Decision, *, sees_health: bool) -> Words:
    """Return what was written with a decision."""
    texts = (decision.person_opinion, decision.basis_details.get("reason", ""), decision.override_reason)
    opinion, reason, other = (
        shown_to(text, sees_health=sees_health, is_health=decision.is_about_health) for text in texts
    )
    # Written free of health: whoever reads the decision reads it, whatever the pathway.
    printed = shown_to(decision.basis_details.get("letter_reason", ""), sees_health=sees_health)
    return Words(opinion, reason, other, printed)


def reason_of(step: Step, decision: Decision | None, *, sees_health: bool) -> str:
    """Return why a step stays open."""
    is_health = decision is not None and decision.is_about_health
    return shown_to(step.reason, sees_health=sees_health, is_health=is_health)


def lines_of(contract: EngagementContract | None, *, sees_health: bool) -> list[Line]:
    """Return the lines of a contract."""
    rows: Sequence[dict[str, str]] = contract.objectives if contract else []
    return [
        Line(
            shown_to(row["text"], sees_health=sees_health),
            row.get("who", "person"),
            shown_to(row.get("by", ""), sees_health=sees_health),
        )
        for row in rows
    ]


def is_kept_back(lines: Sequence[Line]) -> bool:
    """Tell whether the reader misses a line: nobody agrees to, or rewrites, what she cannot read."""
    return any(RESERVED in (line.text, line.by) for line in lines)


def referents_shown(decision: Decision | None, person_id: int, agent: Agent) -> dict[str, Any]:
    """Return, for a template, who was the referent, whether the last one has left, and whether this agent names one."""
    sees_health = permissions.sees_health(agent)
    left = decision is not None and queries.has_lost_referent(decision, clock.today())
    runs = decision is not None and decision.is_current and decision.entry.closed_on is None
    return {
        "periods": periods_shown(queries.referent_periods(person_id), sees_health=sees_health),
        "referent_left": left,
        "may_name": runs
        and agent.can(Permission.NAME_REFERENT)
        and permissions.may_name_referent(agent, decision.responsible_organization_id if decision else None),
    }


def periods_shown(periods: Sequence[ReferentPeriod], *, sees_health: bool) -> list[ReferentPeriod]:
    """Return who was the referent, the reasons of the changes under their guard."""
    return [replace(period, reason=shown_to(period.reason, sees_health=sees_health)) for period in periods]
