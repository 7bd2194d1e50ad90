"""New rows by COPY from model objects: identifiers reserved first, so that they can refer to one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models.expressions import DatabaseDefault
from psycopg.types.json import Json

from emploi.pathway.beneficiaries.actions.snapshots.writing import copy_rows, next_ids


def insert_rows(model: type[models.Model], objects: Sequence[models.Model]) -> None:
    """Add objects in one COPY and give them their identifiers; a foreign key follows the object it was given."""
    for one, identifier in zip(objects, next_ids(model, len(objects)), strict=True):
        one.pk = identifier
    # What the database fills by itself (db_default) is left to it.
    fields = [field for field in model._meta.concrete_fields if not _left_to_the_database(objects, field)]
    rows = [[_value(one, field) for field in fields] for one in objects]
    copy_rows(model, [str(field.column) for field in fields], rows)


def _left_to_the_database(objects: Sequence[models.Model], field: models.Field) -> bool:
    return bool(objects) and isinstance(getattr(objects[0], field.attname), DatabaseDefault)


def _value(one: models.Model, field: models.Field) -> Any:
    if isinstance(field, models.ForeignKey) and field.is_cached(one):
        related = field.get_cached_value(one)
        setattr(one, field.name, related)  # the object again: its identifier is known by now
        return related.pk if related is not None else None
    value = getattr(one, field.attname)
    return Json(value) if isinstance(field, models.JSONField) else value
