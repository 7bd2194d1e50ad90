"""What follows from the names of a person, and which of their values an agent may protect from the files."""

from __future__ import annotations

from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.rules.identity import name_key, search_text, sort_name

# What both the payer and an agent say: once an agent has decided, a file never overwrites it.
SAID_BY_BOTH = ("title", "last_name", "birth_name", "first_name", "birth_date")
INDEXED = ("name_key", "search_text", "sort_name")


def index_names(person: Person, *, searchable: bool) -> None:
    """Write again what a person is found and sorted by."""
    person.name_key = name_key(person.birth_name, person.last_name, person.first_name)
    person.search_text = search_text(person.last_name, person.birth_name, person.first_name) if searchable else ""
    person.sort_name = sort_name(person.last_name, person.first_name) if searchable else ""
