"""The next step of one or many persons: the same number of queries whatever their number."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import F

from emploi.foundation import clock
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Invitation, SlotRequest
from emploi.pathway.beneficiaries.enums import ReviewKind, RightStatus
from emploi.pathway.beneficiaries.models import Entry, HouseholdRole, Person, ReviewItem
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation import queries as orientation
from emploi.pathway.orientation.models import Interview
from emploi.portal.desk.queries.oriented import oriented
from emploi.portal.desk.rules.next_step import Facts, NextStep, next_step

Rows = dict[int, Any]
Known = dict[int, dict[str, Any]]
MISSED = (AppointmentStatus.ABSENT, AppointmentStatus.EXCUSED)


def next_steps(person_ids: Collection[int], *, at: datetime) -> dict[int, tuple[NextStep, Facts]]:
    """Return the next step of each person with the facts it rests on; eleven queries at most."""
    facts = facts_of(person_ids, at=at)
    return {person_id: (next_step(known, at.date()), known) for person_id, known in facts.items()}


def facts_of(person_ids: Collection[int], *, at: datetime) -> dict[int, Facts]:
    """Return what the next step needs to know of each person."""
    ids = list(person_ids)
    known: Known = {
        row["id"]: {"died_on": row["died_on"], "merged_into": row["merged_into_id"]}
        for row in Person.objects.filter(pk__in=ids).values("id", "died_on", "merged_into_id")
    }
    open_entries = _entries(ids, known)
    outside = [person_id for person_id in known if "entry_id" not in known[person_id]]
    if outside:
        _outside(outside, known)
    entry_ids = list(open_entries)
    _appointments(ids, open_entries, known, at)
    for person_id in SlotRequest.objects.filter(person_id__in=ids, settled_at=None).values_list("person_id", flat=True):
        known[person_id]["asked_for_slot"] = True
    if entry_ids:
        _invitations(open_entries, known)
        _deadlines(entry_ids, known)
        _interviews(open_entries, known)
        _missed_convocations(open_entries, known)
        for entry_id, values in oriented(entry_ids, at.date()).items():
            known[open_entries[entry_id]].update(values)
    return {person_id: Facts(**values) for person_id, values in known.items()}


def _entries(ids: list[int], known: Known) -> dict[int, int]:
    """Note the running entry of each person, else how the last one ended; return {entry_id: person_id}."""
    rows = (
        Entry.objects.filter(person_id__in=ids)
        .order_by("person_id", F("closed_on").desc(nulls_first=True), "-opened_on", "-id")
        .distinct("person_id")
    )
    running: dict[int, int] = {}
    for entry in rows:
        values = known[entry.person_id]
        if entry.closed_on is None:
            running[entry.pk] = entry.person_id
            values.update(entry_id=entry.pk, opened_on=entry.opened_on)
        else:
            values.update(left_on=entry.closed_on, left_reason=str(entry.get_closing_reason_display()))
    return running


def _outside(ids: list[int], known: Known) -> None:
    """Note, for people who are not in the pathway, what is awaited."""
    unknown = ReviewItem.objects.filter(person_id__in=ids, kind=ReviewKind.DUTIES_UNKNOWN, settled_at=None)
    for person_id in unknown.values_list("person_id", flat=True):
        known[person_id]["duties_unknown"] = True
    pending = HouseholdRole.objects.filter(
        person_id__in=ids, ended_on=None, household__state=RightStatus.PENDING
    ).values_list("person_id", flat=True)
    for person_id in pending:
        known[person_id]["claim_pending"] = True


def _appointments(ids: list[int], running: dict[int, int], known: Known, at: datetime) -> None:
    """Note the next appointment, the first one nobody marked, the last one missed, and whether a first one was held."""
    rows = (
        Appointment.objects.filter(person_id__in=ids)
        .exclude(status__in=[AppointmentStatus.CANCELLED_BY_PERSON, AppointmentStatus.CANCELLED_BY_US])
        .select_related("agent")
        .order_by("starts_at", "id")
    )
    for row in rows:
        before_entry = row.entry_id is None and "entry_id" not in known[row.person_id]
        if row.status == AppointmentStatus.PLANNED or row.entry_id in running or before_entry:
            _note_appointment(row, known[row.person_id], at)


def _note_appointment(row: Appointment, values: dict[str, Any], at: datetime) -> None:
    if row.status == AppointmentStatus.PLANNED:
        name = "unmarked_at" if row.ends_at <= at else "planned_at"
        if name not in values:
            values[name] = row.starts_at.astimezone(clock.ZONE)
            values.setdefault("with_whom", row.agent.full_name)
            if name == "unmarked_at":
                values["unmarked_id"] = row.pk
    elif row.status in MISSED:
        values["missed_at"] = row.starts_at.astimezone(clock.ZONE)
    elif row.is_first_interview:
        values["met"] = True


def _invitations(running: dict[int, int], known: Known) -> None:
    rows = (
        Invitation.objects.filter(entry_id__in=list(running), revoked_at=None)
        .order_by("entry_id", "-sent_at")
        .distinct("entry_id")
        .values_list("entry_id", "sent_on", "expires_on")
    )
    for entry_id, sent_on, expires_on in rows:
        known[running[entry_id]].update(invited_on=sent_on, invitation_ends_on=expires_on)


def _deadlines(entry_ids: list[int], known: Known) -> None:
    rows = Deadline.objects.waiting().filter(entry_id__in=entry_ids).order_by("due_on")
    for person_id, kind, due_on in rows.values_list("person_id", "kind", "due_on"):
        known[person_id]["due"] = (*known[person_id].get("due", ()), (kind, due_on))


def _interviews(running: dict[int, int], known: Known) -> None:
    rows = Interview.objects.filter(entry_id__in=list(running), closed_at=None).select_related("officer")
    for row in rows:
        known[running[row.entry_id]].update(interview_id=row.pk, with_whom=row.officer.full_name)


def _missed_convocations(running: dict[int, int], known: Known) -> None:
    """Note who may be oriented by default: the very list of those to decide for, never a rule of its own."""
    absent = [entry_id for entry_id, person_id in running.items() if "missed_at" in known[person_id]]
    if not absent:
        return
    found = orientation.to_orient_by_default().filter(entry_id__in=absent).order_by()
    for entry_id in found.values_list("entry_id", flat=True):
        known[running[entry_id]]["by_default"] = True
