"""An agent says in which room she receives by video; those she is to meet there are told when it changes."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments.actions import notices
from emploi.pathway.appointments.enums import Modality
from emploi.pathway.appointments.models import Appointment, VideoRoom

MOST = 300


@action
def set_room(*, agent_id: int, address: str, how: str = "", by: Actor, at: datetime) -> int:
    """Keep the address of an agent's room; return how many coming appointments were told of it."""
    address, how = address.strip(), how.strip()[:200]
    if not address.startswith("https://") or " " in address or "." not in address or len(address) > MOST:
        raise DomainError("L’adresse commence par https:// et tient sur une ligne.", field="address")
    known = VideoRoom.objects.select_for_update(of=("self",)).filter(agent_id=agent_id).first()
    if known is not None and (known.address, known.how) == (address, how):
        return 0
    VideoRoom.objects.update_or_create(agent_id=agent_id, defaults={"address": address, "how": how, "changed_at": at})
    coming = Appointment.objects.planned().filter(agent_id=agent_id, modality=Modality.VIDEO, starts_at__gt=at)
    told = list(coming.select_related("person", "kind", "agent", "place__commune"))
    for appointment in told:
        notices.forget(appointment, by=by, at=at)
        notices.announce_modality(appointment, by=by, at=at)
    return len(told)
