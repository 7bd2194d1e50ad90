"""When the payer has decided: invitations and appointments made before the entry are tied to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.pathway.appointments.actions import follow_up
from emploi.pathway.appointments.enums import WRITTEN_ACTS, AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Invitation, SlotRequest
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks import actions as clocks
from emploi.pathway.clocks.enums import DeadlineKind


@action
def tie_to_entries(*, entry_ids: Collection[int], by: Actor, at: datetime) -> int:
    """Tie what concerns the claim of these entries and had none; return how many rows. A handful of queries.

    A first interview held before J0 meets the 15 days, on day 0 (definitions.md, Met): the clock keeps its real date.
    """
    free = _free(entry_ids)
    if not free:
        return 0
    tied = _tie_appointments(free, by=by, at=at)
    tied += _tie_invitations(free, by=by, at=at)
    for request in SlotRequest.objects.filter(entry=None, person_id__in=free, settled_at=None):
        request.entry = free[request.person_id]
        request.save(update_fields=["entry"])
        tied += 1
    return tied


def _free(entry_ids: Collection[int]) -> dict[int, Entry]:
    """The entries, by person, of those for whom something was done before: a few among the thousands of a file."""
    waiting = (
        Appointment.objects.filter(entry=None).order_by().values("person_id"),
        Invitation.objects.filter(entry=None).order_by().values("person_id"),
        SlotRequest.objects.filter(entry=None, settled_at=None).order_by().values("person_id"),
    )
    people = [row["person_id"] for row in waiting[0].union(*waiting[1:])]
    if not people:
        return {}
    found = Entry.objects.filter(pk__in=list(entry_ids), person_id__in=people)
    return {entry.person_id: entry for entry in found}


def _tie_appointments(free: dict[int, Entry], *, by: Actor, at: datetime) -> int:
    rows = [
        row
        for row in Appointment.objects.select_for_update(of=("self",)).filter(entry=None, person_id__in=free)
        if _is_of(free[row.person_id], row.starts_at)
    ]
    # Held before planned, the oldest first: one first interview alone stays the first of an entry.
    rows.sort(key=lambda row: (row.status != AppointmentStatus.HELD, row.starts_at))
    settled = _already_settled(free)
    met: dict[date, list[int]] = defaultdict(list)
    for row in rows:
        entry = free[row.person_id]
        row.entry = entry
        # A former first interview of the same entry holds: this one is one more.
        is_alive = row.status in SETTLED
        row.is_first_interview = row.is_first_interview and not (entry.pk in settled and is_alive)
        if row.is_first_interview and is_alive:
            settled.add(entry.pk)
        if row.is_first_interview and row.status == AppointmentStatus.HELD:
            met[row.starts_at.astimezone(clock.ZONE).date()].append(entry.pk)
    Appointment.objects.bulk_update(rows, ["entry", "is_first_interview"], batch_size=500)
    for day, entry_ids in met.items():
        clocks.meet(entry_ids=entry_ids, kind=DeadlineKind.FIRST_INTERVIEW, on=day, by=by, at=at)
    return len(rows)


def _tie_invitations(free: dict[int, Entry], *, by: Actor, at: datetime) -> int:
    """Tie the invitations; the people invited who have neither date nor interview are followed up from now on."""
    rows = [
        row
        for row in Invitation.links.select_for_update(of=("self",))
        .select_related("kind")
        .filter(entry=None, person_id__in=free)
        if _is_of(free[row.person_id], row.sent_at)
    ]
    for row in rows:
        row.entry = free[row.person_id]
    Invitation.links.bulk_update(rows, ["entry"], batch_size=500)
    written = [row for row in rows if row.act in WRITTEN_ACTS]
    invited = {row.entry_id for row in written if row.entry_id and row.kind.is_first_interview}
    follow_up.start(invited - _already_settled(free), on=at.date(), by=by, at=at)
    return len(rows)


SETTLED = (AppointmentStatus.PLANNED, AppointmentStatus.HELD)


def _already_settled(free: dict[int, Entry]) -> set[int]:
    """Entries with a coming or a held first interview."""
    mine = Appointment.objects.first_interviews().filter(entry__in=list(free.values()), status__in=SETTLED)
    return set(mine.values_list("entry_id", flat=True).order_by().distinct()) - {None}


def _is_of(entry: Entry, moment: datetime) -> bool:
    """What happened before the claim that opened the entry concerned another claim."""
    return entry.claimed_on is None or moment.astimezone(clock.ZONE).date() >= entry.claimed_on
