"""Writing the traces of consultation."""

from collections.abc import Collection
from datetime import datetime

from emploi.foundation.audit.models import Consultation


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
