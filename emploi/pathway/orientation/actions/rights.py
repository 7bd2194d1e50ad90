"""Presenting rights and duties: the proof says how, by whom, and which text was shown (DIS-004)."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions.interviews import complete_step
from emploi.pathway.orientation.enums import StepKind
from emploi.pathway.orientation.models import RightsText, Step


@action
def present_rights(
    *, interview_id: int, how: str, paper: bool, understood: bool, shown: str, by: Actor, at: datetime
) -> Step:
    """Finish the first step with its proof; `shown` is the text that was on the screen. Raises DomainError."""
    words = queries.rights_words(at.astimezone(clock.ZONE).date())
    if shown != words.digest:
        raise DomainError("Le texte a changé pendant que vous le lisiez. Relisez-le ensemble, puis enregistrez.")
    RightsText.objects.get_or_create(
        digest=words.digest,
        defaults={
            "version": words.version,
            "valid_from": words.valid_from,
            "source_title": words.source_title,
            "source_href": words.source_href,
            "content": words.content,
            "first_shown_at": at,
        },
    )
    details = {"how": how, "paper": paper, "understood": understood, "text": words.digest}
    return complete_step(interview_id=interview_id, step=StepKind.RIGHTS_AND_DUTIES, details=details, by=by, at=at)
