"""Every column of every app that points to a person or to an entry: read from the models, so later apps are covered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.db import models

from emploi.foundation.documents.models import Document
from emploi.foundation.messaging.models import Message
from emploi.pathway.beneficiaries.models import Entry, MergeRecord, Person

Model = type[models.Model]


@dataclass(frozen=True, slots=True)
class Link:
    """One column that points to a person or to an entry."""

    model: Model
    field: str
    column: str

    @property
    def table(self) -> str:
        """The table the column belongs to."""
        return self.model._meta.db_table

    @property
    def label(self) -> str:
        """The name under which the model is kept in a record."""
        return self.model._meta.label


# The foundation knows no person: it keeps their numbers without a foreign key. The journal and the consultations stay
# under the number they were written for: what happened is never rewritten.
_LOOSE_PERSON = (Link(Document, "person_id", "person_id"), Link(Message, "person_id", "person_id"))
_LOOSE_ENTRY = (Link(Message, "entry_id", "entry_id"),)


@cache
def person_links() -> tuple[Link, ...]:
    """Return every column that points to a person, the merges themselves left out."""
    return (*_links(Person), *_LOOSE_PERSON)


@cache
def entry_links() -> tuple[Link, ...]:
    """Return every column that points to an entry."""
    return (*_links(Entry), *_LOOSE_ENTRY)


def unique_together(model: Model, field: str) -> Iterable[tuple[tuple[str, ...], models.Q]]:
    """Yield what must be unique and involves a field, as (the other fields, condition)."""
    if getattr(model._meta.get_field(field), "unique", False):
        yield (), models.Q()
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and field in constraint.fields:
            others = tuple(name for name in constraint.fields if name != field)
            yield others, constraint.condition or models.Q()


def _links(target: Model) -> tuple[Link, ...]:
    found = []
    for relation in target._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        model, field = relation.related_model, relation.field  # type: ignore[union-attr]
        if model is not MergeRecord and isinstance(model, type) and not model._meta.proxy:
            found.append(Link(model, field.name, str(field.column)))
    return tuple(sorted(found, key=lambda link: (link.label, link.field)))
