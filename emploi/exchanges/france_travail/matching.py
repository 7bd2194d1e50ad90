"""Who a line of France Travail is about: its number, the NIR, then names and birth. A doubt is refused, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.actions.rows import Found, find_rows
from emploi.pathway.beneficiaries.identifiers import compact
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.row_facts import PersonRow

UNKNOWN = "{name} n’est pas dans le logiciel : vérifiez le nom, la naissance et les numéros."
TWO_NUMBERS = "Plusieurs fiches portent ce numéro France Travail : à trancher avant de reprendre la ligne."
GIVEN_TWICE = "Ce fichier donne ce numéro France Travail à plusieurs personnes : à vérifier avec France Travail."
OTHER = "Ce numéro France Travail est celui de {known}, pas de {name} : à vérifier avec France Travail."


@dataclass(frozen=True, slots=True)
class Match:
    """The person of a line, or why nobody is."""

    person: Person | None = None
    code: str = ""
    reason: str = ""


def find(rows: Sequence[PersonRow]) -> list[Match]:
    """Say who each line is about, in its order; a constant number of statements."""
    numbers = {row.france_travail_number for row in rows if row.france_travail_number}
    numbered: dict[str, list[Person]] = defaultdict(list)
    for person in Person.objects.alive_records().filter(france_travail_number__in=numbers).order_by("pk"):
        numbered[person.france_travail_number].append(person)
    matches = [
        _match(row, numbered.get(row.france_travail_number, []), found)
        for row, found in zip(rows, find_rows(rows), strict=True)
    ]
    return _without_given_twice(rows, matches)


def _without_given_twice(rows: Sequence[PersonRow], matches: Sequence[Match]) -> list[Match]:
    """Refuse a number given to two people: nothing says whose it is."""
    given: dict[str, set[int]] = defaultdict(set)
    for row, match in zip(rows, matches, strict=True):
        if match.person is not None and row.france_travail_number:
            given[row.france_travail_number].add(match.person.pk)
    twice = {number for number, people in given.items() if len(people) > 1}
    return [
        Match(code="two_people", reason=GIVEN_TWICE) if match.person and row.france_travail_number in twice else match
        for row, match in zip(rows, matches, strict=True)
    ]


def _match(row: PersonRow, numbered: Sequence[Person], found: Found) -> Match:
    if len(numbered) > 1:
        return Match(code="two_numbers", reason=TWO_NUMBERS)
    if numbered and found.person is not None and found.person.pk != numbered[0].pk:
        return Match(code="other_number", reason=OTHER.format(known=numbered[0].full_name, name=row.full_name))
    if found.person is not None:
        return Match(found.person)
    if found.reason:
        return Match(code=found.code, reason=found.reason)
    if numbered and _is_same(row, numbered[0]):
        return Match(numbered[0])
    if numbered:
        return Match(code="other_number", reason=OTHER.format(known=numbered[0].full_name, name=row.full_name))
    return Match(code="unknown", reason=UNKNOWN.format(name=row.full_name))


def _is_same(row: PersonRow, person: Person) -> bool:
    """The number with the same birth and one same name; a NIR never contradicts."""
    if row.nir13 and person.nir_hash and nir.fingerprint(row.nir13) != person.nir_hash:
        return False
    if row.birth_date is not None and person.birth_date is not None and row.birth_date != person.birth_date:
        return False
    written = {compact(row.last_name), compact(row.birth_name), compact(row.first_name)} - {""}
    known = {compact(person.last_name), compact(person.birth_name), compact(person.first_name)} - {""}
    return bool(written & known)
