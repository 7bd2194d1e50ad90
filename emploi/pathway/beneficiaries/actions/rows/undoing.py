"""Taking lines back: what they created is removed, what they changed restored, when nobody has touched it since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from emploi.foundation.actor import Actor
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import action
from emploi.foundation.ui.french import moment_fr
from emploi.pathway.beneficiaries.actions.naming import index_names
from emploi.pathway.beneficiaries.actions.rows.writing import PERSON_COLUMNS
from emploi.pathway.beneficiaries.actions.snapshots.writing import update_rows
from emploi.pathway.beneficiaries.models import (
    Address,
    Contact,
    DutyState,
    Entry,
    Household,
    HouseholdRole,
    Person,
    ReviewItem,
)

_OURS = (Contact, HouseholdRole, DutyState, Entry, ReviewItem)
_LABELS: dict[str, type[models.Model]] = {"person": Person, "household": Household, "entry": Entry}
_COLUMNS = {
    "person": PERSON_COLUMNS,
    "household": ("claim_number", "payer", "payer_number", "claimed_on"),
    "entry": ("duties_since_on",),
}


@dataclass(frozen=True, slots=True)
class UndoRecord:
    """One line to take back: its person, what it wrote, and the last line of the journal when it was written."""

    number: int
    person_id: int
    undo: Mapping[str, Any]
    mark: int


@action
def undo_rows(
    records: Sequence[UndoRecord],
    *,
    run_id: int,
    derived: Sequence[type[models.Model]] = (),
    by: Actor,
    at: datetime,
) -> dict[int, str]:
    """Take lines back; answers, for each, nothing or the French reason it could not be.

    `derived` are models of later apps whose rows follow from an entry by themselves and go with it (its delays).
    """
    reasons = _touched(records, run_id, derived)
    sound = [record for record in records if not reasons.get(record.number)]
    _remove_additions(sound, run_id, derived)
    _restore(sound)
    _remove_people([record for record in sound if "created" in record.undo], derived)
    return {record.number: reasons.get(record.number, "") for record in records}


def _touched(records: Sequence[UndoRecord], run_id: int, derived: Sequence[type[models.Model]]) -> dict[int, str]:
    reasons = dict(_by_journal(records))
    waiting = [record for record in records if record.number not in reasons]
    reasons |= dict(_by_values(waiting))
    created = [record for record in waiting if "created" in record.undo and record.number not in reasons]
    reasons |= dict(_by_links(created, run_id, derived))
    return reasons


def _by_journal(records: Sequence[UndoRecord]) -> Iterable[tuple[int, str]]:
    marks = {record.person_id: record.mark for record in records}
    later = JournalEntry.objects.filter(person_id__in=list(marks), pk__gt=min(marks.values(), default=0)).order_by("pk")
    last = {entry.person_id: entry for entry in later if entry.pk > marks[entry.person_id or 0]}
    for record in records:
        entry = last.get(record.person_id)
        if entry is not None:
            yield record.number, f"La fiche a changé depuis ({moment_fr(entry.at)}, {entry.actor_label})."


def _by_values(records: Sequence[UndoRecord]) -> Iterable[tuple[int, str]]:
    for table, model in _LABELS.items():
        wanted = {record.undo[table]["id"] for record in records if table in record.undo}
        rows = model._default_manager.in_bulk(wanted)
        for record in records:
            kept = record.undo.get(table)
            if kept is None:
                continue
            row = rows.get(kept["id"])
            changed = row is None or any(_now(row, name) != after for name, (_, after) in kept["values"].items())
            if changed:
                yield record.number, "Ce que la ligne avait écrit a changé depuis : la caisse ou un agent l’a repris."


def _by_links(
    records: Sequence[UndoRecord], run_id: int, derived: Sequence[type[models.Model]]
) -> Iterable[tuple[int, str]]:
    """Somebody created is kept when anything else now leans on them."""
    ids = [record.person_id for record in records]
    held: dict[int, str] = {}
    for relation in Person._meta.related_objects:
        if relation.related_model in (*_OURS, *derived) or relation.field.many_to_many:
            continue
        name = relation.field.name
        rows = relation.related_model._default_manager.filter(**{f"{name}__in": ids}).values_list(
            f"{name}_id", flat=True
        )
        held |= dict.fromkeys(rows, str(relation.related_model._meta.verbose_name))
    others = (
        (Contact.objects.exclude(run_id=run_id), "person_id", "coordonnée"),
        (Entry.objects.exclude(run_id=run_id), "person_id", "entrée dans le dispositif"),
        (HouseholdRole.objects.filter(household__last_reference_on__isnull=False), "person_id", "dossier de la caisse"),
        (ReviewItem.objects.filter(settled_at__isnull=False), "person_id", "point vérifié"),
    )
    for rows, column, what in others:
        held |= dict.fromkeys(rows.filter(**{f"{column}__in": ids}).values_list(column, flat=True), what)
    for record in records:
        if record.person_id in held:
            yield record.number, f"La fiche est utilisée depuis ({held[record.person_id]})."


def _remove_additions(records: Sequence[UndoRecord], run_id: int, derived: Sequence[type[models.Model]]) -> None:
    Contact.objects.filter(pk__in=[pk for record in records for pk in record.undo.get("contacts", ())]).delete()
    addresses = [record.undo["address"] for record in records if "address" in record.undo]
    Address.objects.filter(pk__in=[pair["new"] for pair in addresses]).delete()
    former = [pair["former"] for pair in addresses if pair["former"]]
    Address.objects.filter(pk__in=former).update(is_current=True)
    opened = [record for record in records if "opened" in record.undo]
    entries = [record.undo["opened"] for record in opened]
    for model in derived:
        model._default_manager.filter(entry__in=entries).delete()
    Entry.objects.filter(pk__in=entries).delete()
    people = [record.person_id for record in opened]
    DutyState.objects.filter(person__in=people, run_id=run_id).delete()
    HouseholdRole.objects.filter(person__in=people, ended_on__isnull=True).update(subject_to_duties=None)


def _restore(records: Sequence[UndoRecord]) -> None:
    for table, model in _LABELS.items():
        kept = [record.undo[table] for record in records if table in record.undo]
        rows = model._default_manager.in_bulk([one["id"] for one in kept])
        for one in kept:
            row = rows[one["id"]]
            for name, (before, _) in one["values"].items():
                setattr(row, name, _read(model, name, before))
            if isinstance(row, Person):
                row.nir_encrypted = row.nir_encrypted if row.nir_hash else None
                index_names(row, searchable=row.search_text != "")
        columns = _COLUMNS[table]
        update_rows(model, columns, [(pk, *(getattr(row, name) for name in columns)) for pk, row in rows.items()])


def _remove_people(records: Sequence[UndoRecord], derived: Sequence[type[models.Model]]) -> None:
    ids = [record.person_id for record in records]
    homes = [record.undo["created"]["household"] for record in records if "household" in record.undo["created"]]
    ReviewItem.objects.filter(models.Q(person__in=ids) | models.Q(other__in=ids)).delete()
    for model in (DutyState, HouseholdRole):
        model.objects.filter(person__in=ids).delete()
    Person.objects.filter(pk__in=ids).delete()
    # A household somebody else has joined meanwhile stays.
    empty = Household.objects.filter(
        pk__in=homes, roles__isnull=True, entries__isnull=True, last_reference_on__isnull=True
    )
    alone = list(empty.values_list("pk", flat=True))
    Address.objects.filter(household__in=alone).delete()
    Household.objects.filter(pk__in=alone).delete()


def _now(row: models.Model, name: str) -> Any:
    value = getattr(row, name)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _read(model: type[models.Model], name: str, value: Any) -> Any:
    """A value kept as plain text, as the field holds it."""
    field = model._meta.get_field(name)
    return field.to_python(value) if isinstance(field, models.Field) else value
