"""What an earlier interview settled and the person says still holds: it is not done twice (RG-09)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions.interviews import complete_step
from emploi.pathway.orientation.enums import StepKind
from emploi.pathway.orientation.models import Interview, Step

NOTHING = "Rien n’est encore décidé pour cette étape : elle se fait maintenant."


@action
def keep_known(*, interview_id: int, step: str, by: Actor, at: datetime) -> Step:
    """Finish a step with what is settled already, the person saying it still holds. Raises DomainError when nothing is.

    Rights and duties: presented in an earlier interview of the entry. Orientation: the decision in force. Engagement:
    its contract, agreed by both. Next appointment: the one already taken.
    """
    interview = Interview.objects.get(pk=interview_id)
    details = _settled(interview, step, at)
    if details is None:
        raise DomainError(NOTHING)
    return complete_step(interview_id=interview_id, step=step, details={**details, "kept": True}, by=by, at=at)


def _settled(interview: Interview, step: str, at: datetime) -> dict[str, Any] | None:
    if step == StepKind.RIGHTS_AND_DUTIES:
        return _rights(interview, at.astimezone(clock.ZONE).date())
    if step == StepKind.NEXT_APPOINTMENT:
        coming = queries.appointment_to_come(interview.entry_id, at)
        return {"appointment": coming.pk} if coming else None
    decision = queries.current_decision(interview.entry_id)
    if decision is None:
        return None
    if step == StepKind.ORIENTATION:
        return {"decision": decision.pk}
    contract = queries.engagement_of(decision.pk) if step == StepKind.ENGAGEMENT else None
    return {"contract": contract.pk} if contract is not None and contract.is_complete else None


def _rights(interview: Interview, today: date) -> dict[str, Any] | None:
    """Return the proof of the earlier presentation, with its day; none when the text has changed since."""
    before = queries.rights_presented_before(interview)
    if before is None or before.done_at is None:
        return None
    if before.details.get("text", "") not in ("", queries.rights_words(today).digest):
        return None
    presented_on = before.details.get("presented_on") or before.done_at.astimezone(clock.ZONE).date().isoformat()
    return {**before.details, "presented_on": presented_on}
