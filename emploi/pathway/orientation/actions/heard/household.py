"""A fact of the household said once by one of a couple, and taken up by the other when she agrees."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions.diagnosis import locked_interview
from emploi.pathway.orientation.enums import AnswerSource
from emploi.pathway.orientation.events import AnswersSaved
from emploi.pathway.orientation.models import Answer


@action
def take_from_spouse(*, interview_id: int, question: str, by: Actor, at: datetime) -> Answer:
    """Write the spouse's answer as this person's, with its source; refused out of the closed list."""
    interview = locked_interview(interview_id)
    theirs = queries.spouse_answer(interview, question)
    if theirs is None:
        raise DomainError("Cette réponse n’est plus proposée : posez la question.", field=question)
    row = Answer.objects.create(
        person_id=interview.person_id,
        interview=interview,
        question=question,
        value=theirs.value,
        source=AnswerSource.SPOUSE,
        source_on=theirs.source_on,
        recorded_at=at,
        recorded_by_id=by.id if by.kind == "agent" else None,
    )
    event = AnswersSaved(
        person_id=interview.person_id,
        entry_id=interview.entry_id,
        interview_id=interview.pk,
        count=1,
        source=AnswerSource.SPOUSE,
    )
    publish(event, by=by, at=at)
    return row
