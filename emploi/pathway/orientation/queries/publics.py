"""Who is in a situation that asks for a professional who knows it, and the bodies that do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from emploi.foundation import department
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation.models import PublicBody, SpecificPublic
from emploi.pathway.orientation.queries.diagnosis import facts_of, facts_of_many
from emploi.pathway.orientation.queries.reference import nomenclature, questionnaire, shipped
from emploi.pathway.orientation.rules.conditions import evaluate
from emploi.pathway.orientation.rules.facts import Facts
from emploi.pathway.orientation.rules.ruleset import check_condition


@dataclass(frozen=True, slots=True)
class InPublic:
    """A situation of a person, with the bodies that know it."""

    label: str
    note: str
    bodies: frozenset[int]


def shipped_publics() -> list[dict[str, Any]]:
    """Return the situations of the Département's file, their conditions checked as those of the rules are."""
    own = department.has("publics.yaml")
    rows: list[dict[str, Any]] = department.load_yaml("publics.yaml") if own else shipped("publics.yaml")
    for row in rows:
        check_condition(row["slug"], row["when"], questionnaire(), nomenclature())
    return rows


def specific_publics() -> QuerySet[SpecificPublic]:
    """Return the situations followed, in order."""
    return SpecificPublic.objects.filter(is_active=True)


def publics_of(entry: Entry) -> list[InPublic]:
    """Return the situations of the person of an entry, as far as they are known."""
    return _found(facts_of(entry), list(specific_publics()), _bodies())


def publics_of_many(entries: Sequence[Entry]) -> dict[int, list[InPublic]]:
    """Return the situations of the person of each entry."""
    publics, bodies = list(specific_publics()), _bodies()
    return {pk: _found(facts, publics, bodies) for pk, facts in facts_of_many(entries).items()}


def _found(facts: Facts, publics: Sequence[SpecificPublic], bodies: dict[int, set[int]]) -> list[InPublic]:
    return [
        InPublic(public.label, public.note, frozenset(bodies.get(public.pk, ())))
        for public in publics
        if evaluate(public.condition, facts).value
    ]


def _bodies() -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for public_id, organization_id in PublicBody.objects.values_list("public_id", "organization_id"):
        found.setdefault(public_id, set()).add(organization_id)
    return found
