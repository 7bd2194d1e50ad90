"""Everything that hangs on two persons, as rows: looked at before and after a merge, put back as it was."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models

from emploi.pathway.beneficiaries.actions.merges.links import Link, Model, entry_links, person_links
from emploi.pathway.beneficiaries.models import Person

Rows = dict[tuple[str, Any], dict[str, Any]]
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One row changed: only the columns that differ, before and after."""

    model: str
    id: Any
    before: Values
    after: Values

    def kept(self) -> dict[str, Any]:
        """Return what a record keeps of it."""
        return {"model": self.model, "id": self.id, "before": self.before, "after": self.after}


def look(person_ids: Collection[int], entry_ids: Collection[int]) -> Rows:
    """Return every row of these persons and entries, by model and key, locked; one statement a table."""
    wanted: dict[Model, list[tuple[str, list[int]]]] = defaultdict(list)
    wanted[Person].append(("id", list(person_ids)))
    for link in person_links():
        wanted[link.model].append((link.column, list(person_ids)))
    for link in entry_links():
        wanted[link.model].append((link.column, list(entry_ids)))
    found: Rows = {}
    for model, columns in wanted.items():
        where = " OR ".join(f'"{column}" = ANY(%s)' for column, _ in columns)
        for row in _rows(model, where, [ids for _, ids in columns]):
            found[(model._meta.label, row[_key(model)])] = row
    return found


def differences(before: Rows, after: Rows) -> tuple[list[Change], list[dict[str, Any]]]:
    """Return the rows changed between two looks, and those that appeared as {model, id}."""
    changes = []
    for (label, key), former in before.items():
        now = after.get((label, key), former)
        ignored = _computed(apps.get_model(label))
        columns = [column for column in former if former[column] != now[column] and column not in ignored]
        if columns:
            changes.append(Change(label, key, {c: former[c] for c in columns}, {c: now[c] for c in columns}))
    created = [{"model": label, "id": key} for label, key in after if (label, key) not in before]
    return changes, created


def present(changes: Iterable[Change]) -> Rows:
    """Return the rows of changes as they are now, locked until the end of the transaction."""
    ids: dict[str, list[Any]] = defaultdict(list)
    for change in changes:
        ids[change.model].append(change.id)
    found: Rows = {}
    for label, keys in ids.items():
        model = apps.get_model(label)
        for row in _rows(model, f'"{_key(model)}" = ANY(%s)', [keys]):
            found[(label, row[_key(model)])] = row
    return found


def put_back(changes: Collection[Change], created: Collection[dict[str, Any]]) -> None:
    """Give rows their former values, those that go back to their owner first, and remove what the merge added."""
    for item in created:
        model = apps.get_model(item["model"])
        model._base_manager.filter(pk=item["id"]).delete()
    owners = {(link.label, link.column) for link in (*person_links(), *entry_links())}
    groups: dict[tuple[bool, str, tuple[str, ...]], list[Change]] = defaultdict(list)
    for change in changes:
        goes_back = any((change.model, column) in owners for column in change.before)
        groups[(not goes_back, change.model, tuple(change.before))].append(change)
    # An entry goes back to its person before the rows that hang on it; unique constraints are checked at each row.
    for (_, label, columns), group in sorted(groups.items(), key=lambda item: item[0]):
        _write(apps.get_model(label), columns, group)


def hanging(moved: Iterable[Change]) -> dict[str, list[Any]]:
    """Return the rows of people's tables that point to a row that changed hands, by « model.field »."""
    ids: dict[Model, list[Any]] = defaultdict(list)
    for change in moved:
        ids[apps.get_model(change.model)].append(change.id)
    found: dict[str, list[Any]] = {}
    for link, targets in _pointers(ids):
        rows = link.model._base_manager.filter(**{f"{link.field}__in": targets}).order_by("pk")
        keys = list(rows.values_list("pk", flat=True))
        if keys:
            found[f"{link.label}.{link.field}"] = keys
    return found


def _pointers(ids: dict[Model, list[Any]]) -> Iterable[tuple[Link, list[Any]]]:
    """Columns of the tables of persons that point to one of these models, with the keys they may point to."""
    for model in dict.fromkeys(link.model for link in person_links()):
        for field in model._meta.concrete_fields:
            target = field.related_model
            if isinstance(target, type) and target is not Person and target in ids:
                yield Link(model, field.name, str(field.column)), ids[target]


def _rows(model: Model, where: str, parameters: list[Any]) -> list[dict[str, Any]]:
    table, key = model._meta.db_table, _key(model)
    with connection.cursor() as cursor:
        # Names come from the models, values are parameters. In one order, so that two merges never wait in a circle.
        cursor.execute(
            f'SELECT to_jsonb(t)::text FROM "{table}" t WHERE {where} ORDER BY "{key}" FOR UPDATE',  # noqa: S608
            parameters,
        )
        return [json.loads(row[0]) for row in cursor.fetchall()]


def _write(model: Model, columns: tuple[str, ...], changes: list[Change]) -> None:
    key, table = _key(model), model._meta.db_table
    rows = [{key: change.id, **change.before} for change in changes]
    values = ", ".join(f'"{column}" = v."{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" AS t SET {values} '  # noqa: S608 - names of our models
            f'FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb) AS v WHERE t."{key}" = v."{key}"',
            [json.dumps(rows)],
        )


def _key(model: Model) -> str:
    return str(model._meta.pk.column)


def _computed(model: Model) -> set[str]:
    return {str(field.column) for field in model._meta.concrete_fields if isinstance(field, models.GeneratedField)}
