"""Writing the traces: consultations, exports, texts kept in spite of a warning."""

from collections.abc import Collection, Sequence
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.events import HealthWordsKept
from emploi.foundation.audit.models import Consultation
from emploi.foundation.audit.writing import action
from emploi.foundation.events import publish


def record_consultation(*, agent_id: int, agent_label: str, person_id: int, page: str, at: datetime) -> None:
    """Notes that an agent opened a person's file: the one write allowed while answering a GET."""
    Consultation.objects.create(agent_id=agent_id, agent_label=agent_label, person_id=person_id, page=page, at=at)


def record_export(*, agent_id: int, agent_label: str, person_ids: Collection[int], page: str, at: datetime) -> None:
    """Notes that an agent took these people away in a file: one line a person, as for a file opened on screen."""
    Consultation.objects.bulk_create(
        [
            Consultation(agent_id=agent_id, agent_label=agent_label, person_id=person_id, page=page, at=at)
            for person_id in person_ids
        ],
        batch_size=2000,
    )


@action
def record_kept_texts(*, fields: Sequence[str], page: str, person_id: int | None, by: Actor, at: datetime) -> None:
    """Notes that an agent kept texts warned about: the names of the fields, never what they say."""
    publish(HealthWordsKept(person_id=person_id, fields=", ".join(fields), page=page), by=by, at=at)
