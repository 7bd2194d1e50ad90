"""The relaunches nobody has to ask for: "due and not done", on working days, during the hours of sending (TR-33)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.messaging.conf import sms_may_leave
from emploi.pathway.appointments.models import InvitationBatch, Kind
from emploi.pathway.appointments.queries.following.relaunches import due_alone
from emploi.pathway.appointments.queries.invitations import preview


@action
def ask_relaunches(*, by: Actor, at: datetime) -> list[int]:
    """Write down whom to relaunch now, one batch a kind and set of channels; returns the batches to carry out.

    Whom no channel reaches stays in the lists of the agents. The people of a batch still running are left to it: killed
    in the middle, it goes on where it was, and each chunk looks again at who is still due.
    """
    if not (clock.is_working_day(at.date()) and sms_may_leave(at)):
        return []
    asked = []
    # Two workers awake together: the second finds the batch of the first.
    for kind in Kind.objects.select_for_update(of=("self",)).filter(relaunches_alone=True).order_by("pk"):
        taken = _in_hand(kind)
        by_channels: dict[tuple[str, ...], list[int]] = {}
        for one in due_alone(kind, at):
            if one.entry_id not in taken:
                by_channels.setdefault(one.channels, []).append(one.entry_id)
        for channels, entry_ids in sorted(by_channels.items()):
            batch = _batch(kind, entry_ids, channels, at=at)
            asked += [batch.pk] if batch else []
    return asked


def _in_hand(kind: Kind) -> set[int]:
    """The entries of the batches that are not over."""
    running = InvitationBatch.objects.filter(kind=kind, is_automatic=True, done__lt=F("total"))
    return {entry_id for batch in running for entry_id, _ in batch.targets if entry_id is not None}


def _batch(kind: Kind, entry_ids: list[int], channels: tuple[str, ...], *, at: datetime) -> InvitationBatch | None:
    plan = preview(entry_ids, at=at, kind=kind, channels=channels)
    if not plan.invited:
        return None
    targets = [[line.recipient.target.entry_id, line.recipient.person.pk] for line in plan.invited]
    return InvitationBatch.objects.create(
        kind=kind,
        is_relaunch=True,
        is_automatic=True,
        created_at=at,
        channels_asked=sorted(channels),
        targets=targets,
        total=len(targets),
        free_slots_before_due=plan.free_slots,
    )
