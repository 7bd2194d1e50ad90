"""Taking back what a file of France Travail said: its facts go, the newest of those that stay count again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.actions.france_travail import FranceTravailNow, note_france_travail, number_people
from emploi.pathway.beneficiaries.actions.rows import UndoRecord
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions.france_travail.learning import apply_what_is_known, resay
from emploi.pathway.orientation.events import FranceTravailUnlearnt
from emploi.pathway.orientation.models import FollowUp, Recommendation


@action
def unlearn(records: Sequence[UndoRecord], *, run_id: int, by: Actor, at: datetime) -> dict[int, str]:
    """Take lines back; answers no reason for any: what another file says too stays, with the day that file gave."""
    people = sorted({record.person_id for record in records})
    _unsay(FollowUp, _ids(records, "follow_up"), run_id)
    _unsay(Recommendation, _ids(records, "recommendations"), run_id)
    apply_what_is_known(person_ids=people, by=by, at=at)
    newest = queries.newest_statements(people, at.date())
    _restore_entries(records, newest, by, at)
    _restore_numbers(records, newest, by, at)
    publish([FranceTravailUnlearnt(person_id=person_id) for person_id in people], by=by, at=at)
    return {record.number: "" for record in records}


def _unsay(model: Any, ids: Sequence[int], run_id: int) -> None:
    """Take the word of one file away from these facts; a fact nobody says any more goes."""
    gone, left = [], []
    for fact in model._default_manager.select_for_update().filter(pk__in=ids).order_by("pk"):
        fact.told = [one for one in fact.told if one[2] != run_id]
        if not fact.told:
            gone.append(fact.pk)
            continue
        fact.settle()
        left.append(fact)
    model._default_manager.filter(pk__in=gone).delete()
    resay(model, left)


def _ids(records: Sequence[UndoRecord], what: str) -> list[int]:
    return [pk for record in records for pk in record.undo.get(what, [])]


def _restore_entries(records: Sequence[UndoRecord], newest: queries.Newest, by: Actor, at: datetime) -> None:
    """Where no fact is left, the entry says again what it said before the file; an agent's later word stays."""
    before = {record.undo["before"][0]: record.undo["before"] for record in records if record.undo.get("before")}
    rows = []
    for entry in Entry.objects.filter(pk__in=before):
        _, followed, since, path, path_on, told_by, told_at = before[entry.pk]
        keeps_follow_up = entry.person_id in newest.follow_ups
        keeps_path = entry.person_id in newest.recommendations
        if keeps_follow_up and keeps_path:
            continue
        rows.append(
            FranceTravailNow(
                entry_id=entry.pk,
                followed=entry.france_travail_followed if keeps_follow_up else followed,
                since=entry.france_travail_since if keeps_follow_up else _day(since),
                path=entry.france_travail_path if keeps_path else path,
                path_on=entry.france_travail_path_on if keeps_path else _day(path_on),
                told_by=entry.france_travail_told_by if keeps_follow_up or keeps_path else told_by,
                told_at=entry.france_travail_told_at if keeps_follow_up or keeps_path else _moment(told_at),
            )
        )
    note_france_travail(rows=rows, by=by, at=at)


def _restore_numbers(records: Sequence[UndoRecord], newest: queries.Newest, by: Actor, at: datetime) -> None:
    """A number only these lines gave goes with them."""
    given: dict[int, list[Any]] = {r.person_id: r.undo["number"] for r in records if "number" in r.undo}
    changed = []
    for person in Person.objects.filter(pk__in=given):
        former, brought = given[person.pk]
        if person.france_travail_number == brought:
            left = newest.numbers.get(person.pk, [])
            person.france_travail_number = left[0] if left else former
            changed.append(person)
    number_people(people=changed, by=by, at=at)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
