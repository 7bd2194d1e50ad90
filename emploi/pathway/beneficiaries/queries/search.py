"""Finding a person: words in any order, accents ignored, a typing error forgiven; or any number they may say."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, F, FloatField, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat

from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.enums import ContactKind
from emploi.pathway.beneficiaries.models import Contact, HouseholdRole, Person
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.beneficiaries.queries.people import Reach, reach_of
from emploi.pathway.beneficiaries.rules.identity import check_nir, normalise_name, sound
from emploi.pathway.beneficiaries.rules.words import right_in_words
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission

_NUMBER = re.compile(r"[\d\s.+()/-]*\d[\d\s.+()/-]*")
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_NIR_LIKE = re.compile(r"[1-478]\d{4}(?:\d|[AB]){0,10}")
# At least one figure among letters, in one word: a number given by another tool.
_REFERENCE = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])\S{3,40}")
_ALIKE = 0.45
_SHORT_WORD = 3
_FEW = 3
_SHORTEST_NUMBER = 4
_MOST = 200
_MONTHS = range(1, 13)
# A number of a record merged into another names the other.
_BY_NUMBER = """
    SELECT DISTINCT COALESCE(p.merged_into_id, p.id) FROM (
        SELECT r.person_id FROM beneficiaries_household h
        JOIN beneficiaries_householdrole r ON r.household_id = h.id
        WHERE h.claim_number LIKE %(prefix)s
        UNION SELECT r.person_id FROM beneficiaries_household h
        JOIN beneficiaries_householdrole r ON r.household_id = h.id
        WHERE h.payer_number LIKE %(prefix)s AND h.payer_number <> ''
        UNION SELECT r.person_id FROM beneficiaries_household h
        JOIN beneficiaries_householdrole r ON r.household_id = h.id
        WHERE h.payer_number_hash = %(nir)s AND h.payer_number_hash <> ''
        UNION SELECT person_id FROM beneficiaries_contact WHERE value LIKE %(phone)s
        UNION SELECT id FROM beneficiaries_person WHERE local_number = ANY(%(exact)s) AND local_number <> ''
        UNION SELECT id FROM beneficiaries_person
        WHERE france_travail_number = ANY(%(exact)s) AND france_travail_number <> ''
        UNION SELECT id FROM beneficiaries_person WHERE nir_hash = %(nir)s AND nir_hash <> ''
        LIMIT %(most)s
    ) AS found JOIN beneficiaries_person p ON p.id = found.person_id"""


@dataclass(frozen=True, slots=True)
class Found:
    """A person found, with what tells namesakes apart."""

    person_id: int
    full_name: str
    birth_name: str
    birth_date: date | None
    commune: str
    claim_number: str
    payer_number: str
    right: str
    reach: Reach = field(default_factory=Reach)


def search_persons(text: str, agent: Agent, *, limit: int = 20) -> list[Found]:
    """Find people by name, name at birth, number, phone, birth date or, under its permission, NIR; the best first."""
    return describe(matching_ids(text, agent, limit=limit))


def matching_ids(text: str, agent: Agent, *, limit: int = 20) -> list[int]:
    """Return the ids of the people found, the best first, among those the agent may see."""
    text = text.strip()
    people = visible_to(agent).exclude(search_text="")
    born = _DATE.search(text)
    if born:
        text, people = text.replace(born.group(), " ").strip(), _born_on(people, born)
        if not text:
            return list(people.order_by("sort_name", "pk").values_list("pk", flat=True)[:limit])
    if _NUMBER.fullmatch(text) or _NIR_LIKE.fullmatch(text.replace(" ", "").upper()):
        return _by_number(text, people, agent, limit)
    words = normalise_name(text).split()
    if "@" in text:
        owners = Contact.objects.filter(kind=ContactKind.EMAIL, value__istartswith=text).values("person")
        return list(people.filter(pk__in=owners).values_list("pk", flat=True)[:limit])
    known = _by_reference(text, people) if _REFERENCE.fullmatch(text) else []
    return (known + [pk for pk in _by_words(words, people, limit) if pk not in known])[:limit] if words else []


def describe(person_ids: Collection[int]) -> list[Found]:
    """Return what a list of results shows, in the order given; three statements whatever their number."""
    roles: dict[int, HouseholdRole] = {}
    found = HouseholdRole.objects.filter(person__in=person_ids).select_related("person", "household__commune")
    for role in found.order_by(F("ended_on").asc(nulls_last=True), "id"):
        roles[role.person_id] = role
    people = Person.objects.in_bulk(person_ids)
    reach = reach_of(person_ids)
    return [_found(people[pk], roles.get(pk), reach[pk]) for pk in person_ids if pk in people]


def _by_words(words: list[str], people: QuerySet[Person], limit: int) -> list[int]:
    """Each step serves when those before found too little.

    The name in use that begins so, then the words as written, as heard (« Meier » for Meyer), nearly alike.
    """
    names, years = [w for w in words if not w.isdigit()], [w for w in words if w.isdigit() and len(w) == 4]
    if years:
        people = people.filter(birth_date__year=int(years[0]))
    ids = _beginning(people, names, limit) if names else []
    if names and all(len(word) < _SHORT_WORD for word in names):
        return ids  # too short for trigrams
    for step, enough in ((_containing, limit), (_heard, _FEW), (_alike, _FEW)):
        if len(ids) < enough and (names or step is _containing):
            ids += [pk for pk in step(people, names, limit) if pk not in ids][: limit - len(ids)]
    return ids


def _beginning(people: QuerySet[Person], words: list[str], limit: int) -> list[int]:
    """Read from the index of names, in its order, however many namesakes: the exact name comes before longer ones."""
    begun = people.filter(sort_name__startswith=" ".join(words)).order_by("sort_name", "pk")
    return list(begun.values_list("pk", flat=True)[:limit])


def _containing(people: QuerySet[Person], words: list[str], limit: int) -> list[int]:
    """Whole words first, then alphabetical order; no likeness is computed, for thousands may hold a common name."""
    whole: Combinable = Value(0)
    for word in words:
        people = people.filter(search_text__contains=word)
        whole += Case(When(padded__contains=f" {word} ", then=1), default=0)
    padded = Concat(Value(" "), "search_text", Value(" "), output_field=TextField())
    people = people.annotate(padded=padded, whole=whole)
    return list(people.order_by("-whole", "sort_name", "pk").values_list("pk", flat=True)[:limit])


def _heard(people: QuerySet[Person], words: list[str], limit: int) -> list[int]:
    heard = [sound(word) for word in words]
    return _containing(people, heard, limit) if min(map(len, heard)) >= _SHORT_WORD else []


def _alike(people: QuerySet[Person], words: list[str], limit: int) -> list[int]:
    """People whose names look like every word: the index answers `%>`, the threshold is set for this search."""
    alike = people
    for word in words:
        alike = alike.filter(search_text__trigram_word_similar=word)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(_ALIKE)])
        return list(_ranked(alike, words).values_list("pk", flat=True)[:limit])


def _ranked(people: QuerySet[Person], words: list[str]) -> QuerySet[Person]:
    """The likest first, then alphabetical order."""
    nothing: Combinable = Cast(Value(0), FloatField())
    score = sum((TrigramWordSimilarity(word, "search_text") for word in words), start=nothing)
    return people.annotate(score=score).order_by("-score", "sort_name", "pk")


def _by_number(text: str, people: QuerySet[Person], agent: Agent, limit: int) -> list[int]:
    raw = re.sub(r"[\s.()/-]", "", text).upper()
    if len(raw) < _SHORTEST_NUMBER:
        return []
    phone = "+33" + raw[1:] if raw.startswith("0") else raw
    may_see_nir = agent.can(Permission.SEE_NIR)
    parameters: dict[str, Any] = {
        "prefix": raw + "%",
        "phone": (phone if phone.startswith("+") else "-") + "%",
        "exact": [raw, *_as_typed(text)],
        "nir": nir.fingerprint(check_nir(raw).nir13) if may_see_nir else "",
        "most": _MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_NUMBER, parameters)
        ids = {row[0] for row in cursor.fetchall()}
    if may_see_nir and _NIR_LIKE.fullmatch(raw):
        ids |= _by_nir_fragment(raw, people)
    return list(people.filter(pk__in=ids).order_by("sort_name", "pk").values_list("pk", flat=True)[:limit])


def _by_reference(text: str, people: QuerySet[Person]) -> list[int]:
    """A number that holds letters (« 7654321X », « IODAS-77 »): France Travail's, or that of the former software."""
    asked = _as_typed(text)
    owners = Person.objects.filter(Q(local_number__in=asked) | Q(france_travail_number__in=asked)).exclude(
        local_number="", france_travail_number=""
    )
    ids = {heir or pk for pk, heir in owners.values_list("pk", "merged_into")[:_MOST]}
    return list(people.filter(pk__in=ids).order_by("sort_name", "pk").values_list("pk", flat=True))


