"""Taking back what was taken over, line by line, when nobody has touched it since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import action
from emploi.foundation.ui.french import moment_fr
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment, OutsideAppointment, SlotRequest
from emploi.pathway.beneficiaries.actions.rows import UndoRecord
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.clocks import actions as clocks
from emploi.pathway.clocks.enums import FOLLOW_UP, VoidReason
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation.models import Decision, FormerContract

CHANGED = "Ce que la ligne avait écrit a changé depuis : un agent l’a repris."
_MODELS: dict[str, Any] = {
    "decision": Decision,
    "contract": FormerContract,
    "appointment": OutsideAppointment,
    "booking": Appointment,
}


@action
def give_back(records: Sequence[UndoRecord], *, by: Actor, at: datetime) -> dict[int, str]:
    """Take lines back; answers, for each, nothing or the French reason it could not be."""
    reasons = {**dict(_changed(records)), **dict(_followed(records))}
    sound = [record for record in records if record.number not in reasons]
    decided = [record.undo["decision"] for record in sound if "decision" in record.undo]
    entry_ids = list(Decision.objects.filter(pk__in=decided).values_list("entry_id", flat=True))
    _look_again([record.undo["booking"] for record in sound if "booking" in record.undo], by=by, at=at)
    for what, model in _MODELS.items():
        ids = [record.undo[what] for record in sound if what in record.undo]
        model.objects.filter(pk__in=ids).delete()
    clocks.follow_orientations(entry_ids=entry_ids, by=by, at=at)
    numbered = {record.person_id: record.undo["local_number"][0] for record in sound if "local_number" in record.undo}
    people = list(Person.objects.filter(pk__in=numbered))
    for person in people:
        person.local_number = numbered[person.pk]
    Person.objects.bulk_update(people, ["local_number"])
    return {record.number: reasons.get(record.number, "") for record in records}


def _look_again(booked: Sequence[int], *, by: Actor, at: datetime) -> None:
    """What booking these hours had settled waits again: the request for another slot, the relaunches."""
    made = list(Appointment.objects.filter(pk__in=booked))
    asked = SlotRequest.objects.filter(
        person__in=[one.person_id for one in made], settled_at__in=[one.booked_at for one in made]
    )
    asked.update(settled_at=None, settled_by=None, outcome="")
    firsts = [one for one in made if one.is_first_interview]
    settled = Deadline.objects.filter(
        entry__in=[one.entry_id for one in firsts if one.entry_id],
        kind__in=FOLLOW_UP,
        void_reason=VoidReason.SETTLED,
        voided_on__in=[one.booked_at.astimezone(clock.ZONE).date() for one in firsts],
    )
    entry_ids = set(settled.values_list("entry_id", flat=True))
    clocks.start_follow_up(entry_ids=entry_ids, on=at.date(), by=by, at=at)


def _followed(records: Sequence[UndoRecord]) -> Iterator[tuple[int, str]]:
    """Somebody whose file moved on since keeps what was taken over."""
    marks = {record.person_id: record.mark for record in records}
    later = JournalEntry.objects.filter(person_id__in=list(marks), pk__gt=min(marks.values(), default=0)).order_by("pk")
    last = {entry.person_id: entry for entry in later if entry.pk > marks[entry.person_id or 0]}
    for record in records:
        entry = last.get(record.person_id)
        if entry is not None:
            yield record.number, f"La fiche a changé depuis ({moment_fr(entry.at)}, {entry.actor_label})."


def _changed(records: Sequence[UndoRecord]) -> Iterator[tuple[int, str]]:
    """What was written is no longer there, or something leans on it."""
    wanted = {what: {record.undo[what] for record in records if what in record.undo} for what in _MODELS}
    present = {
        what: set(model.objects.filter(pk__in=wanted[what]).values_list("pk", flat=True))
        for what, model in _MODELS.items()
        if what not in ("decision", "booking")
    }
    # Whoever was received, or told the hour changed, keeps the appointment.
    planned = Appointment.objects.filter(pk__in=wanted["booking"], status=AppointmentStatus.PLANNED, next=None)
    present["booking"] = set(planned.values_list("pk", flat=True))
    alone = Decision.objects.current().filter(pk__in=wanted["decision"], engagement=None, following=None)
    present["decision"] = set(alone.values_list("pk", flat=True))
    people = dict(Person.objects.filter(pk__in=[r.person_id for r in records]).values_list("pk", "local_number"))
    for record in records:
        gone = any(record.undo[what] not in found for what, found in present.items() if what in record.undo)
        _, number = record.undo.get("local_number", ("", people.get(record.person_id)))
        if gone or people.get(record.person_id) != number:
            yield record.number, CHANGED
