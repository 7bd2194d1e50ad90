"""New rows by COPY from model objects: identifiers reserved first, so that they can refer to one another."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.db import models
from django.db.models.expressions import DatabaseDefault
from psycopg.types.json import Json

from emploi.pathway.beneficiaries.actions.snapshots.writing import copy_rows, next_ids


def insert_rows(model: type[models.Model], objects: Sequence[models.Model]) -> None:
    """Add objects in one COPY and give them their identifiers; a foreign key follows the object it was given."""
    if not objects:
        return
    relations = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    for one, identifier in zip(objects, next_ids(model, len(objects)), strict=True):
        one.pk = identifier
        _follow(one, relations)
    # What the database fills by itself (db_default) is left to it.
    fields = [field for field in model._meta.concrete_fields if not _left_to_the_database(objects[0], field)]
    read = attrgetter(*(field.attname for field in fields))
    json = [n for n, field in enumerate(fields) if isinstance(field, models.JSONField)]
    rows = map(read, objects)
    copy_rows(model, [str(field.column) for field in fields], [_wrapped(row, json) for row in rows] if json else rows)


def _follow(one: models.Model, relations: Sequence[models.ForeignKey[Any, Any]]) -> None:
    """Take the identifier of each object a foreign key was given: it is known by now."""
    given = one._state.fields_cache
    for field in relations:
        if field.name in given:
            related = given[field.name]
            one.__dict__[field.attname] = related.pk if related is not None else None


def _left_to_the_database(first: models.Model, field: models.Field[Any, Any]) -> bool:
    return isinstance(getattr(first, field.attname), DatabaseDefault)


def _wrapped(row: Sequence[Any], json: Sequence[int]) -> list[Any]:
    values = list(row)
    for position in json:
        values[position] = Json(values[position])
    return values
