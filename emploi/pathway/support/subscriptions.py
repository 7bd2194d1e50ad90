"""Regular meetings stop by themselves: the person left, or has another referent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.events import subscribe
from emploi.pathway.beneficiaries.events import EntryClosed
from emploi.pathway.beneficiaries.hooks import register_making_room
from emploi.pathway.orientation.events import OrientationDecided, OrientationTakenOver, ReferentNamed
from emploi.pathway.orientation.models import Decision
from emploi.pathway.support import actions
from emploi.pathway.support.enums import EndReason
from emploi.territory.agents.events import AccountClosed


@subscribe(EntryClosed)
def close(events: Sequence[EntryClosed], *, by: Actor, at: datetime) -> None:
    """Nobody is called any more once out of the pathway."""
    entries = [event.entry_id for event in events if event.entry_id is not None]
    actions.close_rhythms(entry_ids=entries, reason=EndReason.ENTRY_CLOSED, by=by, at=at)


@subscribe(OrientationDecided)
def change_referent(events: Sequence[OrientationDecided], *, by: Actor, at: datetime) -> None:
    """Another orientation, perhaps another referent: hers to confirm."""
    _follow([event.decision_id for event in events], by, at)


@subscribe(OrientationTakenOver)
def take_over(events: Sequence[OrientationTakenOver], *, by: Actor, at: datetime) -> None:
    """The same for an orientation decided before this tool."""
    _follow([event.decision_id for event in events], by, at)


@subscribe(ReferentNamed)
def name(events: Sequence[ReferentNamed], *, by: Actor, at: datetime) -> None:
    """A referent named after the decision."""
    _follow([event.decision_id for event in events], by, at)


@subscribe(AccountClosed)
def leave(events: Sequence[AccountClosed], *, by: Actor, at: datetime) -> None:
    """Whoever leaves calls nobody any more: somebody else confirms."""
    actions.leave(agent_ids=[event.agent_id for event in events], by=by, at=at)


@register_making_room
def keep_one_rhythm(duplicate_id: int, staying_id: int, by: Actor, at: datetime) -> None:
    """Two entries that become one keep one rhythm: the last agreed."""
    actions.keep_last(entry_ids=[duplicate_id, staying_id], by=by, at=at)


def _follow(decision_ids: Sequence[int], by: Actor, at: datetime) -> None:
    current = Decision.objects.current().filter(pk__in=decision_ids).values_list("entry_id", "referent_id")
    actions.hand_over(referents=dict(current), by=by, at=at)
