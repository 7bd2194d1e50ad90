"""What the person is told of her request: that it arrived, then that an answer exists; never its content."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.events import publish
from emploi.foundation.messaging.actions import queue_message
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.ui.french import date_long_fr
from emploi.pathway.appointments.queries.recipients import Reach, reach_of
from emploi.pathway.orientation.enums import BY_POST
from emploi.pathway.orientation.events import ReorientationReceiptSent
from emploi.pathway.orientation.models import Reorientation


def tell_receipt(row: Reorientation, by: Actor, at: datetime) -> None:
    """Tell the person that the request arrived and until when the Département answers, whoever asked."""
    if _tell(row, "orientation/reorientation_received", "Demande de réorientation reçue", by, at):
        receipt = ReorientationReceiptSent(person_id=row.person_id, entry_id=row.entry_id, reorientation_id=row.pk)
        publish(receipt, by=by, at=at)


def tell_refusal(row: Reorientation, by: Actor, at: datetime) -> None:
    """Announce the answer: a telephone is read by others, the letter says it."""
    _tell(row, "orientation/reorientation_refused", "Réponse à une demande de réorientation", by, at)


def context_of(row: Reorientation) -> dict[str, str]:
    """Return what the texts about a request may name."""
    return {
        "first_name": row.person.said_first_name,
        "asked_on": date_long_fr(row.asked_on),
        "due_on": date_long_fr(row.due_on),
        "by_letter": "oui" if row.letter_means in BY_POST else "",
    }


def _tell(row: Reorientation, template: str, about: str, by: Actor, at: datetime) -> bool:
    reach = reach_of([row.entry])[row.entry_id]
    channel, to = _channel(reach)
    if not to:
        return False
    queue_message(
        channel=channel,
        to=to,
        template=template,
        context=context_of(row),
        dedup_key=f"{template}:{row.pk}:{channel}",
        person_id=row.person_id,
        entry_id=row.entry_id,
        about=about,
        by=by,
        at=at,
    )
    return True


def _channel(reach: Reach) -> tuple[Channel, str]:
    return (Channel.SMS, reach.mobile) if reach.mobile else (Channel.EMAIL, reach.email)
