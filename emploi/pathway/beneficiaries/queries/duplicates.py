"""Who could already be this person: shown before anybody is created twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q
from django.db.models.functions import Greatest

from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.facts import TypedPerson
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.rules.births import close_birth, same_birth
from emploi.pathway.beneficiaries.rules.identity import name_key, sort_name

_ALIKE = 0.45
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Somebody known who may be the person typed, and why."""

    person_id: int
    full_name: str
    birth_date: date | None
    same_nir: bool
    reason: str


def exact_matches(typed: TypedPerson) -> list[Lookalike]:
    """Return those who bear the same NIR, or the same names and birth date."""
    key = name_key(typed.birth_name, typed.last_name, typed.first_name)
    fingerprint = nir.fingerprint(typed.nir13)
    same = Q(name_key=key) | (Q(nir_hash=fingerprint) & ~Q(nir_hash="") if fingerprint else Q(pk__in=()))
    found: dict[int, Lookalike] = {}
    # A record merged into another still says who somebody is: the other is shown.
    for known in Person.objects.filter(same).select_related("merged_into").order_by("pk"):
        person = known.merged_into or known
        if fingerprint and known.nir_hash == fingerprint:
            found[person.pk] = _lookalike(person, True, "Même numéro de sécurité sociale")
        elif same_birth(typed.birth_date, typed.birth_date_precision, known.birth_date, known.birth_date_precision):
            found.setdefault(person.pk, _lookalike(person, False, "Mêmes nom, prénom et date de naissance"))
    return list(found.values())


def lookalikes(typed: TypedPerson) -> list[Lookalike]:
    """Return everybody to look at before creating: exact matches, then alike names or dates, the most alike first."""
    found = {match.person_id: match for match in exact_matches(typed)}
    used = sort_name(typed.last_name, typed.first_name)
    born = name_key(typed.birth_name, typed.last_name, typed.first_name)
    people = Person.objects.alive_records().exclude(search_text="")
    same_day = Q(birth_date=typed.birth_date) if typed.birth_date else Q(pk__in=())
    score = Greatest(TrigramSimilarity("sort_name", used), TrigramSimilarity("name_key", born))
    alike = people.filter(same_day | Q(name_key=born)).annotate(score=score)
    for person in alike.filter(score__gte=_ALIKE).order_by("-score", "pk")[:_SHOWN]:
        if person.pk not in found:
            found[person.pk] = _lookalike(person, False, _why(typed, person))
    return list(found.values())


def _why(typed: TypedPerson, person: Person) -> str:
    if typed.birth_date == person.birth_date:
        return "Nom proche, même date de naissance"
    if close_birth(typed.birth_date, person.birth_date):
        return "Même nom, date de naissance proche"
    return "Même nom, autre date de naissance"


def _lookalike(person: Person, same_nir: bool, reason: str) -> Lookalike:
    return Lookalike(person.pk, person.full_name, person.birth_date, same_nir, reason)
