"""Relaunch, call and convocation run while a person to be met has no appointment (J+3, J+5, J+7; TR-33).

They start with the first invitation and again with an absence or a cancellation; a booking settles them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from emploi.foundation.actor import Actor
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.clocks import actions as clocks
from emploi.pathway.clocks.enums import FOLLOW_UP, DeadlineKind, VoidReason


def start(entry_ids: Collection[int], *, on: date, by: Actor, at: datetime) -> None:
    """Begin to follow up entries that were invited, or whose appointment fell through."""
    if entry_ids:
        clocks.start_follow_up(entry_ids=entry_ids, on=on, by=by, at=at)


def restart(appointment: Appointment, *, on: date, by: Actor, at: datetime) -> None:
    """Begin again after an absence or a cancellation; only the first interview of an entry is followed up."""
    if appointment.is_first_interview and appointment.entry_id:
        start([appointment.entry_id], on=on, by=by, at=at)


def settle(appointment: Appointment, *, by: Actor, at: datetime) -> None:
    """Nothing to relaunch any more: the person has a date."""
    if appointment.is_first_interview and appointment.entry_id:
        clocks.void(
            entry_ids=[appointment.entry_id], kinds=FOLLOW_UP, on=at.date(), reason=VoidReason.SETTLED, by=by, at=at
        )


def done(entry_ids: Collection[int], kind: DeadlineKind, *, by: Actor, at: datetime) -> None:
    """Note that the relaunch, the call or the convocation that was due is done."""
    if entry_ids:
        clocks.meet(entry_ids=entry_ids, kind=kind, on=at.date(), by=by, at=at)
