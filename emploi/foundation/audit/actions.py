"""Writing the traces of consultation."""

from datetime import datetime

from emploi.foundation.audit.models import Consultation


def record_consultation(*, agent_id: int, agent_label: str, person_id: int, page: str, at: datetime) -> None:
    """Notes that an agent opened a person's file: the one write allowed while answering a GET."""
    Consultation.objects.create(agent_id=agent_id, agent_label=agent_label, person_id=person_id, page=page, at=at)
