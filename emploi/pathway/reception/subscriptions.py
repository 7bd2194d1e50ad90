"""What the reception hears: replies to our messages, numbers that want no SMS, accounts that close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.events import subscribe
from emploi.foundation.messaging.events import ReplyReceived, SmsStopped
from emploi.pathway.beneficiaries.events import PersonDied
from emploi.pathway.reception import actions
from emploi.territory.agents.events import AccountClosed


@subscribe(AccountClosed)
def give_back_calls(events: Sequence[AccountClosed], *, by: Actor, at: datetime) -> None:
    """Nobody waits for a call from an account that is closed."""
    actions.give_back(agent_ids=[event.agent_id for event in events], by=by, at=at)


@subscribe(PersonDied)
def close_calls(events: Sequence[PersonDied], *, by: Actor, at: datetime) -> None:
    """Nobody calls back somebody who died; what was written to us is still to be read."""
    actions.close_dead(person_ids=[event.person_id for event in events if event.person_id is not None], by=by, at=at)


@subscribe(ReplyReceived)
def list_replies(events: Sequence[ReplyReceived], *, by: Actor, at: datetime) -> None:
    """A reply kept is a reply somebody will read: both are written together."""
    actions.receive_answers(reply_ids=[event.reply_id for event in events], by=by, at=at)


@subscribe(SmsStopped)
def write_refusals(events: Sequence[SmsStopped], *, by: Actor, at: datetime) -> None:
    """The files of whoever holds the number say it."""
    actions.refuse_sms(stop_ids=[event.stop_id for event in events], by=by, at=at)
