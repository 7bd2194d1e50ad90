"""Two records of one human being put together, reversibly; two people are never put together by the machine."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.actions.entries import close_entries
from emploi.pathway.beneficiaries.actions.locking import hold_identities
from emploi.pathway.beneficiaries.actions.merges import policies, world
from emploi.pathway.beneficiaries.actions.merges.absorbing import absorb_entries
from emploi.pathway.beneficiaries.actions.merges.dossiers import known_dossiers, told_since
from emploi.pathway.beneficiaries.actions.merges.links import entry_links, person_links
from emploi.pathway.beneficiaries.actions.merges.moving import move_person_rows
from emploi.pathway.beneficiaries.actions.naming import INDEXED, SAID_BY_BOTH, index_names
from emploi.pathway.beneficiaries.enums import ClosingReason
from emploi.pathway.beneficiaries.events import MergeUndone, PersonDied, PersonsMerged
from emploi.pathway.beneficiaries.models import Entry, MergeRecord, Person
from emploi.pathway.beneficiaries.queries.merging import reasons_against
from emploi.pathway.beneficiaries.rules.merging import CHOICES


@action
def merge_persons(
    *,
    kept_id: int,
    absorbed_id: int,
    adopted: Collection[str],
    reason: str,
    by: Actor,
    at: datetime,
    is_confirmed: bool = False,
) -> MergeRecord:
    """Put two records together: `kept_id` stays, and takes from the absorbed one the choices named in `adopted`.

    Every row that points to the absorbed person passes to the kept one; each change is kept for `undo_merge`. When
    something says « two people » (two certified NIR, a couple, twins…), `is_confirmed` is required.
    """
    kept, absorbed = _lock(kept_id, absorbed_id)
    _check(kept, absorbed, adopted, reason, is_confirmed)
    entry_ids = list(Entry.objects.filter(person__in=[kept_id, absorbed_id]).values_list("pk", flat=True))
    before = world.look([kept_id, absorbed_id], entry_ids)
    dossiers = known_dossiers([kept_id, absorbed_id])
    try:
        with transaction.atomic():
            left = _move(kept, absorbed, adopted, reason=reason, by=by, at=at)
    except IntegrityError as error:
        raise DomainError(
            "Ces deux fiches ont des lignes qui ne peuvent pas être réunies. Rien n’a été changé."
        ) from error
    changes, created = world.differences(before, world.look([kept_id, absorbed_id], entry_ids))
    record = MergeRecord.objects.create(
        kept=kept,
        absorbed=absorbed,
        reason=reason.strip(),
        merged_at=at,
        merged_by=by.label,
        adopted=sorted(adopted),
        changes=[change.kept() for change in changes],
        created=created,
        attached={**world.hanging(_moved(changes)), **dossiers},
        left=left,
    )
    merged = PersonsMerged(person_id=kept_id, absorbed_id=absorbed_id, record_id=record.pk)
    publish(merged, by=by, at=at, reason=reason)
    return record


@action
def undo_merge(*, record_id: int, reason: str, by: Actor, at: datetime) -> MergeRecord:
    """Part two records put together: every row gets its former values, or nothing changes and the reasons are said."""
    record = MergeRecord.objects.select_for_update(of=("self",)).get(pk=record_id)
    if not reason.strip():
        raise DomainError("Indiquez pourquoi vous séparez ces fiches.", field="reason")
    if record.undone_at is not None:
        raise DomainError(f"Cette fusion a déjà été défaite par {record.undone_by}.")
    kept, _ = _lock(record.kept_id, record.absorbed_id)
    refusals = why_not_undo(record, kept)
    if refusals:
        raise DomainError("Ces fiches ne peuvent plus être séparées. " + " ".join(refusals))
    try:
        with transaction.atomic():
            world.put_back(_changes(record), record.created)
    except IntegrityError as error:
        raise DomainError(
            "Ces fiches ne peuvent plus être séparées : ce qui a été ajouté depuis prend la place."
        ) from error
    record.undone_at, record.undone_by, record.undone_reason = at, by.label, reason.strip()
    record.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    parted = [
        MergeUndone(person_id=record.kept_id, other_id=record.absorbed_id, record_id=record.pk),
        MergeUndone(person_id=record.absorbed_id, other_id=record.kept_id, record_id=record.pk),
    ]
    publish(parted, by=by, at=at, reason=reason)
    return record


def why_not_undo(record: MergeRecord, kept: Person) -> list[str]:
    """Return, in French, what prevents two records from being parted; empty when they can be."""
    if kept.merged_into_id is not None:
        return ["La fiche gardée a depuis rejoint une autre fiche : défaites d’abord cette autre fusion."]
    changes = _changes(record)
    now = world.present(changes)
    reasons = []
    for change in changes:
        row = now.get((change.model, change.id), {})
        touched = [column for column, value in change.after.items() if row.get(column) != value]
        if touched:
            reasons.append(f"Depuis la fusion, {_name(change.model)} a changé : {_labels(change.model, touched)}.")
    known = record.attached
    for place, keys in world.hanging(_moved(changes)).items():
        added = len(set(keys) - set(known.get(place, [])))
        if added:
            label = place.rsplit(".", 1)[0]
            reasons.append(f"Depuis la fusion, on a ajouté : {_name(label)} ({added}), lié à ce qui serait rendu.")
    return list(dict.fromkeys([*reasons, *told_since(record)]))


def _lock(one: int, other: int) -> tuple[Person, Person]:
    hold_identities()
    people = {p.pk: p for p in Person.objects.select_for_update().filter(pk__in=[one, other]).order_by("pk")}
    return people[one], people[other]


def _check(kept: Person, absorbed: Person, adopted: Collection[str], reason: str, is_confirmed: bool) -> None:
    if kept.pk == absorbed.pk:
        raise DomainError("C’est deux fois la même fiche.")
    if kept.merged_into_id or absorbed.merged_into_id:
        raise DomainError("L’une de ces fiches a déjà rejoint une autre fiche.")
    if not reason.strip():
        raise DomainError("Indiquez pourquoi c’est la même personne : c’est gardé dans l’historique.", field="reason")
    unknown = set(adopted) - CHOICES.keys()
    if unknown:
        raise ValueError(f"unknown choices: {sorted(unknown)}")
    if reasons_against(kept.pk, absorbed.pk) and not is_confirmed:
        raise DomainError(
            "Quelque chose dit que ce sont deux personnes. Lisez l’avertissement, puis confirmez.", field="confirmed"
        )


def _move(
    kept: Person, absorbed: Person, adopted: Collection[str], *, reason: str, by: Actor, at: datetime
) -> dict[str, list[Any]]:
    policies.settle_contacts(kept.pk, absorbed.pk)
    policies.settle_roles(kept.pk, absorbed.pk, at)
    staying, closed = policies.settle_entries(kept.pk, absorbed.pk, by=by, at=at, reason=reason)
    policies.settle_reviews(kept.pk, absorbed.pk, by=by, at=at)
    left = move_person_rows(absorbed.pk, kept.pk, but=policies.stays_between(kept.pk, absorbed.pk))
    if staying is not None and closed is not None:
        staying_behind = absorb_entries([(kept.pk, closed, staying)], by=by, at=at)
        if staying_behind:
            left["beneficiaries.Entry"] = staying_behind
    _adopt(kept, absorbed, adopted, by, at)
    return left


def _adopt(kept: Person, absorbed: Person, adopted: Collection[str], by: Actor, at: datetime) -> None:
    columns = [column for name in sorted(adopted) for column in CHOICES[name].columns]
    kept.corrected_fields = _protected(kept, absorbed, columns)
    for column in columns:
        setattr(kept, column, getattr(absorbed, column))
    kept.is_manual = kept.is_manual and absorbed.is_manual
    is_searched = bool(kept.search_text or absorbed.search_text)
    index_names(kept, searchable=is_searched)
    kept.save(update_fields=[*columns, "is_manual", "corrected_fields", *INDEXED])
    absorbed.merged_into = kept
    absorbed.save(update_fields=["merged_into"])
    if "death" in adopted and kept.died_on is not None:
        publish(PersonDied(person_id=kept.pk, died_on=kept.died_on), by=by, at=at)
        running = list(Entry.objects.open().filter(person=kept).values_list("pk", flat=True))
        close_entries(entry_ids=running, reason=ClosingReason.DEATH, on=kept.died_on, by=by, at=at)


def _protected(kept: Person, absorbed: Person, adopted: Collection[str]) -> list[str]:
    """What the agent has chosen, against the next file: what is taken over, and what is typed here and kept."""
    chosen = {name for name in SAID_BY_BOTH if name in adopted}
    if kept.is_manual and not absorbed.is_manual:
        values = {name: getattr(kept, name) for name in SAID_BY_BOTH if name not in adopted}
        chosen |= {name for name, value in values.items() if value and value != getattr(absorbed, name)}
    return sorted({*kept.corrected_fields, *chosen})


def _changes(record: MergeRecord) -> list[world.Change]:
    return [world.Change(**change) for change in record.changes]


def _moved(changes: Sequence[world.Change]) -> list[world.Change]:
    owners = {(link.label, link.column) for link in (*person_links(), *entry_links())}
    return [change for change in changes if any((change.model, column) in owners for column in change.before)]


def _name(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name)


def _labels(label: str, columns: Sequence[str]) -> str:
    names = {field.column: str(field.verbose_name) for field in apps.get_model(label)._meta.concrete_fields}
    return ", ".join(names.get(column, column) for column in columns)