def _as_typed(text: str) -> list[str]:
    """The ways a number may be stored: as typed, in capitals, without spaces."""
    return list(dict.fromkeys([text, text.upper(), text.replace(" ", "").upper()]))


def _by_nir_fragment(fragment: str, people: QuerySet[Person]) -> set[int]:
    """The first figures of a NIR: sex, year and month narrow the list, the rest is compared once decrypted."""
    year, month = int(fragment[1:3]), int(fragment[3:5])
    years = Q()
    for century in (1900, 2000):
        first, last = date(century + year, 1, 1), date(century + year, 12, 31)
        if month in _MONTHS:
            first = first.replace(month=month)
            last = date(century + year + month // 12, month % 12 + 1, 1)
        years |= Q(birth_date__gte=first, birth_date__lte=last)
    candidates = people.filter(years, nir_encrypted__isnull=False).values_list("pk", "nir_encrypted")
    return {pk for pk, stored in candidates[: 10 * _MOST] if nir.decrypt(stored).startswith(fragment[:13])}


def _born_on(people: QuerySet[Person], found: re.Match[str]) -> QuerySet[Person]:
    day, month, year = (int(part) for part in found.groups())
    try:
        return people.filter(birth_date=date(year, month, day))
    except ValueError:
        return people.none()


def _found(person: Person, role: HouseholdRole | None, reach: Reach) -> Found:
    household = role.household if role else None
    return Found(
        person_id=person.pk,
        full_name=person.full_name,
        birth_name=person.said_birth_name,
        birth_date=person.birth_date,
        commune=str(household.commune) if household and household.commune else "",
        claim_number=(household.claim_number or "") if household else "",
        payer_number=household.payer_number if household else "",
        right=right_in_words(household.state, household.motive) if household else "",
        reach=reach,
    )
